/**
 * Features of per-function series: what an operational model sees of a function, step by step.
 *
 * @module
 */

import { cos, exp, log, type SampleRange, type Series, sin } from "assay";
import type { FeatureVariant } from "./document_features.ts";
import type { StepSeries } from "./series.ts";
import { type StepSplit, stepSplit } from "./step_windows.ts";

/** In the order of the columns; the first three, in their own units, are the targets. */
export const STEP_FEATURES = [
  "request_rate",
  "concurrency",
  "busy_share",
  "queue",
  "time_sin",
  "time_cos",
] as const;

/** The targets: invocations that start in a step, mean number that run at once, share of it in which any runs. */
export const STEP_TARGETS = ["count", "concurrency", "busy_share"] as const;

/** Values this far beyond the train maximum are the last that are told apart. */
const BEYOND = 1.5;

/** Seconds of a day. */
const DAY = 86_400;

/** Largest values in train, over all functions, which are stored with the model. */
export interface StepMaxima {
  readonly count: number;
  readonly concurrency: number;
  readonly inFlight: number;
}

/** Features, and how many values lay beyond what train allows. */
export interface StepFeatures {
  /** Columns {@linkcode STEP_FEATURES}. */
  readonly series: Series;
  readonly clipped: Readonly<Record<keyof StepMaxima, number>>;
}

/**
 * The rows of train, function after function.
 *
 * @param split Default: 70, 15 and 15 % of the time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tracedFunction } from "./stable_hash.ts";
 * import { stepSeries } from "./series.ts";
 *
 * const binned = stepSeries({
 *   functions: [tracedFunction("shop", "pay", 0)],
 *   functionIndex: Uint16Array.of(0, 0),
 *   endSeconds: Float64Array.of(0.5, 9.5),
 *   durationSeconds: Float32Array.of(0.5, 0.5),
 * }, { stepSeconds: 1 });
 * assertEquals(trainRows(binned), [{ from: 0, to: 7 }]);
 * ```
 */
export function trainRows(
  { steps, functions }: StepSeries,
  { validation }: StepSplit = stepSplit(steps),
): SampleRange[] {
  return functions.map(({ from, firstStep }) => ({
    from,
    to: from + Math.max(0, validation - firstStep),
  }));
}

/**
 * The largest values of train; 1 for what never was above 0.
 *
 * @param split Default: 70, 15 and 15 % of the time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tracedFunction } from "./stable_hash.ts";
 * import { stepSeries } from "./series.ts";
 *
 * const binned = stepSeries({
 *   functions: [tracedFunction("shop", "pay", 0)],
 *   functionIndex: Uint16Array.of(0, 0, 0),
 *   endSeconds: Float64Array.of(0.5, 0.75, 9.5),
 *   durationSeconds: Float32Array.of(0.5, 0.25, 0.5),
 * }, { stepSeconds: 1 });
 * assertEquals(stepMaxima(binned), { count: 2, concurrency: 0.75, inFlight: 1 });
 * ```
 */
export function stepMaxima(series: StepSeries, split?: StepSplit): StepMaxima {
  const { count, busySeconds, inFlight } = series.columns;
  const ranges = trainRows(series, split);
  const most = (column: Float32Array) => {
    let largest = 0;
    for (const { from, to } of ranges) {
      for (let row = from; row < to; row++) largest = Math.max(largest, column[row]!);
    }
    return largest === 0 ? 1 : largest;
  };
  return {
    count: most(count),
    concurrency: most(busySeconds) / series.stepSeconds,
    inFlight: most(inFlight),
  };
}

/**
 * The features of every step. `raw`: in their own units. `normalised`: count, concurrency and queue as
 * log(1 + x) / log(1 + max), x at most 1.5 times the train maximum. Sine and cosine are of the time of day.
 *
 * @param maxima Of train, {@linkcode stepMaxima}.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { tracedFunction } from "./stable_hash.ts";
 * import { stepSeries } from "./series.ts";
 *
 * const binned = stepSeries({
 *   functions: [tracedFunction("shop", "pay", 0)],
 *   functionIndex: Uint16Array.of(0, 0),
 *   endSeconds: Float64Array.of(21_605, 21_625),
 *   durationSeconds: Float32Array.of(5, 5),
 * }, { stepSeconds: 10 });
 * const { series, clipped } = stepFeatures(binned, { count: 1, concurrency: 0.2, inFlight: 1 }, "normalised");
 * assertEquals(series.values.subarray(0, 4), Float32Array.of(1, Math.log(1.3) / Math.log(1.2), 0.5, 0));
 * assertAlmostEquals(series.values[4]!, 1); // six in the morning
 * assertEquals(clipped, { count: 0, concurrency: 2, inFlight: 0 });
 * ```
 */
export function stepFeatures(
  binned: StepSeries,
  maxima: StepMaxima,
  variant: FeatureVariant,
): StepFeatures {
  const { stepSeconds, rows, functions, columns } = binned;
  const width = STEP_FEATURES.length;
  const values = new Float32Array(rows * width);
  const clipped = { count: 0, concurrency: 0, inFlight: 0 };
  const feature = (name: keyof StepMaxima, value: number) => {
    if (variant === "raw") return value;
    const bound = BEYOND * maxima[name];
    if (value > bound) clipped[name]++;
    return log(1 + Math.min(value, bound)) / log(1 + maxima[name]);
  };
  for (const { from, to, firstStep } of functions) {
    for (let row = from; row < to; row++) {
      const at = row * width;
      const turn = 2 * Math.PI * ((firstStep + row - from) * stepSeconds % DAY) / DAY;
      values[at] = feature("count", columns.count[row]!);
      values[at + 1] = feature("concurrency", columns.busySeconds[row]! / stepSeconds);
      values[at + 2] = columns.busyShare[row]!;
      values[at + 3] = feature("inFlight", columns.inFlight[row]!);
      values[at + 4] = sin(turn);
      values[at + 5] = cos(turn);
    }
  }
  return { series: { columns: STEP_FEATURES, rows, values }, clipped };
}

/**
 * The targets of every step in their own units: columns {@linkcode STEP_TARGETS}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tracedFunction } from "./stable_hash.ts";
 * import { stepSeries } from "./series.ts";
 *
 * const { values } = stepTargets(stepSeries({
 *   functions: [tracedFunction("shop", "pay", 0)],
 *   functionIndex: Uint16Array.of(0, 0),
 *   endSeconds: Float64Array.of(10, 10),
 *   durationSeconds: Float32Array.of(5, 5),
 * }, { stepSeconds: 20 }));
 * assertEquals(values, Float32Array.of(2, 0.5, 0.25));
 * ```
 */
export function stepTargets({ rows, columns, stepSeconds }: StepSeries): Series {
  const width = STEP_TARGETS.length;
  const values = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    values[row * width] = columns.count[row]!;
    values[row * width + 1] = columns.busySeconds[row]! / stepSeconds;
    values[row * width + 2] = columns.busyShare[row]!;
  }
  return { columns: STEP_TARGETS, rows, values };
}

/**
 * Targets in their own units as the normalised features have them, without a bound.
 *
 * @param values `[rows, 3]`, {@linkcode STEP_TARGETS}.
 * @returns `[rows, 3]` f32, the first three of {@linkcode STEP_FEATURES}.
 */
export function scaleTargets(
  maxima: StepMaxima,
  values: Float32Array | Float64Array,
): Float32Array {
  return eachLogarithm(maxima, values, (value, scale) => log(1 + value) / scale);
}

/**
 * Normalised targets back in their own units, so that every method is scored in the same. Nobody demands or provides
 * less than nothing: what is below 0 is 0.
 *
 * @param values `[rows, 3]`, the first three of {@linkcode STEP_FEATURES}.
 * @returns `[rows, 3]` f32, {@linkcode STEP_TARGETS}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const maxima = { count: 3, concurrency: 1, inFlight: 1 };
 * assertEquals(unscaleTargets(maxima, Float32Array.of(0.5, 1, 0.25)), Float32Array.of(1, 1, 0.25));
 * assertEquals(unscaleTargets(maxima, Float32Array.of(-0.1, 0, -0.2)), new Float32Array(3));
 * ```
 */
export function unscaleTargets(
  maxima: StepMaxima,
  values: Float32Array | Float64Array,
): Float32Array {
  const units = eachLogarithm(maxima, values, (value, scale) => exp(value * scale) - 1);
  return units.map((value) => Math.max(0, value));
}

/** Changes the targets that are logarithms where they are normalised; the third stays as it is. */
function eachLogarithm(
  { count, concurrency }: StepMaxima,
  values: Float32Array | Float64Array,
  change: (value: number, scale: number) => number,
): Float32Array {
  const scales = [log(1 + count), log(1 + concurrency)];
  return Float32Array.from(values, (value, i) => {
    const scale = scales[i % STEP_TARGETS.length];
    return scale === undefined ? value : change(value, scale);
  });
}
