/**
 * The sizes of a convolution, and how its kernel walks over padded images.
 *
 * @module
 */

import type { Shape } from "../operation.ts";

/** `valid`: none. `same`: as many zeros as make `⌈extent / stride⌉` outputs, the odd one behind. */
export type Padding = "valid" | "same";

/**
 * The sizes of a convolution of images `[batch, height, width, channels]` with a kernel
 * `[kernelHeight, kernelWidth, channels, filters]`. A type, not an interface, since tfjs wants an index
 * signature.
 */
export type Conv2dShape = {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly filters: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  /** Rows of zeros above an image and columns before it. */
  readonly top: number;
  readonly left: number;
  /** The image's extents with its zeros. */
  readonly paddedHeight: number;
  readonly paddedWidth: number;
};

/**
 * The sizes that images, a kernel, strides (along height and width) and padding give.
 *
 * @throws {RangeError} When they do not fit each other.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { outHeight, top, paddedHeight } = conv2dShape([1, 5, 5, 3], [4, 4, 3, 8], [2, 2], "same");
 * assertEquals({ outHeight, top, paddedHeight }, { outHeight: 3, top: 1, paddedHeight: 8 });
 * ```
 */
export function conv2dShape(
  x: Shape,
  kernel: Shape,
  strides: readonly [number, number],
  padding: Padding,
): Conv2dShape {
  const refuse = (found: string) =>
    new RangeError(
      `Cannot convolve images of shape [${x}] with a kernel of shape [${kernel}] by strides [${strides}] and ` +
        `${padding} padding: ${found}`,
    );
  if (x.length !== 4 || kernel.length !== 4 || x[3] !== kernel[2]) {
    throw refuse(
      "images are [batch, height, width, channels], kernels [height, width, channels, filters], the channels " +
        "the same",
    );
  }
  if ([...x, ...kernel, ...strides].some((size) => !Number.isInteger(size) || size < 1)) {
    throw refuse("sizes and strides must be positive integers");
  }
  const [batch, height, width, channels] = x as [number, number, number, number];
  const [kernelHeight, kernelWidth, , filters] = kernel as [number, number, number, number];
  const [strideHeight, strideWidth] = strides;
  const rows = along(height, kernelHeight, strideHeight, padding);
  const columns = along(width, kernelWidth, strideWidth, padding);
  if (rows.outputs < 1 || columns.outputs < 1) {
    throw refuse("the kernel is larger than the image. Use same padding or a smaller kernel");
  }
  return {
    batch,
    height,
    width,
    channels,
    kernelHeight,
    kernelWidth,
    filters,
    strideHeight,
    strideWidth,
    outHeight: rows.outputs,
    outWidth: columns.outputs,
    top: rows.before,
    left: columns.before,
    paddedHeight: rows.padded,
    paddedWidth: columns.padded,
  };
}

function along(extent: number, kernel: number, stride: number, padding: Padding) {
  if (padding === "valid") {
    return { outputs: Math.floor((extent - kernel) / stride) + 1, before: 0, padded: extent };
  }
  const outputs = Math.ceil(extent / stride);
  const padded = Math.max(extent, (outputs - 1) * stride + kernel);
  return { outputs, before: Math.floor((padded - extent) / 2), padded };
}

/** Outputs along one axis of an image, as stock layers count them; below 1 where the kernel is too large. */
export function outputsAlong(
  extent: number,
  kernel: number,
  stride: number,
  padding: Padding,
): number {
  return along(extent, kernel, stride, padding).outputs;
}

/** Whether images get zeros around them. */
export function isPadded(shape: Conv2dShape): boolean {
  return shape.paddedHeight > shape.height || shape.paddedWidth > shape.width;
}
