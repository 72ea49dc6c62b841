/**
 * The bootstrap where rows are not independent, but the groups are that they come in.
 *
 * @module
 */

import type { Key } from "../../random/key.ts";
import { type BootstrapInterval, bootstrapInterval, type BootstrapOptions } from "./bootstrap.ts";

/**
 * The percentile bootstrap over groups: each time as many groups are drawn as there are, with replacement,
 * and all rows of each are taken. With few groups (below about 20) the interval is too narrow.
 *
 * @param key As {@linkcode bootstrapInterval} uses it; the sample are the groups, in the order of their first rows.
 * @param groups What each row belongs to, such as the data set it was measured on.
 * @param statistic Of rows, by position. It must not keep the array: the next draw overwrites it.
 * @throws {RangeError} When there is no row, `resamples` is not a whole number from 1, or the statistic of a
 * draw is NaN.
 *
 * @example
 * ```ts
 * import { clusterBootstrap, rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * // Six rows, but what was measured are two things.
 * const values = [1, 1, 1, 3, 3, 3];
 * const mean = (rows: Int32Array) =>
 *   rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
 * const interval = clusterBootstrap(rootKey(1), ["a", "a", "a", "b", "b", "b"], mean);
 * assertEquals(interval, { value: 2, low: 1, high: 3 });
 * ```
 */
export function clusterBootstrap(
  key: Key,
  groups: readonly string[],
  statistic: (rows: Int32Array) => number,
  options: BootstrapOptions = {},
): BootstrapInterval {
  const members = new Map<string, number[]>();
  groups.forEach((group, row) => {
    const own = members.get(group);
    if (own === undefined) members.set(group, [row]);
    else own.push(row);
  });
  const rowsOf = [...members.values()];
  const longest = rowsOf.reduce((most, { length }) => Math.max(most, length), 0);
  const drawn = new Int32Array(rowsOf.length * longest);
  return bootstrapInterval(
    key,
    [Float64Array.from(rowsOf.keys())],
    ([positions]) => {
      let count = 0;
      for (const position of positions!) {
        for (const row of rowsOf[position]!) drawn[count++] = row;
      }
      return statistic(drawn.subarray(0, count));
    },
    options,
  );
}
