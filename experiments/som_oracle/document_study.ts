/**
 * What the document claims, as it claims it: its networks, its simulated histories read whole, its absolute errors.
 *
 * @module
 */

import { addBaseline, type Context, type Key, metric, type Study, z } from "assay";
import {
  dataSet,
  leakedMqe,
  qualityScore,
  ratioTargets,
  type RunRecord,
  sampleConfiguration,
  simulatedRuns,
  somRun,
  SomTraining,
  usualSide,
} from "../../data/som.ts";
import { lastValueBaseline, medianBaseline, ridgeBaseline } from "./baselines.ts";
import { decisionScores, scoresOf } from "./decisions.ts";
import { mapHistories } from "./histories.ts";
import { predictorNames, predictorNetwork } from "./networks.ts";
import { finalValues, type Prefixes } from "./prefixes.ts";
import { sidesOf, train } from "./rivals.ts";
import { type RunSplit, splitByConfiguration } from "./splits.ts";
import { errorScores, percent } from "./study.ts";
import type { TrainingOptions } from "./training.ts";

/** Settings of this part. */
export const documentConfig = {
  documentRuns: z.number().int().min(50).default(1000)
    .describe("simulated histories, as many as the document's"),
  documentEpochs: z.number().int().min(1).default(100)
    .describe("passes over them"),
};

type DocumentConfig = z.output<z.ZodObject<typeof documentConfig>> & {
  readonly network: TrainingOptions["network"];
  readonly shares: readonly number[];
  readonly variantEpochs: number;
};

/** Its score of a run to be stopped, of errors as they are. */
const STOPPED_SCORE = 1;
/** Of 10 simulated checkpoints from epoch 10 to 1,000, those of epochs 10 and 120 tell of the first 100. */
const AFTER_100 = 0.12;

/** Its parameters as they are. */
export function countParameters({ metrics }: Study, key: Key): void {
  for (const name of predictorNames) {
    const network = predictorNetwork(key, name, {
      features: 3,
      context: 0,
      outputs: 3,
      attention: false,
    });
    metrics[`parameters/${name}`] = metric(network.countParams(), "lower");
    network.dispose();
  }
}

/**
 * By how much the score of a map with random weights is above that of one that was trained well: the least of that over
 * the data that have something to be learned. Negative, if the score were the wrong way round.
 */
export function scoreSign(key: Key): number {
  const samples = 400, side = Math.round(usualSide(samples));
  const ends = (["blobs", "plane", "swiss-roll"] as const).map((kind) => {
    const own = key.key(kind);
    const training = new SomTraining(own, dataSet(own, { kind, samples, dimensions: 4 }), {
      ...sampleConfiguration(own, samples),
      rows: side,
      columns: side,
      radiusRatio: 0.5,
      epochMultiplier: 5,
      steepness: 5,
      startLearningRate: 0.5,
      endLearningRate: 0.02,
      learningRateSchedule: "exp-drop",
      radiusSchedule: "exp-drop",
    });
    while (!training.finished) training.advance();
    const run = somRun(training);
    return qualityScore({ ...run.history[0]!, mqe: 1 }) - qualityScore(ratioTargets(run));
  });
  return Math.min(...ends);
}

/** Simulated histories, read whole as the document does, and what their first two checkpoints give away. */
export async function simulatedHistories<Config extends DocumentConfig>(
  ctx: Context<Config>,
  study: Study,
): Promise<void> {
  const runs = simulatedRuns(ctx.key("document/runs"), ctx.config.documentRuns);
  const leak = runs.reduce(
    (most, { history, final }) => Math.max(most, Math.abs(leakedMqe(history) - final.mqe)),
    0,
  );
  study.metrics["document/leak"] = metric(leak, "lower");

  const maps = mapHistories(runs, { features: 3, context: "none" });
  const split = splitByConfiguration(maps, ctx.key("document/split"));
  const sides = sidesOf(maps, split, [1]);
  const { network, documentEpochs } = ctx.config;
  const options = asDocumented(network, documentEpochs);
  const predictor = await train(ctx, "document/simulated", sides, options);
  const moments = { whole: 1, "after-100": AFTER_100 };
  for (const [name, share] of Object.entries(moments)) {
    const of = sidesOf(maps, split, [share]);
    // It is asked about beginnings though it has learned from whole histories alone.
    await compare(study, `document/simulated/${name}`, of, await predictor.foretell(of.test));
  }
  const inverted = split.test.flatMap((run) => [leakedMqe(runs[run]!.history), NaN, NaN]);
  const test = finalValues(sides.test);
  const error = test.reduce(
    (sum, value, at) => at % 3 === 0 ? sum + Math.abs(value - inverted[at]!) : sum,
    0,
  );
  for (const name of Object.keys(moments)) {
    addBaseline(study, "first two checkpoints, inverted", {
      [`document/simulated/${name}/mqe/mae`]: metric(error / split.test.length, "lower"),
    });
  }
  predictor.dispose();
}

/** Real histories with the document's three features, errors as they are, on data sets that are not seen in training. */
export async function realHistories<Config extends DocumentConfig>(
  ctx: Context<Config>,
  study: Study,
  runs: readonly RunRecord[],
  split: RunSplit,
): Promise<void> {
  const maps = mapHistories(runs, { features: 3, context: "none" });
  const { network, variantEpochs, shares } = ctx.config;
  const sides = sidesOf(maps, split, shares);
  const options = asDocumented(network, variantEpochs);
  const predictor = await train(ctx, "document/real", sides, options);
  for (const share of shares) {
    const of = sidesOf(maps, split, [share]);
    const foretold = await predictor.foretell(of.test);
    const path = `document/real/${percent(share)}`;
    await compare(study, path, of, foretold);
    const [actual, scores] = [finalValues(of.test), Float64Array.from(foretold)].map(scoresOf);
    const { accuracy } = decisionScores(actual!, scores!, STOPPED_SCORE);
    const never = decisionScores(actual!, actual!.map(() => 0), STOPPED_SCORE);
    study.metrics[`${path}/stop/accuracy`] = metric(accuracy, "higher");
    addBaseline(study, "never stop", {
      [`${path}/stop/accuracy`]: metric(never.accuracy, "higher"),
    });
  }
  predictor.dispose();
}

/** As the document trains: prefixes alone, ends as they are, all of its dropout. */
function asDocumented(network: TrainingOptions["network"], epochs: number): TrainingOptions {
  return {
    network,
    epochs,
    answer: "value",
    dropout: 1,
    readsPrefix: true,
    readsContext: false,
    attention: false,
    ahead: [],
  };
}

/** Errors of what was foretold, and those of the simple predictors beside it. */
function compare(
  study: Study,
  path: string,
  { train, validation, test }: Readonly<Record<"train" | "validation" | "test", Prefixes>>,
  foretold: Float32Array,
): void {
  const actual = finalValues(test);
  const scores = (said: ArrayLike<number>) => errorScores(path, actual, Float64Array.from(said));
  Object.assign(study.metrics, scores(foretold));
  const ridge = ridgeBaseline(train, validation, { readsPrefix: true, readsContext: false });
  addBaseline(study, "ridge", scores(ridge(test)));
  addBaseline(study, "last value", scores(lastValueBaseline(test)));
  addBaseline(study, "median", scores(medianBaseline(train)(test)));
}
