/**
 * How well the ends of runs are foretold, and how surely.
 *
 * @module
 */

import {
  addBaseline,
  type BootstrapInterval,
  clusterBootstrap,
  type Direction,
  type Key,
  type Metric,
  metric,
  type Study,
} from "assay";
import { type Forecasts, type Rival, RIVALS } from "./rivals.ts";
import { errorScores, percent, rowsOf } from "./study.ts";

/** Draws of data sets for an interval. */
const RESAMPLES = 1000;

/** A point of a line in a figure, with its interval. */
export interface ErrorPoint extends BootstrapInterval {
  readonly rival: Rival;
  readonly share: number;
}

/** Errors at every share: of the LSTM and its rivals, per target, and by how much the LSTM is better. */
export function scoreErrors(
  study: Study,
  path: string,
  forecasts: Forecasts,
  key: Key,
): ErrorPoint[] {
  const { actual, by } = forecasts;
  const groups = groupsOf(forecasts);
  const errors = Object.fromEntries(RIVALS.map((rival) => [rival, rowErrors(actual, by[rival])]));
  return sharesOf(forecasts).flatMap((share) => {
    const at = `${path}/${percent(share)}`;
    const rows = rowsAt(forecasts, share);
    const scores = (rival: Rival) => errorScores(at, rowsOf(actual, rows), rowsOf(by[rival], rows));
    Object.assign(study.metrics, scores("LSTM"));
    for (const rival of RIVALS.slice(1)) addBaseline(study, rival, scores(rival));

    const mean = (rival: Rival, of: ArrayLike<number>) => meanOf(errors[rival]!, of);
    const interval = (name: string, statistic: (rows: ArrayLike<number>) => number) =>
      resampled(key.key(at).key(name), groups, rows, statistic);
    const gain = interval("gain", (of) => mean("ridge", of) - mean("LSTM", of));
    Object.assign(study.metrics, withEnds(`${at}/gain/ridge`, gain));
    const simple = Math.min(mean("median", rows), mean("last value", rows));
    study.metrics[`${at}/skill/simple`] = metric(1 - mean("LSTM", rows) / simple, "higher");
    return RIVALS.map((rival) => ({
      rival,
      share,
      ...interval(rival, (of) => mean(rival, of)),
    }));
  });
}

/** Of each row of `[count, 3]` the mean absolute error. */
function rowErrors(actual: Float64Array, said: Float64Array): Float64Array {
  const error = (at: number) => Math.abs(actual[at]! - said[at]!);
  return Float64Array.from(
    { length: actual.length / 3 },
    (_, i) => (error(3 * i) + error(3 * i + 1) + error(3 * i + 2)) / 3,
  );
}

/** A metric of a value, and its bounds under `/low` and `/high`. */
export function withEnds(
  path: string,
  { value, low, high }: BootstrapInterval,
  better: Direction = "higher",
): Record<string, Metric> {
  return {
    [path]: metric(value, better),
    [`${path}/low`]: metric(low, better),
    [`${path}/high`]: metric(high, better),
  };
}

/** Draws data sets anew, each with all its rows. */
export function resampled(
  key: Key,
  groups: readonly string[],
  rows: Int32Array,
  statistic: (rows: ArrayLike<number>) => number,
): BootstrapInterval {
  const own = Array.from(rows, (row) => groups[row]!);
  return clusterBootstrap(
    key,
    own,
    (drawn) => statistic(drawn.map((position) => rows[position]!)),
    { resamples: RESAMPLES },
  );
}

/** The data set of every prefix. */
export function groupsOf({ prefixes: { histories, run } }: Forecasts): string[] {
  return Array.from(run, (r) => histories.runs[r]!.dataset);
}

/** Shares of the prefixes, ascending. */
export function sharesOf({ prefixes: { share } }: Forecasts): number[] {
  return [...new Set(share)].sort((a, b) => a - b);
}

/** Positions of the prefixes at a share. */
export function rowsAt({ prefixes: { share } }: Forecasts, wanted: number): Int32Array {
  return Int32Array.from(share.keys()).filter((i) => share[i] === wanted);
}

/** The mean over some rows. */
export function meanOf(values: ArrayLike<number>, rows: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += values[rows[i]!]!;
  return sum / rows.length;
}
