/**
 * The simple forecasts that a model of the series has to beat, all in the targets' own units.
 *
 * @module
 */

import {
  exponentialAverage,
  fitRidge,
  type ForecastTask,
  meanOfLast,
  persistence,
  predictRidge,
  seasonalNaive,
} from "assay";
import type { StepSeries } from "./series.ts";
import type { SplitWindows } from "./step_windows.ts";

/** The document's factor of over-provisioning. */
const STATIC_FACTOR = 2;

/** Steps of its moving average. */
const MOVING_STEPS = 5;

/** Weight of the newest step in the exponential average. */
const NEWEST_WEIGHT = 0.3;

/** Seconds of the season: a day. */
const SEASON = 86_400;

/** The document's baselines, each `[windows, targets]` f64. */
export interface DocumentForecasts {
  /** What was last seen. */
  readonly reactive: Float64Array;
  /** Twice that: in requests, as a capacity. */
  readonly "static 2×": Float64Array;
  /** Of five steps. */
  readonly "moving average": Float64Array;
}

/**
 * The document's baselines at some windows.
 *
 * @param starts First rows of the windows.
 * @throws {RangeError} When the task does not fit together, or its window has under five steps.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float32Array.of(1, 2, 3, 4, 5, 6);
 * const task = { values, columns: 1, window: 5, horizon: 1, targets: [0] };
 * assertEquals(documentForecasts(task, Int32Array.of(0)), {
 *   reactive: Float64Array.of(5),
 *   "static 2×": Float64Array.of(10),
 *   "moving average": Float64Array.of(3),
 * });
 * ```
 */
export function documentForecasts(task: ForecastTask, starts: Int32Array): DocumentForecasts {
  const reactive = persistence(task, starts);
  return {
    reactive,
    "static 2×": reactive.map((last) => STATIC_FACTOR * last),
    "moving average": meanOfLast(task, starts, MOVING_STEPS),
  };
}

/** Forecasts by name, each `[windows, targets]` f64. */
export type Forecasts = Readonly<Record<string, Float64Array>>;

/**
 * Forecasts of the test windows: {@linkcode documentForecasts}, `exponential average`, `seasonal naive` (a day
 * before) and `ridge` on the whole window, fitted to the train windows.
 *
 * @param task Over the rows of `series`, in their own units.
 * @throws {RangeError} When the task does not fit together, its window has under five steps, or a day is no whole number of steps.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { stepTargets } from "./features.ts";
 * import { invocationTrace } from "./generate.ts";
 * import { stepSeries } from "./series.ts";
 * import { stepWindows } from "./step_windows.ts";
 *
 * const trace = invocationTrace(rootKey(1), { days: 2, invocations: 5_000 });
 * const series = stepSeries(trace, { stepSeconds: 60, functions: [0] });
 * const parts = stepWindows(series, { window: 12, horizon: 1 });
 * const { values, columns } = stepTargets(series);
 * const task = { values, columns: columns.length, window: 12, horizon: 1, targets: [0, 1, 2] };
 * const { reactive, "static 2×": twice } = simpleForecasts(task, series, parts);
 * assertEquals(twice, reactive!.map((value) => 2 * value));
 * ```
 */
export function simpleForecasts(
  task: ForecastTask,
  { stepSeconds, functions }: StepSeries,
  { train, test }: SplitWindows,
): Forecasts {
  const { starts } = test;
  return {
    ...documentForecasts(task, starts),
    "exponential average": exponentialAverage(task, starts, NEWEST_WEIGHT),
    "seasonal naive": seasonalNaive(task, starts, SEASON / stepSeconds, begins(functions, starts)),
    ridge: predictRidge(fitRidge(task, train.starts), task, starts),
  };
}

/** First row of the function that each window is cut out of. */
function begins(functions: StepSeries["functions"], starts: Int32Array): Int32Array {
  // Windows stand in the order of their functions.
  let f = 0;
  return starts.map((start) => {
    while (functions[f]!.to <= start) f++;
    return functions[f]!.from;
  });
}
