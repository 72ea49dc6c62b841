/**
 * What the parts of a study have in common: how forecasts are scored, which windows are used.
 *
 * @module
 */

import {
  type Metric,
  prefixNames,
  regressionMetrics,
  type RegressionTargets,
  type RegressionValues,
  type Series,
  type Windows,
} from "assay";
import type { SplitWindows } from "../../data/serverless/step_windows.ts";

/** MAE, RMSE and R² of each target and the mean R². Relative errors say nothing where demand is often zero. */
export function errorScores(
  prefix: string,
  actual: RegressionValues,
  predicted: RegressionValues,
  targets: RegressionTargets,
): Record<string, Metric> {
  const scores = Object.entries(regressionMetrics(actual, predicted, targets))
    .filter(([path]) => /(mae|rmse|r2|r2\/mean)$/.test(path));
  return prefixNames(`${prefix}/`, Object.fromEntries(scores));
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

/** At most `most` of the training windows and a quarter as many of the others, evenly spread. */
export function thinnedParts(
  { train, validation, test }: SplitWindows,
  most: number,
): SplitWindows {
  const held = Math.ceil(most / 4);
  return {
    train: thinned(train, most),
    validation: thinned(validation, held),
    test: thinned(test, held),
  };
}

/** The first columns of a series, `[rows, count]`: features of a row that are asked for in another. */
export function firstColumns({ columns, rows, values }: Series, count: number): Float32Array {
  const width = columns.length;
  return Float32Array.from(
    { length: rows * count },
    (_, i) => values[Math.floor(i / count) * width + i % count]!,
  );
}
