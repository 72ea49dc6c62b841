/**
 * The order in which times ascend.
 *
 * @module
 */

/**
 * Sorts by merging: equal times keep their order, and no input takes longer than n log n.
 *
 * @returns `[n]` i32: which element comes first, second, …
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(ascendingOrder(Float64Array.of(3, 1, 2, 1)), Int32Array.of(1, 3, 2, 0));
 * ```
 */
export function ascendingOrder(times: Float64Array): Int32Array<ArrayBuffer> {
  const n = times.length;
  let order = Int32Array.from(times.keys()), merged = new Int32Array(n);
  let keys = times.slice(), mergedKeys = new Float64Array(n);
  for (let run = 1; run < n; run *= 2) {
    for (let from = 0; from < n; from += 2 * run) {
      const middle = Math.min(from + run, n), to = Math.min(from + 2 * run, n);
      for (let at = from, left = from, right = middle; at < to; at++) {
        const next = right >= to || (left < middle && keys[left]! <= keys[right]!)
          ? left++
          : right++;
        merged[at] = order[next]!;
        mergedKeys[at] = keys[next]!;
      }
    }
    [order, merged] = [merged, order];
    [keys, mergedKeys] = [mergedKeys, keys];
  }
  return order;
}
