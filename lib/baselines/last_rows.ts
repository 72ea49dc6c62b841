/**
 * Forecasts from the end of the window alone: what was last seen, or the mean of what was lately seen.
 *
 * @module
 */

import { checkTask, type ForecastTask } from "./types.ts";

/**
 * Persistence: every target keeps the value of the window's last row.
 *
 * @param starts First rows of the windows to forecast.
 * @returns `[windows, targets]` f64, in original units.
 * @throws {RangeError} When the task does not fit together.
 *
 * @example
 * ```ts
 * import { persistence } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const task = {
 *   values: Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40),
 *   columns: 2,
 *   window: 2,
 *   horizon: 1,
 *   targets: [1],
 * };
 * assertEquals(persistence(task, Int32Array.of(0, 1)), Float64Array.of(20, 30));
 * ```
 */
export function persistence(task: ForecastTask, starts: Int32Array): Float64Array {
  return meanOfLast(task, starts, 1);
}

/**
 * The mean of each target over the last `rows` rows of the window, summed in ascending order.
 *
 * @param starts First rows of the windows to forecast.
 * @param rows From 1 to the window's length. Default: the whole window.
 * @returns `[windows, targets]` f64, in original units.
 * @throws {RangeError} When the task does not fit together, or there are not so many rows.
 *
 * @example
 * ```ts
 * import { meanOfLast } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float32Array.of(1, 3, 8, 4);
 * const task = { values, columns: 1, window: 3, horizon: 1, targets: [0] };
 * assertEquals(meanOfLast(task, Int32Array.of(0)), Float64Array.of(4));
 * assertEquals(meanOfLast(task, Int32Array.of(0), 2), Float64Array.of(5.5));
 * ```
 */
export function meanOfLast(
  task: ForecastTask,
  starts: Int32Array,
  rows: number = task.window,
): Float64Array {
  checkTask(task, starts);
  const { values, columns, window, targets } = task;
  if (!(Number.isSafeInteger(rows) && rows >= 1 && rows <= window)) {
    throw new RangeError(
      `Cannot forecast by the mean of the last ${rows} rows: a whole number from 1 to the window's ` +
        `${window} is needed`,
    );
  }
  const means = new Float64Array(starts.length * targets.length);
  let at = 0;
  for (const start of starts) {
    for (const target of targets) {
      let sum = 0;
      for (let row = start + window - rows; row < start + window; row++) {
        sum += values[row * columns + target]!;
      }
      means[at++] = sum / rows;
    }
  }
  return means;
}
