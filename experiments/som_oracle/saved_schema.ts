/**
 * What is written beside the weights of a predictor: all that it takes to ask it, and to know what it may be asked.
 *
 * @module
 */

import { z } from "assay";
import { predictorNames } from "./networks.ts";

const count = z.int().min(0), numbers = z.array(z.number()), names = z.array(z.string());
const share = z.number().min(0).max(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hex digits");

/** The least and the most of something, for each of several. */
const range = z.strictObject({ least: numbers, most: numbers })
  .refine(
    ({ least, most }) => least.length === most.length,
    "needs as many of the least as of the most",
  );

/** How a score, lower being better, becomes a recommendation. */
export const scoreRuleSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    /** The document's, of bare errors: above `terminate` no more, above `caution` with caution. */
    kind: z.literal("document"),
    caution: z.number(),
    terminate: z.number(),
  }),
  z.strictObject({
    /** Of errors over their first: stop where the score is above the threshold, and was at the checkpoint before. */
    kind: z.literal("percentile"),
    threshold: z.number(),
    /** Of the true scores of runs the threshold is this percentile, as a share. */
    percentile: share,
    /** How many runs these were. */
    runs: count,
    /** Share of a training before which nothing is stopped. */
    firstShare: share,
  }),
]);

/** How a score becomes a recommendation. */
export type ScoreRule = z.output<typeof scoreRuleSchema>;

/** The document's thresholds, for its score of bare errors. */
export const DOCUMENT_RULE: ScoreRule = { kind: "document", caution: 0.5, terminate: 1 };

const split = z.strictObject({ dataSets: count, runs: count, prefixes: count });

/** Errors on test prefixes. */
const errors = {
  /** For each target, in its unit. */
  mae: numbers,
  mse: numbers,
};

/** `model/NAME_metadata.json`. */
export const savedSchema = z.strictObject({
  schema: z.literal("som-oracle/predictor@1"),
  name: z.string(),
  run: z.strictObject({ id: z.string(), profile: z.string(), seed: count }),
  network: z.strictObject({
    name: z.enum(predictorNames as [typeof predictorNames[number]]),
    readsPrefix: z.boolean(),
    readsContext: z.boolean(),
    attention: z.boolean(),
    ahead: numbers,
    answer: z.enum(["value", "rate"]),
    dropout: share,
    parameters: count,
  }),
  /** Names of what a checkpoint holds, what is known before a run, and what is foretold. */
  features: names,
  context: names,
  targets: names,
  /** For each target, which feature is its value so far. */
  current: z.array(count),
  /** Whether the first target is an error over that of the first checkpoint, and not as it is. */
  isRatio: z.boolean(),
  /** Scalers, see `Standardisation`. */
  standardisation: z.strictObject({
    features: z.unknown(),
    context: z.unknown(),
    targets: z.unknown(),
  }),
  /** Of the checkpoints of a training, the share of it that was done, at the earliest and at the latest. */
  checkpoints: range,
  /** Iterations of every run that was learned from; `null` where they differ. */
  totalEpochs: count.nullable(),
  /** Shares of a training by which prefixes were cut. */
  shares: z.array(share).min(1),
  /** Checkpoints of the shortest and the longest prefix. */
  steps: z.strictObject({ least: count, most: count }),
  /** What was learned from, by feature and by number of the context. */
  ranges: z.strictObject({ features: range, context: range }),
  rule: scoreRuleSchema,
  training: z.strictObject({
    /** At most, and as they were. */
    epochs: z.strictObject({ most: count, done: count, best: count }),
    stoppedEarly: z.boolean(),
    bestValidationLoss: z.number(),
  }),
  splits: z.strictObject({ train: split, validation: split, test: split }),
  /** On the prefixes of the test runs, all of them and share by share. */
  test: z.strictObject({
    ...errors,
    byShare: z.array(z.strictObject({
      share,
      prefixes: count,
      ...errors,
      score: z.strictObject({
        mae: z.number(),
        /** Share of the prefixes whose run ends above the rule's (upper) threshold. */
        above: share,
        /** Share of them whose score is foretold to be on the side of it where it ends. */
        accuracy: share,
      }),
    })),
  }),
  data: z.strictObject({ source: z.string(), runs: count, sha256 }),
  weights: z.strictObject({
    best: z.strictObject({ file: z.string(), sha256 }),
    final: z.strictObject({ file: z.string(), sha256 }),
  }),
});

/** What is known of a saved predictor. */
export type SavedFacts = z.output<typeof savedSchema>;
