/**
 * Attention pooling and its gradients as loops: what every other implementation must equal bit for bit.
 *
 * @module
 */

import { add, type Arithmetic, divide, multiply } from "../arithmetic/arithmetic.ts";
import { expf } from "../arithmetic/elementary.ts";

/** The sizes of a pooling. */
export interface PoolingShape {
  readonly batch: number;
  readonly time: number;
  readonly width: number;
}

/** The maximum over no step: every finite score is at least this. */
const LOWEST = -(2 - 2 ** -23) * 2 ** 127;

/**
 * The softmax of the scores over the time, and the sum of the values that it weights. Both sums are chains
 * over the time ascending; steps of weight zero are left out of the second.
 *
 * @param scores f32 `[batch, time]`.
 * @param values f32 `[batch, time, width]`.
 * @param mask f32 `[batch, time]`: the weight is zero where this is.
 * @returns f32 `[batch, width]` and `[batch, time]`.
 *
 * @example
 * ```ts
 * import { arithmetics } from "../arithmetic/arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const shape = { batch: 1, time: 3, width: 1 };
 * const found = softmaxAttentionOracle(arithmetics.strict, shape, [7, 7, 7], [1, 3, 9], [1, 1, 0]);
 * assertEquals([...found.weights], [0.5, 0.5, 0]);
 * assertEquals([...found.context], [2]);
 * ```
 */
export function softmaxAttentionOracle(
  arithmetic: Arithmetic,
  { batch, time, width }: PoolingShape,
  scores: ArrayLike<number>,
  values: ArrayLike<number>,
  mask?: ArrayLike<number>,
): { context: Float32Array; weights: Float32Array } {
  const context = new Float32Array(batch * width);
  const weights = new Float32Array(batch * time);
  for (let b = 0; b < batch; b++) {
    let greatest = LOWEST;
    for (let at = b * time; at < (b + 1) * time; at++) {
      if (mask?.[at] !== 0 && greatest < scores[at]!) greatest = scores[at]!;
    }
    let sum = 0;
    for (let at = b * time; at < (b + 1) * time; at++) {
      weights[at] = mask?.[at] === 0 ? 0 : expf(add(scores[at]!, -greatest), arithmetic);
      sum = add(sum, weights[at]!);
    }
    for (let at = b * time; at < (b + 1) * time; at++) {
      weights[at] = divide(weights[at]!, sum === 0 ? 1 : sum);
      if (weights[at] === 0) continue;
      for (let j = 0; j < width; j++) {
        context[b * width + j] = arithmetic.madd(
          weights[at]!,
          values[at * width + j]!,
          context[b * width + j]!,
        );
      }
    }
  }
  return { context, weights };
}

/**
 * The gradients of scores and values from those of context and weights. Where `g` is the whole gradient of
 * a weight, a chain over the width ascending begun at `dWeights`, that of its score is `weight · (g - ḡ)`
 * with `ḡ = Σ weight · g`, a chain over the time ascending without the steps of weight zero.
 *
 * @param weights What {@linkcode softmaxAttentionOracle} returned, f32 `[batch, time]`.
 * @param dContext f32 `[batch, width]`.
 * @param dWeights f32 `[batch, time]`.
 *
 * @example
 * ```ts
 * import { arithmetics } from "../arithmetic/arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const shape = { batch: 1, time: 2, width: 1 };
 * const found = softmaxAttentionGradientOracle(
 *   arithmetics.strict, shape, [1, 3], [0.5, 0.5], [10], [0, 0],
 * );
 * assertEquals([...found.dScores], [-5, 5]);
 * assertEquals([...found.dValues], [5, 5]);
 * ```
 */
export function softmaxAttentionGradientOracle(
  { madd }: Arithmetic,
  { batch, time, width }: PoolingShape,
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
  dContext: ArrayLike<number>,
  dWeights: ArrayLike<number>,
): { dScores: Float32Array; dValues: Float32Array } {
  const dScores = new Float32Array(batch * time);
  const dValues = new Float32Array(batch * time * width);
  for (let b = 0; b < batch; b++) {
    let mean = 0;
    for (let at = b * time; at < (b + 1) * time; at++) {
      let g = dWeights[at]!;
      for (let j = 0; j < width; j++) {
        g = madd(dContext[b * width + j]!, values[at * width + j]!, g);
        dValues[at * width + j] = multiply(weights[at]!, dContext[b * width + j]!);
      }
      dScores[at] = g;
      if (weights[at] !== 0) mean = madd(weights[at]!, g, mean);
    }
    for (let at = b * time; at < (b + 1) * time; at++) {
      dScores[at] = weights[at] === 0 ? 0 : multiply(weights[at]!, add(dScores[at]!, -mean));
    }
  }
  return { dScores, dValues };
}
