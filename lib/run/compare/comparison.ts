/**
 * The document that `compare` writes: how two runs differ. Throughout, `a` is the run named first.
 *
 * @module
 */

import { z } from "zod";
import { causes } from "./parting.ts";
import { contractSchema } from "../schema.ts";

/** The same of each run. */
const both = <Schema extends z.ZodType>(schema: Schema) => z.strictObject({ a: schema, b: schema });

/** Something that differs; `null` where a run has nothing of that name. */
const changes = z.array(z.strictObject({ name: z.string(), a: z.unknown(), b: z.unknown() }));

/** A number; `null` where it is missing or not finite. */
const measure = z.number().nullable();

const partingSchema = z.strictObject({
  loop: z.string(),
  /** The first step that came out differently, from 1; 0 where the weights differed before training. */
  step: z.number().int(),
  /** The last step after which the weights are known to be equal; -1 when they never were. */
  equalAfter: z.number().int(),
  /** Variables whose bits differ at the first fingerprints that do. */
  groups: z.array(z.string()),
  /** The step after which those fingerprints were taken. */
  groupsStep: z.number().int().nullable(),
  /** The first losses that differ, |a - b|, and that over the larger of |a| and |b|. */
  loss: z.strictObject({
    step: z.number().int(),
    a: measure,
    b: measure,
    difference: measure,
    relative: measure,
  }).nullable(),
  /** Steps of each. */
  steps: both(z.number().int()),
  cause: z.enum(causes),
  /** What that points to, in words. */
  means: z.string(),
});

/** A tensor in two runs. */
const pairSchema = z.strictObject({
  /** The kernel's name for it, with the variable's where it is one. */
  name: z.string(),
  shape: z.array(z.number().int()),
  /** SHA-256 of the elements; `null` where one run has no such tensor. */
  a: z.string().nullable(),
  b: z.string().nullable(),
});

/** The first operation of a step whose output differs. */
const partingCallSchema = z.strictObject({
  /** Its place among the operations of the step, from 1. */
  call: z.number().int(),
  kernel: z.string(),
  /**
   * What differs before it does anything: other operations are run, its plain values or its tensors are other
   * ones; with `nothing` the operation itself gives other bits for the same.
   */
  before: z.enum(["operation", "values", "inputs", "nothing"]),
  /** Its plain values as JSON. */
  attributes: both(z.string()),
  inputs: z.array(pairSchema),
  outputs: z.array(pairSchema),
});

/** What came of taking both runs up again before they part, and watching the step. */
const bisectionSchema = z.strictObject({
  loop: z.string(),
  step: z.number().int(),
  /** Operations of the step in each. */
  calls: both(z.number().int()),
  /** `null` when the step has the same bits in both, taken again. */
  parting: partingCallSchema.nullable(),
});

/** What `compare` found. */
export const comparisonSchema = z.strictObject({
  schema: z.literal("assay/comparison@1"),
  experiment: z.string(),
  /** The same data, losses and weights, bit for bit. */
  same: z.boolean(),
  runs: both(z.strictObject({
    runId: z.string(),
    directory: z.string(),
    profile: z.string(),
    seed: z.number().int(),
    contract: contractSchema,
    startedAt: z.string(),
    command: z.string(),
  })),
  /** Whether contracts promise the same bits to the same code, configuration and seed on these two devices. */
  licence: z.strictObject({ licensed: z.boolean(), because: z.string() }),
  /** Differences of what the run ids are made from. None of them: the ids are the same. */
  identity: z.strictObject({
    /** Seed, backend, numerics class. */
    settings: changes,
    config: changes,
    /** SHA-256 of local modules by path. */
    modules: changes,
    /** Integrity of locked packages by name and version. */
    dependencies: changes,
  }),
  /** Versions, device, adapter, self-test, git, profile, interruptions. */
  environment: changes,
  /** Files that are not as they were written, a phrase each. */
  altered: both(z.array(z.string())),
  /** Which digests are equal. */
  digests: z.strictObject({ data: z.boolean(), weights: z.boolean(), history: z.boolean() }),
  /** The first parting of all loops in the order in which they ran. */
  parting: partingSchema.nullable(),
  loops: z.array(z.strictObject({
    loop: z.string(),
    /** Steps of each; `null` where a run has no readable history of the loop. */
    steps: both(z.number().int().nullable()),
    /** `null` when the histories are the same bits, or one is missing. */
    parting: partingSchema.omit({ loop: true }).nullable(),
    /** Loss of each one's last step. */
    lastLoss: both(measure),
    /** The final weights, by variable. */
    weights: z.array(z.strictObject({
      group: z.string(),
      /** `null` where a run has no such variable. */
      shapes: both(z.array(z.number().int()).nullable()),
      /** Elements whose bits differ; `null` where shapes do, as all that follows. */
      differing: z.number().int().nullable(),
      /** The largest |a - b|. */
      largest: measure,
      /** That over the variable's largest magnitude in either run. */
      relative: measure,
    })),
  })),
  /** Metrics of either run. */
  metrics: z.array(z.strictObject({
    metric: z.string(),
    unit: z.string(),
    a: measure,
    b: measure,
    /** b - a. */
    difference: measure,
  })),
  /** Files that could not be read and were left out, a paragraph each. */
  unread: z.array(z.string()),
  /** `null` when it was not asked for. */
  bisection: bisectionSchema.nullable(),
});

export type Comparison = z.infer<typeof comparisonSchema>;
export type Bisection = z.infer<typeof bisectionSchema>;
export type PartingCall = z.infer<typeof partingCallSchema>;
export type TensorPair = z.infer<typeof pairSchema>;
/** Something that differs between two runs. */
export type Change = Comparison["environment"][number];
/** Where two runs part, in numbers and words. */
export type ComparedParting = NonNullable<Comparison["parting"]>;
