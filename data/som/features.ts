/**
 * Histories as a predictor reads them, and what it is to predict.
 *
 * @module
 */

import { log } from "assay";
import { coursesOf, iterationsOf, type SomConfiguration } from "./configuration.ts";
import { type Checkpoint, mqeRatio, type Step } from "./history.ts";
import type { MapErrors } from "./quality.ts";
import type { RunRecord, SomRun } from "./run_record.ts";
import { scheduleValue } from "./schedules.ts";

/** What {@linkcode stepFeatures} gives of a step. Ratios are to the first step. */
export const STEP_FEATURES = [
  "progress",
  "mqe_ratio",
  "topographic_error",
  "dead_neuron_ratio",
  "learning_rate_ratio",
  "radius_ratio",
] as const;

/** What {@linkcode documentFeatures} gives of a step. */
export const DOCUMENT_FEATURES = ["mqe", "topographic_error", "dead_neuron_ratio"] as const;

/** What {@linkcode runContext} gives of a run. */
export const CONTEXT_FEATURES = [
  "ln_samples",
  "dimensions",
  "side",
  "neurons_per_sample",
  "hex",
] as const;

/** Shares of a training at which {@linkcode planFeatures} says what will be. */
const MOMENTS = [0, 0.25, 0.5, 0.75, 1];

/** What {@linkcode planFeatures} gives of a run. */
export const PLAN_FEATURES: readonly string[] = [
  "ln_iterations",
  ...["ln_learning_rate", "ln_radius", "ln_batch"].flatMap((name) =>
    MOMENTS.map((share) => `${name}_${100 * share}`)
  ),
];

/**
 * The steps so far, with time and schedules, comparable between data sets.
 *
 * @param history From its first step on, as far as it has come.
 * @returns `[steps, 6]`, {@linkcode STEP_FEATURES}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const first = { epoch: 0, mqe: 0.5, topographicError: 1, deadNeuronRatio: 0.5, updates: 0 };
 * const history = [
 *   { ...first, progress: 0, learningRate: 0.5, radius: 4 },
 *   { ...first, mqe: 0.25, progress: 0.05, learningRate: 0.25, radius: 3 },
 * ];
 * assertEquals([...stepFeatures(history).subarray(6)], [Math.fround(0.05), 0.5, 1, 0.5, 0.5, 0.75]);
 * ```
 */
export function stepFeatures(history: readonly Omit<Checkpoint, "updates">[]): Float32Array {
  const first = history[0]!;
  return Float32Array.from(history.flatMap((step) => [
    step.progress,
    mqeRatio([first, step]),
    step.topographicError,
    step.deadNeuronRatio,
    step.learningRate / first.learningRate,
    step.radius / first.radius,
  ]));
}

/**
 * The steps so far as the document feeds them: bare errors, without time.
 *
 * @returns `[steps, 3]`, {@linkcode DOCUMENT_FEATURES}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const step = { epoch: 10, mqe: 0.5, topographicError: 0.25, deadNeuronRatio: 0 };
 * assertEquals(documentFeatures([step]), Float32Array.of(0.5, 0.25, 0));
 * ```
 */
export function documentFeatures(history: readonly Step[]): Float32Array {
  return Float32Array.from(
    history.flatMap((step) => [step.mqe, step.topographicError, step.deadNeuronRatio]),
  );
}

/**
 * What is known of a run before it begins.
 *
 * @returns `[5]`, {@linkcode CONTEXT_FEATURES}. The side of a map that is not square is that of a square one
 * with as many units.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const configuration = { topology: "hex", rows: 5, columns: 20 } as const;
 * const context = runContext({ samples: 400, dimensions: 4, configuration });
 * assertEquals([...context.subarray(1)], [4, 10, 0.25, 1]);
 * ```
 */
export function runContext(
  { samples, dimensions, configuration }: Pick<SomRun, "samples" | "dimensions"> & {
    readonly configuration: Pick<SomConfiguration, "rows" | "columns" | "topology">;
  },
): Float32Array {
  const { rows, columns, topology } = configuration, units = rows * columns;
  const hex = topology === "hex" ? 1 : 0;
  return Float32Array.of(log(samples), dimensions, Math.sqrt(units), units / samples, hex);
}

/**
 * The rest of what is known of a run before it begins: how long it is, and learning rate, radius and samples of an
 * iteration from its beginning to its end, which say what schedules and their steepness come to.
 *
 * @returns `[16]`, {@linkcode PLAN_FEATURES}.
 *
 * @example
 * ```ts
 * import { log, rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { sampleConfiguration } from "./sample_configuration.ts";
 *
 * const drawn = sampleConfiguration(rootKey(1), 400);
 * const configuration = { ...drawn, epochMultiplier: 2, learningRateSchedule: "static" } as const;
 * const plan = planFeatures({ samples: 400, configuration });
 * const rate = Math.fround(log(configuration.startLearningRate));
 * assertEquals([...plan.subarray(0, 6)], [Math.fround(log(800)), rate, rate, rate, rate, rate]);
 * ```
 */
export function planFeatures(
  { samples, configuration }: Pick<SomRun, "samples" | "configuration">,
): Float32Array {
  const { learningRate, radius, batch } = coursesOf(configuration);
  const iterations = iterationsOf(configuration, samples), last = iterations - 1;
  const values = [learningRate, radius, batch].map((course) =>
    MOMENTS.map((share) => scheduleValue(course, Math.round(share * last), iterations))
  );
  const drawn = values[2]!.map((percent) => Math.max(1, percent / 100 * samples));
  return Float32Array.from([iterations, ...values[0]!, ...values[1]!, ...drawn], log);
}

/**
 * The end of a run, its quantisation error over that of the first step: comparable between data sets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const step = { epoch: 0, mqe: 0.5, topographicError: 1, deadNeuronRatio: 0.5 };
 * const final = { mqe: 0.1, topographicError: 0, deadNeuronRatio: 0.25 };
 * const run = { uid: "a", dataType: "simulated", final, history: [step] } as const;
 * assertEquals(ratioTargets(run), { mqe: 0.2, topographicError: 0, deadNeuronRatio: 0.25 });
 * ```
 */
export function ratioTargets({ final, history }: RunRecord): MapErrors {
  return { ...final, mqe: mqeRatio([history[0]!, final]) };
}

/**
 * The document's score of a map, lower is better: the quantisation error, the topographic error and
 * half the dead units. With an error that is a ratio it can be compared between data sets; the document's,
 * which is not, cannot.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(qualityScore({ mqe: 0.25, topographicError: 0.125, deadNeuronRatio: 0.5 }), 0.625);
 * ```
 */
export function qualityScore({ mqe, topographicError, deadNeuronRatio }: MapErrors): number {
  return mqe + topographicError + 0.5 * deadNeuronRatio;
}
