/**
 * The gradients of a product's weights and bias, all in one matrix product.
 *
 * @module
 */

import { tf } from "../device/tf.ts";

/**
 * For `y = Σ_p inputs[p] · weights[p] + bias`, the gradients of each `weights[p]` and of `bias`, from the
 * gradient of `y`. One plain product `[inputs | 1]ᵀ · dy` serves them all: tfjs-wasm multiplies with an
 * operand declared as transposed a dozen times slower than with one that is transposed beforehand, sums
 * over rows slower than it multiplies by ones, and packs `dy` anew for every product.
 *
 * @param inputs f32 `[rows, width_p]` each.
 * @param dy f32 `[rows, units]`.
 * @returns `[width_p, units]` for each input, then `[units]` for the bias.
 */
export function weightGradients(inputs: readonly tf.Tensor2D[], dy: tf.Tensor2D): tf.Tensor[] {
  return tf.tidy(() => {
    const [rows, units] = dy.shape;
    const joined = tf.concat([...inputs, tf.ones([rows, 1]) as tf.Tensor2D], 1);
    const all = tf.matMul(tf.transpose(joined), dy);
    let at = 0;
    const kernels = inputs.map((input) => {
      const width = input.shape[1];
      return tf.slice(all, [(at += width) - width, 0], [width, units]);
    });
    return [...kernels, tf.reshape(tf.slice(all, [at, 0], [1, units]), [units])];
  });
}
