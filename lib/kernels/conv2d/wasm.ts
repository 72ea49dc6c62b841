/**
 * Convolution and its gradients on a pool's memory: zeros are put around images before, and taken off
 * gradients behind, so that the kernels know none.
 *
 * @module
 */

import type { KernelPool } from "../../device/wasm/pool.ts";
import { type Activation, numberOf } from "../arithmetic/activation.ts";
import { runOver } from "../over_elements.ts";
import { type Conv2dShape, isPadded } from "./shape.ts";

/** Multiply-adds below which waking the other threads takes longer than it saves. */
const SHARED_FROM = 100_000;

/** `y = activation(bias + x ∗ kernel)` of arrays at these addresses; `bias` 0 for none. */
export function convolve(
  pool: KernelPool,
  shape: Conv2dShape,
  activation: Activation,
  [x, kernel, bias, y]: readonly [number, number, number, number],
): void {
  withPadding(pool, shape, x, (padded) => {
    const bytes = pool.kernels.conv2dScratchBytes!(pool.threads, taps(shape), shape.filters);
    const scratch = pool.reserve(bytes >>> 0);
    const then = numberOf(activation);
    multiply(pool, shape, "conv2d", padded, kernel, bias, y, scratch, ...sizes(shape), then);
    pool.release(scratch);
  });
}

/** `dKernel`, the gradient of the kernel. */
export function filterGradient(
  pool: KernelPool,
  shape: Conv2dShape,
  [x, dz, dKernel]: readonly [number, number, number],
): void {
  withPadding(pool, shape, x, (padded) => {
    const { filterGradientScratchBytes } = pool.kernels;
    const bytes = filterGradientScratchBytes!(pool.threads, outputs(shape), shape.filters);
    const scratch = pool.reserve(bytes >>> 0);
    multiply(pool, shape, "conv2dFilterGradient", padded, dz, dKernel, scratch, ...sizes(shape));
    pool.release(scratch);
  });
}

/** `dx`, the gradient of the images. */
export function inputGradient(
  pool: KernelPool,
  shape: Conv2dShape,
  [dz, kernel, dx]: readonly [number, number, number],
): void {
  const { inputGradientScratchBytes } = pool.kernels;
  const bytes = inputGradientScratchBytes!(pool.threads, taps(shape), shape.filters);
  const scratch = pool.reserve(bytes >>> 0);
  const padded = isPadded(shape) ? pool.reserve(paddedBytes(shape)) : dx;
  multiply(pool, shape, "conv2dInputGradient", dz, kernel, padded, scratch, ...sizes(shape));
  if (padded !== dx) {
    runOver(pool, paddedBytes(shape) / 4, "cropImages", padded, dx, ...borders(shape));
    pool.release(padded);
  }
  pool.release(scratch);
}

/** `dz`, unless it is `dy`, and `dBias` from the gradient of the outputs `y`. */
export function slopes(
  pool: KernelPool,
  shape: Conv2dShape,
  activation: Activation,
  [y, dy, dz, dBias]: readonly [number, number, number, number],
): void {
  const rows = outputs(shape), { filters } = shape;
  const args = [numberOf(activation), rows, filters, y, dy, dz, dBias];
  runOver(pool, rows * filters, "denseSlopes", ...args);
}

/** Calls `use` with the address of the images with their zeros. */
function withPadding(
  pool: KernelPool,
  shape: Conv2dShape,
  x: number,
  use: (padded: number) => void,
): void {
  if (!isPadded(shape)) return use(x);
  const padded = pool.reserve(paddedBytes(shape));
  runOver(pool, paddedBytes(shape) / 4, "padImages", x, padded, ...borders(shape));
  use(padded);
  pool.release(padded);
}

function multiply(pool: KernelPool, shape: Conv2dShape, name: string, ...args: number[]): void {
  const multiplyAdds = outputs(shape) * taps(shape) * shape.filters;
  if (multiplyAdds < SHARED_FROM) pool.runAlone(name, ...args);
  else pool.run(name, ...args);
}

function taps({ kernelHeight, kernelWidth, channels }: Conv2dShape): number {
  return kernelHeight * kernelWidth * channels;
}

function outputs({ batch, outHeight, outWidth }: Conv2dShape): number {
  return batch * outHeight * outWidth;
}

function paddedBytes({ batch, paddedHeight, paddedWidth, channels }: Conv2dShape): number {
  return 4 * batch * paddedHeight * paddedWidth * channels;
}

/** The sizes that the convolutions take. */
function sizes(shape: Conv2dShape): number[] {
  return [
    shape.batch,
    shape.paddedHeight,
    shape.paddedWidth,
    shape.channels,
    shape.kernelHeight,
    shape.kernelWidth,
    shape.filters,
    shape.strideHeight,
    shape.strideWidth,
  ];
}

/** The sizes that padding and cropping take. */
function borders(shape: Conv2dShape): number[] {
  const { batch, height, width, channels, paddedHeight, paddedWidth, top, left } = shape;
  const pixel = 4 * channels;
  return [batch, height, width * pixel, paddedHeight, paddedWidth * pixel, top, left * pixel];
}
