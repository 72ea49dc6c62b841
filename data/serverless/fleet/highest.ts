/**
 * The choice of the best of some actions.
 *
 * @module
 */

/**
 * Where the largest number is, the first of equals; nowhere where all are NaN.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(highest([NaN, 1, 3, 3]), 2);
 * assertEquals(highest([NaN]), undefined);
 * ```
 */
export function highest(values: readonly number[]): number | undefined {
  let best: number | undefined;
  values.forEach((value, i) => {
    if (value > (best === undefined ? -Infinity : values[best]!)) best = i;
  });
  return best;
}
