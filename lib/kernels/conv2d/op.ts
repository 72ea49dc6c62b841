/**
 * Convolution over images as an operation on tensors.
 *
 * @module
 */

import type { tf } from "../../device/tf.ts";
import { activate, type Activation, activations } from "../arithmetic/activation.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { register } from "../operation.ts";
import { type Attributes, gradient, inputGradient } from "./gradients.ts";
import { conv2dOracle } from "./oracle.ts";
import { conv2dShape, type Padding } from "./shape.ts";
import { convolve } from "./wasm.ts";
import { dispatchConvolution } from "./wgsl.ts";

const run = register<"x" | "kernel", "bias", Attributes>({
  name: "AssayConv2d",
  shapes: (_, { shape: { batch, outHeight, outWidth, filters } }) => [
    [batch, outHeight, outWidth, filters],
  ],
  cpu({ x, kernel, bias }, [y], { shape, activation }) {
    const { strict } = arithmetics;
    const sums = conv2dOracle(strict, shape, x.data, kernel.data, bias?.data);
    y!.data.set(sums.map((sum) => activate(activation, sum, strict)));
  },
  wasm(pool, { x, kernel, bias }, [y], { shape, activation }) {
    convolve(pool, shape, activation, [x.data, kernel.data, bias?.data ?? 0, y!.data]);
  },
  webgpu(queue, { x, kernel, bias }, [y], { shape, activation }) {
    dispatchConvolution(queue, shape, activation, x.data, kernel.data, y!.data, bias?.data);
  },
  gradient: {
    inputs: ["x", "kernel"],
    outputs: [0],
    of([dy], { inputs: { x, kernel }, outputs: [y] }, { shape, activation }) {
      // Where the activation is linear its gradient is dy itself.
      const [dKernel, dBias, dz = dy] = gradient({ x: x!, y: y!, dy: dy! }, { shape, activation });
      return {
        x: () => inputGradient({ dz: dz!, kernel: kernel! }, shape)[0]!,
        kernel: () => dKernel!,
        bias: () => dBias!,
      };
    },
  },
});

/** Settings of {@linkcode conv2d}. */
export interface Conv2dOptions {
  /** Begins the sums of every filter, f32 `[filters]`, instead of zeros. */
  readonly bias?: tf.Tensor;
  /** Pixels from one output to the next, along height and width. */
  readonly strides: number | readonly [number, number];
  /** Zeros around the images. */
  readonly padding: Padding;
  /** What follows the sums; `leakyRelu` has the slope 0.01 below zero. Default `linear`. */
  readonly activation?: Activation;
}

/**
 * `activation(x ∗ kernel + bias)`, the convolution of neural networks (a cross-correlation),
 * differentiable in all three. Each output is one chain of multiply-adds, begun at the bias, over kernel
 * row, kernel column and channel ascending; zeros around an image are multiplied like anything else.
 *
 * The gradients of kernel and bias are sums over image, output row and output column ascending; that of
 * `x` sums over the outputs that saw an element, rows and columns ascending, a chain over the filters each.
 *
 * @param x f32 `[batch, height, width, channels]`.
 * @param kernel f32 `[kernelHeight, kernelWidth, channels, filters]`.
 * @returns f32 `[batch, outHeight, outWidth, filters]`.
 * @throws {RangeError} When the shapes do not fit each other, or there is no such activation.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
 * const y = conv2d(x, tf.ones([2, 2, 1, 1]), { strides: 1, padding: "valid" });
 * assertEquals([...(await readBack([y]))[0]!], [12, 16]);
 * ```
 */
export function conv2d(x: tf.Tensor, kernel: tf.Tensor, options: Conv2dOptions): tf.Tensor4D {
  const { bias, strides, padding, activation = "linear" } = options;
  const pair = typeof strides === "number" ? [strides, strides] as const : strides;
  const shape = conv2dShape(x.shape, kernel.shape, pair, padding);
  if (bias !== undefined && (bias.rank !== 1 || bias.shape[0] !== shape.filters)) {
    throw new RangeError(
      `Cannot convolve with a bias of shape [${bias.shape}]: the kernel has ${shape.filters} filters, so it ` +
        `must be [${shape.filters}]`,
    );
  }
  if (!activations.includes(activation)) {
    throw new RangeError(
      `Cannot convolve with the activation "${activation}". Activations: ${activations.join(", ")}`,
    );
  }
  return run({ x, kernel, bias }, { shape, activation })[0] as tf.Tensor4D;
}
