/**
 * Losses: what training makes small.
 *
 * @module
 */

import { tf } from "../device/tf.ts";

/** A mean loss of predictions against what was expected, both of one shape; differentiable in the first. */
export type Loss = (predicted: tf.Tensor, expected: tf.Tensor) => tf.Scalar;

/**
 * Mean squared error over all elements, with its gradient `2 (predicted - expected) / n` written out: tfjs
 * would take three times as many kernel calls.
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
  return elementwise(
    predicted,
    expected,
    tf.square,
    (difference, n) => tf.mul(difference, 2 / n),
  );
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
  return elementwise(
    predicted,
    expected,
    tf.abs,
    (difference, n) => tf.mul(tf.sign(difference), 1 / n),
  );
}

function elementwise(
  predicted: tf.Tensor,
  expected: tf.Tensor,
  penalty: (difference: tf.Tensor) => tf.Tensor,
  slope: (difference: tf.Tensor, n: number) => tf.Tensor,
): tf.Scalar {
  if (!tf.util.arraysEqual(predicted.shape, expected.shape)) {
    throw new RangeError(
      `Cannot compare predictions of shape [${predicted.shape}] with targets of shape [${expected.shape}]: ` +
        "the shapes must be equal",
    );
  }
  const op = tf.customGrad((...args) => {
    const [predicted, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc];
    const difference = tf.sub(predicted, expected);
    save([difference]);
    return {
      value: tf.mean(penalty(difference)) as tf.Tensor,
      gradFunc: (dy: tf.Tensor, [difference]: tf.Tensor[]) =>
        tf.mul(slope(difference!, difference!.size), dy),
    };
  });
  return op(predicted) as tf.Scalar;
}
