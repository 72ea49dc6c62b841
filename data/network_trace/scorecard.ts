/**
 * Ceiling and baselines of a trace on the test part of a chronological split: the numbers from which
 * the `v2` parameters were chosen.
 *
 * @module
 */

import {
  chronologicalSplit,
  fitRidge,
  type Key,
  lookupByGroup,
  meanOfLast,
  persistence,
  predictRidge,
  regressionMetrics,
  series,
  sliceWindows,
  targetRows,
  windows,
} from "assay";
import { networkTrace, type NetworkTraceOptions, traceTargets } from "../network_trace.ts";
import { ceilingMetrics, traceCeiling } from "./ceiling.ts";
import { TRACE_FEATURES, TRACE_TARGET_UNITS, TRACE_TARGETS } from "./columns.ts";
import { filterForecasts } from "./window_filter.ts";

/** Rows that a window sees. */
export const WINDOW = 20;

/** What one predictor reaches on the test part. */
export interface Score {
  /** Mean over the four targets of Pearson's r. */
  readonly correlation: number;
  /** Mean over the four targets of the MAPE, percent. */
  readonly mape: number;
  /** Mean squared error of targets standardised over the training part. */
  readonly error: number;
}

/** Scores by predictor. */
export type Scorecard = Readonly<
  Record<"ceiling" | "ridge" | "persistence" | "window mean" | "lookup", Score>
>;

/** Windows and targets of a trace, split 70/15/15 in time. */
function framed(key: Key, options: NetworkTraceOptions, horizon: number) {
  const trace = networkTrace(key, options);
  const all = windows({ rows: trace.rows, window: WINDOW, horizon });
  const split = chronologicalSplit(all.starts.length);
  const train = sliceWindows(all, split.train), test = sliceWindows(all, split.test);
  const scales = standardDeviations(traceTargets(trace, targetRows(train)));
  return { trace, train, test, scales };
}

/**
 * Scores ceiling, persistence, mean of the window, lookup by (hour, weekday) and ridge (penalty 50)
 * on the test part of a trace.
 */
export function scorecard(key: Key, options: NetworkTraceOptions, horizon: number): Scorecard {
  const { trace, train, test, scales } = framed(key, options, horizon);
  const rows = targetRows(test);
  const actual = traceTargets(trace, rows);
  const features = series(trace, TRACE_FEATURES);
  const task = {
    values: features.values,
    columns: TRACE_FEATURES.length,
    window: WINDOW,
    horizon,
    targets: TRACE_TARGETS.map((target) => TRACE_FEATURES.indexOf(target)),
  };
  const { time_of_day: hours, day_of_week: weekdays } = trace.columns;
  const groups = hours.map((hour, row) => 24 * weekdays[row]! + Math.floor(hour));
  const best = traceCeiling(trace, { rows, horizon });
  const metrics = ceilingMetrics(actual, best);
  return {
    ceiling: {
      correlation: metrics["correlation/mean"]!.value,
      mape: metrics["mape/mean"]!.value,
      error: standardisedError(actual, best.mean, scales),
    },
    ridge: score(actual, predictRidge(fitRidge(task, train.starts), task, test.starts), scales),
    persistence: score(actual, persistence(task, test.starts), scales),
    "window mean": score(actual, meanOfLast(task, test.starts), scales),
    lookup: score(actual, lookupByGroup(task, train.starts, test.starts, groups), scales),
  };
}

/**
 * Scores the filter that sees windows only, beside the ceiling, on every `stride`-th test window of a
 * `v2` trace (it takes milliseconds a window).
 */
export function filterScore(
  key: Key,
  options: NetworkTraceOptions,
  horizon: number,
  stride: number,
): { readonly filter: Score; readonly ceiling: Score } {
  const { trace, test, scales } = framed(key, options, horizon);
  const some = { ...test, starts: test.starts.filter((_, i) => i % stride === 0) };
  const rows = targetRows(some);
  const actual = traceTargets(trace, rows);
  return {
    filter: score(actual, filterForecasts(trace, some.starts, WINDOW, horizon), scales),
    ceiling: score(actual, traceCeiling(trace, { rows, horizon }).mean, scales),
  };
}

function score(actual: Float64Array, predicted: Float64Array, scales: Float64Array): Score {
  const names = { targets: TRACE_TARGETS, units: TRACE_TARGET_UNITS };
  const metrics = regressionMetrics(actual, predicted, names);
  return {
    correlation: metrics["correlation/mean"]!.value,
    mape: metrics["mape/mean"]!.value,
    error: standardisedError(actual, predicted, scales),
  };
}

function standardisedError(
  actual: Float64Array,
  predicted: Float64Array,
  scales: Float64Array,
): number {
  let sum = 0;
  for (let i = 0; i < actual.length; i++) {
    const error = (actual[i]! - predicted[i]!) / scales[i % scales.length]!;
    sum += error * error;
  }
  return sum / actual.length;
}

/** Population standard deviation of each of the four columns. */
function standardDeviations(values: Float64Array): Float64Array {
  const width = TRACE_TARGETS.length, rows = values.length / width;
  const means = new Float64Array(width), squares = new Float64Array(width);
  for (let i = 0; i < values.length; i++) means[i % width]! += values[i]! / rows;
  for (let i = 0; i < values.length; i++) {
    const deviation = values[i]! - means[i % width]!;
    squares[i % width]! += deviation * deviation / rows;
  }
  return squares.map(Math.sqrt);
}
