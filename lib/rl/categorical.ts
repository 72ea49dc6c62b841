/**
 * A choice among actions with probabilities that a network gives.
 *
 * @module
 */

import { exp } from "../numeric/elementary.ts";
import { uniform } from "../random/distributions.ts";
import type { Key } from "../random/key.ts";

/**
 * Draws an action for each row of log-probabilities: the first whose running sum of probabilities exceeds a
 * uniform number times their total. Probabilities are computed in f64, so that the same log-probabilities give
 * the same actions on every machine.
 *
 * @param key Row `i` takes element `i` of its uniform draws.
 * @param logProbabilities f32 `[count, actions]`.
 * @returns `[count]`.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const certain = Float32Array.of(-200, 0, -200, 0, -200, -200);
 * assertEquals(drawActions(rootKey(1), certain, 2), Int32Array.of(1, 0));
 * ```
 */
export function drawActions(
  key: Key,
  logProbabilities: Float32Array,
  count: number,
): Int32Array {
  const width = logProbabilities.length / count;
  const drawn = uniform(key, count);
  const sums = new Float64Array(width);
  const actions = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    let total = 0;
    for (let j = 0; j < width; j++) sums[j] = total += exp(logProbabilities[i * width + j]!);
    const target = drawn[i]! * total;
    // The last sum is the total, which no target reaches.
    actions[i] = sums.findIndex((sum) => sum > target);
  }
  return actions;
}
