/**
 * Forecasts from the calendar alone: the training mean of the group that the target row belongs to.
 *
 * @module
 */

import { checkTask, type ForecastTask } from "./types.ts";

/**
 * A table of training means by group. A group that training never saw gets the mean over all of
 * training.
 *
 * @param train First rows of the training windows; their target rows fill the table.
 * @param starts First rows of the windows to forecast.
 * @param groups `[rows]`: the group of every row, such as 2 · hour + weekend. It has to be known in
 * advance for the rows to come: a clock, not a measurement.
 * @returns `[windows, targets]` f64, in original units.
 * @throws {RangeError} When the task does not fit together or there is no training window.
 *
 * @example
 * ```ts
 * import { lookupByGroup } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float32Array.of(0, 2, 10, 4, 20, 0, 0);
 * const task = { values, columns: 1, window: 1, horizon: 1, targets: [0] };
 * const groups = Int32Array.of(1, 0, 1, 0, 1, 0, 7);
 * // Trained on rows 1 to 4: group 0 has mean 3, group 1 mean 15; nobody saw group 7.
 * assertEquals(
 *   lookupByGroup(task, Int32Array.of(0, 1, 2, 3), Int32Array.of(4, 5), groups),
 *   Float64Array.of(3, 9),
 * );
 * ```
 */
export function lookupByGroup(
  task: ForecastTask,
  train: Int32Array,
  starts: Int32Array,
  groups: ArrayLike<number>,
): Float64Array {
  checkTask(task, train);
  checkTask(task, starts);
  const { values, columns, window, horizon, targets } = task;
  if (groups.length * columns !== values.length || train.length === 0) {
    throw new RangeError(
      `Cannot forecast by group: ${groups.length} groups for ${values.length / columns} rows and ` +
        `${train.length} training windows; one group a row and one window at least are needed`,
    );
  }
  const width = targets.length;
  const ahead = window - 1 + horizon;
  const all = { count: 0, sums: new Float64Array(width) };
  const byGroup = new Map<number, typeof all>();
  for (const start of train) {
    const row = start + ahead;
    const group = groups[row]!;
    let cell = byGroup.get(group);
    if (!cell) byGroup.set(group, cell = { count: 0, sums: new Float64Array(width) });
    cell.count++;
    all.count++;
    for (let k = 0; k < width; k++) {
      const value = values[row * columns + targets[k]!]!;
      cell.sums[k]! += value;
      all.sums[k]! += value;
    }
  }
  const means = new Float64Array(starts.length * width);
  starts.forEach((start, i) => {
    const { count, sums } = byGroup.get(groups[start + ahead]!) ?? all;
    for (let k = 0; k < width; k++) means[i * width + k] = sums[k]! / count;
  });
  return means;
}
