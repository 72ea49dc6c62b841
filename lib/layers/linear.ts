/**
 * `x · kernel + bias` with a gradient of its own.
 *
 * @module
 */

import { tf } from "../device/tf.ts";
import { weightGradients } from "./weight_gradients.ts";

/**
 * The affine map `x · kernel + bias`, differentiable in all three. Sums over `in` ascending where the
 * backend's matrix product does.
 *
 * @param x f32 `[rows, in]`.
 * @param kernel f32 `[in, units]`.
 * @param bias f32 `[units]`.
 * @returns f32 `[rows, units]`.
 */
export function linear(x: tf.Tensor2D, kernel: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  const op = tf.customGrad((...args) => {
    const [x, kernel, bias, save] = args as unknown as [
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor1D,
      tf.GradSaveFunc,
    ];
    save([x, kernel]);
    return {
      value: tf.fused.matMul({ a: x, b: kernel, bias }),
      gradFunc: (dy, saved) => {
        const [x, kernel] = saved as [tf.Tensor2D, tf.Tensor2D];
        const [dKernel, dBias] = weightGradients([x], dy as tf.Tensor2D);
        return [tf.matMul(dy as tf.Tensor2D, tf.transpose(kernel)), dKernel!, dBias!];
      },
    };
  });
  return op(x, kernel, bias) as tf.Tensor2D;
}
