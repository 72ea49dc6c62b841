/**
 * Losses: what training makes small.
 *
 * @module
 */

import { tf } from "../device/tf.ts";
import { meanLoss } from "../kernels/loss/op.ts";
import type { AsymmetricWeights } from "../metrics/types.ts";

/** A mean loss of predictions against what was expected, both of one shape; differentiable in the first. */
export type Loss = (predicted: tf.Tensor, expected: tf.Tensor) => tf.Scalar;

/**
 * Mean squared error over all elements, with its gradient `2 (predicted - expected) / n`, both summed and
 * multiplied in one fixed order.
 *
 * @throws {RangeError} When the shapes differ.
 *
 * @example
 * ```ts
 * import { mseLoss, openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const loss = mseLoss(tf.tensor2d([[1, 2]]), tf.tensor2d([[1, 4]]));
 * assertEquals((await readBack([loss]))[0]![0], 2);
 * ```
 */
export function mseLoss(predicted: tf.Tensor, expected: tf.Tensor): tf.Scalar {
  return meanLoss(predicted, expected, "squared");
}

/**
 * Mean absolute error over all elements; its gradient is `sign(predicted - expected) / n`, zero where
 * they are equal.
 *
 * @throws {RangeError} When the shapes differ.
 *
 * @example
 * ```ts
 * import { maeLoss, openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const loss = maeLoss(tf.tensor2d([[1, 2]]), tf.tensor2d([[1, 4]]));
 * assertEquals((await readBack([loss]))[0]![0], 1);
 * ```
 */
export function maeLoss(predicted: tf.Tensor, expected: tf.Tensor): tf.Scalar {
  return meanLoss(predicted, expected, "absolute");
}

/**
 * Weighted mean squared error over all elements. What makes it least is not the mean of what is expected but its
 * expectile at `under / (under + over)` (Newey and Powell, 1987): a model trained on it leans to that side, and
 * is not to be judged by R².
 *
 * @throws {RangeError} When a weight is not a positive number; by the loss when the shapes differ.
 *
 * @example
 * ```ts
 * import { asymmetricLoss, openDevice, readBack, tf } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const loss = asymmetricLoss({ under: 5, over: 1 });
 * const value = loss(tf.tensor2d([[0.5, 1]]), tf.tensor2d([[0.9, 0.9]]));
 * assertAlmostEquals((await readBack([value]))[0]![0]!, (5 * 0.16 + 0.01) / 2, 1e-6);
 * ```
 */
export function asymmetricLoss({ under, over }: AsymmetricWeights): Loss {
  for (const [name, weight] of Object.entries({ under, over })) {
    if (!(weight > 0 && Number.isFinite(weight))) {
      throw new RangeError(
        `Cannot weigh errors: ${name} is ${weight}, a positive number is needed`,
      );
    }
  }
  return (predicted, expected) => {
    // Before `maximum` stretches the smaller one.
    if (!tf.util.arraysEqual(predicted.shape, expected.shape)) {
      return meanLoss(predicted, expected, "squared");
    }
    return tf.add(
      tf.mul(over, meanLoss(tf.maximum(predicted, expected), expected, "squared")),
      tf.mul(under, meanLoss(tf.minimum(predicted, expected), expected, "squared")),
    );
  };
}
