/**
 * Forecasts by what was seen a season before.
 *
 * @module
 */

import { checkTask, type ForecastTask } from "./types.ts";

/**
 * Each target keeps the value it had one period before the row asked for, a row that lies before the
 * window when the period is long; where the series had not begun by then, the window's last row stands in.
 *
 * @param starts First rows of the windows to forecast.
 * @param period Rows, at least the horizon.
 * @param begins `[windows]`: first row of the series that each window is cut out of.
 * @returns `[windows, targets]` f64, in original units.
 * @throws {RangeError} When the task does not fit together, the period is shorter than the horizon, or there is not one beginning a window.
 *
 * @example
 * ```ts
 * import { seasonalNaive } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float32Array.of(1, 2, 3, 4, 5, 6);
 * const task = { values, columns: 1, window: 2, horizon: 1, targets: [0] };
 * // The window of rows 3 and 4 asks for row 5: three before is row 2, which another series has.
 * const starts = Int32Array.of(3);
 * assertEquals(seasonalNaive(task, starts, 3, Int32Array.of(0)), Float64Array.of(3));
 * assertEquals(seasonalNaive(task, starts, 3, Int32Array.of(3)), Float64Array.of(5));
 * ```
 */
export function seasonalNaive(
  task: ForecastTask,
  starts: Int32Array,
  period: number,
  begins: Int32Array,
): Float64Array {
  checkTask(task, starts);
  const { values, columns, window, horizon, targets } = task;
  if (!(Number.isSafeInteger(period) && period >= horizon) || begins.length !== starts.length) {
    throw new RangeError(
      `Cannot forecast by the season before: the period is ${period} rows at a horizon of ${horizon}, ` +
        `and ${begins.length} beginnings stand beside ${starts.length} windows; a whole number from the ` +
        `horizon on and one beginning a window are needed`,
    );
  }
  const forecasts = new Float64Array(starts.length * targets.length);
  let at = 0;
  starts.forEach((start, w) => {
    const before = start + window - 1 + horizon - period;
    const row = before >= begins[w]! ? before : start + window - 1;
    for (const target of targets) forecasts[at++] = values[row * columns + target]!;
  });
  return forecasts;
}
