/**
 * Forecasts by a mean that forgets.
 *
 * @module
 */

import { checkTask, type ForecastTask } from "./types.ts";

/**
 * The exponentially weighted mean of each target over the window: it begins as the first row's value and
 * moves by `weight` of the difference at every row after it.
 *
 * @param starts First rows of the windows to forecast.
 * @param weight Of the newest row, above 0 up to 1; 1 is persistence.
 * @returns `[windows, targets]` f64, in original units.
 * @throws {RangeError} When the task does not fit together or the weight is out of range.
 *
 * @example
 * ```ts
 * import { exponentialAverage } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const task = { values: Float32Array.of(0, 8, 4, 1), columns: 1, window: 3, horizon: 1, targets: [0] };
 * assertEquals(exponentialAverage(task, Int32Array.of(0), 0.5), Float64Array.of(4));
 * ```
 */
export function exponentialAverage(
  task: ForecastTask,
  starts: Int32Array,
  weight: number,
): Float64Array {
  checkTask(task, starts);
  if (!(weight > 0 && weight <= 1)) {
    throw new RangeError(
      `Cannot forecast by an exponentially weighted mean with weight ${weight}: a number above 0, at ` +
        `most 1, is needed`,
    );
  }
  const { values, columns, window, targets } = task;
  const means = new Float64Array(starts.length * targets.length);
  let at = 0;
  for (const start of starts) {
    for (const target of targets) {
      let mean = values[start * columns + target]!;
      for (let row = start + 1; row < start + window; row++) {
        mean += weight * (values[row * columns + target]! - mean);
      }
      means[at++] = mean;
    }
  }
  return means;
}
