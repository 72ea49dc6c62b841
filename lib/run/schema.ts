/**
 * The documents a run leaves behind, as schemas: what is written is what can be read back.
 *
 * @module
 */

import { z } from "zod";

const numbers = z.record(z.string(), z.number());
const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

/** A bound as it stands in JSON. */
export const boundSchema = z.strictObject({
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
});

/** SHA-256 digests of what a run consumed and produced. */
export const digestsSchema = z.strictObject({ data: hex64, weights: hex64, history: hex64 });

/** What equality the run promises, and on what it ran. */
export const contractSchema = z.strictObject({
  promise: z.enum(["exact", "same-device", "statistical"]),
  backend: z.enum(["webgpu", "wasm", "cpu"]),
  numerics: z.string(),
  device: z.string(),
});

/** What a training monitor noticed. */
export const findingSchema = z.strictObject({
  rule: z.string(),
  severity: z.enum(["info", "warning", "error"]),
  evidence: z.string(),
  advice: z.string(),
});

/** A file written by a run's experiment or the harness, with its digest. */
export const manifestSchema = z.strictObject({
  schema: z.literal("assay/manifest@1"),
  runId: z.string(),
  /** Everything the id is the hash of. */
  identity: z.strictObject({
    experiment: z.string(),
    modules: z.record(z.string(), hex64),
    dependencies: z.record(z.string(), z.string()),
    config: z.record(z.string(), z.unknown()),
    seed: z.number().int(),
    backend: z.enum(["webgpu", "wasm", "cpu"]),
    numerics: z.string(),
  }),
  profile: z.string(),
  /** The experiment's module, relative to the checkout. */
  file: z.string(),
  /** Where the input files were; the identity holds their digests. */
  inputs: z.record(z.string(), z.string()),
  versions: z.record(z.string(), z.string()),
  adapter: z.record(z.string(), z.unknown()).nullable(),
  selfTest: z.record(z.string(), z.unknown()),
  /** Commit checked out where the experiment lives; `dirty` when a module differs from it. `null` outside git. */
  git: z.strictObject({ commit: z.string(), dirty: z.boolean() }).nullable(),
  command: z.string(),
  startedAt: z.string(),
  /** When it went on after an interruption. */
  resumedAt: z.array(z.string()),
});

/** The outcome of one run. */
export const resultSchema = z.strictObject({
  schema: z.literal("assay/result@1"),
  experiment: z.string(),
  profile: z.string(),
  seed: z.number().int(),
  runId: z.string(),
  contract: contractSchema,
  config: z.record(z.string(), z.unknown()),
  metrics: numbers,
  /** Unit and better direction of each metric, and whether it is of the machine. */
  units: z.record(
    z.string(),
    z.strictObject({
      unit: z.string(),
      better: z.enum(["higher", "lower"]),
      machine: z.literal(true).optional(),
    }),
  ),
  baselines: z.record(z.string(), numbers),
  ceilings: numbers,
  findings: z.array(findingSchema),
  digests: digestsSchema,
  seconds: z.strictObject({ total: z.number(), train: z.number() }),
});

/** One-sided 95 % bounds of a mean; `null` ends with a single seed. */
export const intervalSchema = z.strictObject({
  low: z.number().nullable(),
  high: z.number().nullable(),
});
const reference = z.strictObject({ name: z.string(), value: z.number() });

/** A target as it was judged over the seeds. */
export const judgedTargetSchema = z.strictObject({
  metric: z.string(),
  unit: z.string(),
  bound: boundSchema,
  because: z.string(),
  /** Mean over the seeds; `null` when the run has no such metric. */
  value: z.number().nullable(),
  interval: intervalSchema,
  seeds: z.number().int(),
  ceiling: z.number().nullable(),
  bestBaseline: reference.nullable(),
  verdict: z.enum(["pass", "fail", "not enough evidence"]),
  /** With *not enough evidence*: how many seeds would decide at this spread. */
  seedsToDecide: z.number().int().nullable(),
});

/** The outcome of an experiment at a profile over its seeds. */
export const summarySchema = z.strictObject({
  schema: z.literal("assay/summary@1"),
  experiment: z.string(),
  title: z.string(),
  /** The document on trial and the report's opening words, where the experiment has them. */
  source: z.string().optional(),
  about: z.string().optional(),
  profile: z.string(),
  verdict: z.enum(["pass", "fail"]),
  /** Why the verdict is `fail`; empty when it is `pass`. */
  reasons: z.array(z.string()),
  targets: z.array(judgedTargetSchema),
  claims: z.array(z.strictObject({
    metric: z.string(),
    unit: z.string(),
    bound: boundSchema,
    says: z.string(),
    source: z.string(),
    value: z.number().nullable(),
    interval: intervalSchema,
    ceiling: z.number().nullable(),
    bestBaseline: reference.nullable(),
    verdict: z.enum(["reproduced", "refuted", "not testable"]),
    expected: z.enum(["reproduced", "refuted", "not testable"]),
    /** One sentence that says why. */
    evidence: z.string(),
  })),
  runs: z.array(
    z.strictObject({
      seed: z.number().int(),
      runId: z.string(),
      digests: digestsSchema,
      /** Summaries of before trainings were watched have none. */
      findings: z.array(findingSchema).default([]),
    }),
  ),
});

/** One line of `events.jsonl`. */
export const eventSchema = z.strictObject({
  step: z.number().int(),
  epoch: z.number().int().optional(),
  tag: z.string(),
  value: z.number().nullable(),
});

export type Manifest = z.infer<typeof manifestSchema>;
/** What `result.json` says of a run. */
export type Result = z.infer<typeof resultSchema>;
export type Summary = z.infer<typeof summarySchema>;
export type Event = z.infer<typeof eventSchema>;
export type Digests = z.infer<typeof digestsSchema>;
