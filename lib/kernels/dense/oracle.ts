/**
 * The dense layer and its gradients as loops: what every other implementation must equal bit for bit.
 *
 * @module
 */

import { activate, type Activation, slope } from "../arithmetic/activation.ts";
import { add, type Arithmetic } from "../arithmetic/arithmetic.ts";
import { gemmOracle } from "../gemm/oracle.ts";

/** The sizes of a dense layer and what follows its sums. */
export interface DenseShape {
  readonly rows: number;
  /** Inputs of a row. */
  readonly width: number;
  readonly units: number;
  readonly activation: Activation;
}

/**
 * `activation(x · kernel + bias)`: each sum one chain of multiply-adds over the inputs ascending, begun at
 * the bias, or at zero without one.
 *
 * @param x f32 `[rows, width]`.
 * @param kernel f32 `[width, units]`.
 * @param bias f32 `[units]`.
 * @returns f32 `[rows, units]`.
 *
 * @example
 * ```ts
 * import { arithmetics } from "../arithmetic/arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const shape = { rows: 1, width: 2, units: 2, activation: "relu" } as const;
 * const y = denseOracle(arithmetics.strict, shape, [1, 2], [3, 4, 5, 6], [0.5, -20]);
 * assertEquals([...y], [13.5, 0]);
 * ```
 */
export function denseOracle(
  arithmetic: Arithmetic,
  { rows, width, units, activation }: DenseShape,
  x: ArrayLike<number>,
  kernel: ArrayLike<number>,
  bias?: ArrayLike<number>,
): Float32Array {
  const start = bias === undefined ? "zero" : "bias";
  return gemmOracle(arithmetic, { m: rows, n: units, k: width, start }, x, kernel, bias)
    .map((sum) => activate(activation, sum, arithmetic));
}

/**
 * The gradients of the sums and of the bias from that of the outputs: `dz = dy · activation'`, and `dBias`
 * the sums of `dz`'s columns, each one chain over the rows ascending.
 *
 * @param y f32 `[rows, units]`, what the activation gave.
 * @param dy f32 `[rows, units]`.
 *
 * @example
 * ```ts
 * import { arithmetics } from "../arithmetic/arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { dz, dBias } = slopesOracle(arithmetics.strict, "relu", 1, [0, 5], [1, 10]);
 * assertEquals([...dz, ...dBias], [0, 10, 10]);
 * ```
 */
export function slopesOracle(
  arithmetic: Arithmetic,
  activation: Activation,
  units: number,
  y: ArrayLike<number>,
  dy: ArrayLike<number>,
): { dz: Float32Array; dBias: Float32Array } {
  const dz = Float32Array.from(dy, (d, i) => slope(activation, y[i]!, d, arithmetic));
  const dBias = new Float32Array(units);
  dz.forEach((d, i) => dBias[i % units] = add(dBias[i % units]!, d));
  return { dz, dBias };
}

/**
 * What {@linkcode slopesOracle} gives, and the gradient of the kernel, `dKernel = xᵀ · dz`, each element one
 * chain over the rows ascending.
 *
 * @param y What {@linkcode denseOracle} returned, f32 `[rows, units]`.
 * @param dy f32 `[rows, units]`.
 *
 * @example
 * ```ts
 * import { arithmetics } from "../arithmetic/arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const shape = { rows: 2, width: 1, units: 1, activation: "linear" } as const;
 * const { dKernel, dBias } = denseGradientOracle(arithmetics.strict, shape, [2, 3], [], [1, 10]);
 * assertEquals([dKernel[0], dBias[0]], [32, 11]);
 * ```
 */
export function denseGradientOracle(
  arithmetic: Arithmetic,
  { rows, width, units, activation }: DenseShape,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  dy: ArrayLike<number>,
): { dz: Float32Array; dKernel: Float32Array; dBias: Float32Array } {
  const { dz, dBias } = slopesOracle(arithmetic, activation, units, y, dy);
  const shape = { m: width, n: units, k: rows, leftTransposed: true };
  return { dz, dKernel: gemmOracle(arithmetic, shape, x, dz), dBias };
}
