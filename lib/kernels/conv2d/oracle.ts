/**
 * Convolution and its gradients as loops: what every other implementation must equal bit for bit.
 *
 * Zeros around an image are elements like any others: their products are added too.
 *
 * @module
 */

import { add, type Arithmetic } from "../arithmetic/arithmetic.ts";
import type { Conv2dShape } from "./shape.ts";

/** Element of the padded image. */
function pixel(shape: Conv2dShape, x: ArrayLike<number>, at: readonly number[]): number {
  const [image, row, column, channel] = at as [number, number, number, number];
  const { height, width, channels } = shape;
  if (row < 0 || row >= height || column < 0 || column >= width) return 0;
  return x[((image * height + row) * width + column) * channels + channel]!;
}

/** Every output of every image, by rows: its index, and the position of its patch. */
function* outputsOf(shape: Conv2dShape) {
  const { batch, outHeight, outWidth, strideHeight, strideWidth, top, left } = shape;
  let output = 0;
  for (let image = 0; image < batch; image++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        yield {
          output: output++,
          image,
          row: i * strideHeight - top,
          column: j * strideWidth - left,
        };
      }
    }
  }
}

/** Every place of a kernel in memory order: its index, row, column and channel. */
function* tapsOf({ kernelHeight, kernelWidth, channels }: Conv2dShape) {
  let tap = 0;
  for (let row = 0; row < kernelHeight; row++) {
    for (let column = 0; column < kernelWidth; column++) {
      for (let channel = 0; channel < channels; channel++) {
        yield { tap: tap++, row, column, channel };
      }
    }
  }
}

/**
 * Convolution before its activation: each output one chain of multiply-adds, begun at the bias, over
 * kernel row, kernel column and channel ascending.
 *
 * @param x f32 `[batch, height, width, channels]`.
 * @param kernel f32 `[kernelHeight, kernelWidth, channels, filters]`.
 * @param bias f32 `[filters]`; left out: zeros.
 * @returns f32 `[batch, outHeight, outWidth, filters]`.
 *
 * @example
 * ```ts
 * import { arithmetics } from "../arithmetic/arithmetic.ts";
 * import { conv2dShape } from "./shape.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const shape = conv2dShape([1, 1, 3, 1], [1, 2, 1, 1], [1, 1], "valid");
 * assertEquals([...conv2dOracle(arithmetics.strict, shape, [1, 2, 3], [1, 10], [100])], [121, 132]);
 * ```
 */
export function conv2dOracle(
  { madd }: Arithmetic,
  shape: Conv2dShape,
  x: ArrayLike<number>,
  kernel: ArrayLike<number>,
  bias?: ArrayLike<number>,
): Float32Array {
  const { batch, outHeight, outWidth, filters } = shape;
  const y = new Float32Array(batch * outHeight * outWidth * filters);
  const taps = [...tapsOf(shape)];
  for (const { output, image, row, column } of outputsOf(shape)) {
    for (let filter = 0; filter < filters; filter++) {
      let sum = bias?.[filter] ?? 0;
      for (const tap of taps) {
        const value = pixel(shape, x, [image, row + tap.row, column + tap.column, tap.channel]);
        sum = madd(value, kernel[tap.tap * filters + filter]!, sum);
      }
      y[output * filters + filter] = sum;
    }
  }
  return y;
}

/**
 * The gradient of the kernel: each of its elements one chain of multiply-adds, begun at zero, over image,
 * output row and output column ascending.
 *
 * @param dz f32 `[batch, outHeight, outWidth, filters]`, the gradient before the activation.
 * @returns f32 `[kernelHeight, kernelWidth, channels, filters]`.
 */
export function filterGradientOracle(
  { madd }: Arithmetic,
  shape: Conv2dShape,
  x: ArrayLike<number>,
  dz: ArrayLike<number>,
): Float32Array {
  const { kernelHeight, kernelWidth, channels, filters } = shape;
  const dKernel = new Float32Array(kernelHeight * kernelWidth * channels * filters);
  const outputs = [...outputsOf(shape)];
  for (const tap of tapsOf(shape)) {
    for (let filter = 0; filter < filters; filter++) {
      let sum = 0;
      for (const { output, image, row, column } of outputs) {
        const value = pixel(shape, x, [image, row + tap.row, column + tap.column, tap.channel]);
        sum = madd(value, dz[output * filters + filter]!, sum);
      }
      dKernel[tap.tap * filters + filter] = sum;
    }
  }
  return dKernel;
}

/**
 * The gradient of the images: the sum over the outputs that saw an element, rows and columns ascending,
 * of what each hands back; this is one chain of multiply-adds, begun at zero, over the filters ascending.
 *
 * @param dz f32 `[batch, outHeight, outWidth, filters]`, the gradient before the activation.
 * @returns f32 `[batch, height, width, channels]`.
 */
export function inputGradientOracle(
  { madd }: Arithmetic,
  shape: Conv2dShape,
  dz: ArrayLike<number>,
  kernel: ArrayLike<number>,
): Float32Array {
  const { batch, height, width, channels, filters } = shape;
  const dx = new Float32Array(batch * height * width * channels);
  const taps = [...tapsOf(shape)];
  for (const { output, image, row, column } of outputsOf(shape)) {
    for (const tap of taps) {
      const [i, j] = [row + tap.row, column + tap.column];
      if (i < 0 || i >= height || j < 0 || j >= width) continue;
      let part = 0;
      for (let filter = 0; filter < filters; filter++) {
        part = madd(dz[output * filters + filter]!, kernel[tap.tap * filters + filter]!, part);
      }
      const at = ((image * height + i) * width + j) * channels + tap.channel;
      dx[at] = add(dx[at]!, part);
    }
  }
  return dx;
}
