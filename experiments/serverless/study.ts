/**
 * What the parts of a study have in common: where results go, how forecasts are scored, which windows are used.
 *
 * @module
 */

import {
  type Figure,
  type Metric,
  regressionMetrics,
  type RegressionTargets,
  type RegressionValues,
  type Series,
  type Windows,
} from "assay";

/** What the parts of a study add to. */
export interface Study {
  readonly metrics: Record<string, Metric>;
  readonly baselines: Record<string, Record<string, number>>;
  readonly ceilings: Record<string, number>;
  readonly figures: Figure[];
}

/** A study with nothing in it. */
export function emptyStudy(): Study {
  return { metrics: {}, baselines: {}, ceilings: {}, figures: [] };
}

/** A metric without a unit, or with one. */
export function metric(value: number, better: "higher" | "lower", unit = ""): Metric {
  return { value, unit, better };
}

/** Adds scores of a named reference. */
export function addBaseline(
  { baselines }: Study,
  name: string,
  scores: Readonly<Record<string, Metric>>,
): void {
  baselines[name] = {
    ...baselines[name],
    ...Object.fromEntries(Object.entries(scores).map(([path, { value }]) => [path, value])),
  };
}

/** MAE, RMSE and R² of each target and the mean R². Relative errors say nothing where demand is often zero. */
export function errorScores(
  prefix: string,
  actual: RegressionValues,
  predicted: RegressionValues,
  targets: RegressionTargets,
): Record<string, Metric> {
  const scores = Object.entries(regressionMetrics(actual, predicted, targets));
  return Object.fromEntries(
    scores.filter(([path]) => /(mae|rmse|r2|r2\/mean)$/.test(path))
      .map(([path, score]) => [`${prefix}/${path}`, score]),
  );
}

/** At most `most` of the windows, evenly spread. */
export function thinned(windows: Windows, most: number): Windows {
  const { starts } = windows;
  if (starts.length <= most) return windows;
  const chosen = Int32Array.from(
    { length: most },
    (_, i) => starts[Math.floor(i * starts.length / most)]!,
  );
  return { ...windows, starts: chosen };
}

/** The first columns of a series, `[rows, count]`: features of a row that are asked for in another. */
export function firstColumns({ columns, rows, values }: Series, count: number): Float32Array {
  const width = columns.length;
  return Float32Array.from(
    { length: rows * count },
    (_, i) => values[Math.floor(i / count) * width + i % count]!,
  );
}
