/**
 * What the parts of the study have in common: how errors are named, and rows picked.
 *
 * @module
 */

import { type Metric, metric, prefixNames, regressionMetrics } from "assay";
import { TARGETS } from "./histories.ts";

/**
 * MAE and RMSE of each target, and the means of the three of each, as the document takes them.
 *
 * @param actual `[count, 3]`.
 */
export function errorScores(
  path: string,
  actual: Float64Array,
  predicted: Float64Array,
): Record<string, Metric> {
  const scores = regressionMetrics(actual, predicted, {
    targets: TARGETS.map(metricName),
    units: TARGETS.map(() => ""),
  });
  const mean = (kind: string) => {
    const sum = TARGETS.reduce(
      (sum, name) => sum + scores[`${metricName(name)}/${kind}`]!.value,
      0,
    );
    return metric(sum / TARGETS.length, "lower");
  };
  const own = Object.entries(scores).filter(([name]) => /\/(mae|rmse)$/.test(name));
  return prefixNames(`${path}/`, {
    ...Object.fromEntries(own),
    mae: mean("mae"),
    rmse: mean("rmse"),
  });
}

/** A name of data among names of metrics. */
function metricName(name: string): string {
  return name.replaceAll("_", "-");
}

/** A share of a run as the names of metrics have it. */
export function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

/** Rows of `[count, width]`. */
export function rowsOf(
  values: ArrayLike<number>,
  rows: ArrayLike<number>,
  width = 3,
): Float64Array {
  return Float64Array.from(
    { length: rows.length * width },
    (_, at) => values[rows[Math.floor(at / width)]! * width + at % width]!,
  );
}
