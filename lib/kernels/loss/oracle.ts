/**
 * Mean losses as loops: what every other implementation must equal bit for bit.
 *
 * @module
 */

import { add, type Arithmetic, divide, multiply } from "../arithmetic/arithmetic.ts";
import { blockSums, sumInOrder } from "../block_sum/oracle.ts";

/** What is averaged: the squares of the differences, or their absolute values. */
export type Penalty = "squared" | "absolute";

/**
 * The mean loss of predictions, summed as `block_sum/oracle.ts` says.
 *
 * @example
 * ```ts
 * import { arithmetics } from "../arithmetic/arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(meanLossOracle(arithmetics.strict, "squared", [2, 0], [1, 3]), 5);
 * assertEquals(meanLossOracle(arithmetics.strict, "absolute", [2, 0], [1, 3]), 2);
 * ```
 */
export function meanLossOracle(
  { madd }: Arithmetic,
  penalty: Penalty,
  predicted: ArrayLike<number>,
  expected: ArrayLike<number>,
): number {
  const n = predicted.length;
  const sums = blockSums(n, (i, sum) => {
    const difference = add(predicted[i]!, -expected[i]!);
    return penalty === "squared"
      ? madd(difference, difference, sum)
      : add(sum, Math.abs(difference));
  });
  return divide(sumInOrder(sums), n);
}

/** What `dy` and a difference are multiplied with in the gradient of the mean of `n`. */
export function slopeFactor(penalty: Penalty, n: number): number {
  return Math.fround((penalty === "squared" ? 2 : 1) / n);
}

/**
 * The gradient of the predictions when that of the loss is `dy`: `2 (predicted - expected) / n` or
 * `sign(predicted - expected) / n` times `dy`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...meanLossGradientOracle("squared", [2, 0], [1, 3], 1)], [1, -3]);
 * assertEquals([...meanLossGradientOracle("absolute", [2, 0], [1, 3], 1)], [0.5, -0.5]);
 * ```
 */
export function meanLossGradientOracle(
  penalty: Penalty,
  predicted: ArrayLike<number>,
  expected: ArrayLike<number>,
  dy: number,
): Float32Array {
  const scale = multiply(dy, slopeFactor(penalty, predicted.length));
  return Float32Array.from(predicted, (p, i) => {
    const difference = add(p, -expected[i]!);
    if (penalty === "squared") return multiply(difference, scale);
    return difference > 0 ? scale : difference < 0 ? -scale : difference;
  });
}
