/**
 * Losses: what training makes small.
 *
 * @module
 */

import type { tf } from "../device/tf.ts";
import { meanLoss } from "../kernels/loss/op.ts";

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
