/**
 * Layer normalisation and its gradients as plain loops: what every other implementation must equal bit
 * for bit. Rows are normalised one by one; sums along a row are strided sums (`stridedSum()`), sums over
 * the rows are chains ascending.
 *
 * @module
 */

import { add, type Arithmetic, divide, multiply } from "../arithmetic/arithmetic.ts";
import { stridedSum } from "../arithmetic/strided_sum.ts";

/** Sizes and arrays of `rows` rows of `n` elements. */
export interface Rows {
  readonly rows: number;
  readonly n: number;
  /** f32 `[rows, n]`. */
  readonly x: ArrayLike<number>;
}

/**
 * What the gradients need: the input, its statistics and the gradient of the output. The statistics are
 * `[rows]`, in batch normalisation `[n]`.
 */
export interface NormalisedRows extends Rows {
  readonly mean: ArrayLike<number>;
  readonly inverse: ArrayLike<number>;
  /** f32 `[rows, n]`. */
  readonly dy: ArrayLike<number>;
}

/**
 * `y = ((x - mean) · inverse) · gamma + beta`, the last two steps one multiply-add;
 * `inverse = 1 / √(variance + epsilon)`.
 *
 * @param gamma f32 `[n]`; so is `beta`.
 * @returns y `[rows, n]`, mean and inverse `[rows]`; all f32.
 *
 * @example
 * ```ts
 * import { arithmetics } from "../arithmetic/arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const row = { rows: 1, n: 2, x: [1, 5] };
 * const [y, mean, inverse] = layerNormOracle(arithmetics.strict, row, [1, 10], [0, 3], 0);
 * assertEquals([[...y], [...mean], [...inverse]], [[-1, 13], [3], [0.5]]);
 * ```
 */
export function layerNormOracle(
  { madd }: Arithmetic,
  { rows, n, x }: Rows,
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
  epsilon: number,
): [y: Float32Array, mean: Float32Array, inverse: Float32Array] {
  const y = new Float32Array(rows * n);
  const means = new Float32Array(rows);
  const inverses = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const at = row * n;
    const mean = divide(stridedSum(n, (sum, i) => add(sum, x[at + i]!)), n);
    const squares = stridedSum(n, (sum, i) => {
      const centred = add(x[at + i]!, -mean);
      return madd(centred, centred, sum);
    });
    const inverse = inverseDeviation(divide(squares, n), epsilon);
    for (let i = 0; i < n; i++) {
      y[at + i] = madd(multiply(add(x[at + i]!, -mean), inverse), gamma[i]!, beta[i]!);
    }
    means[row] = mean;
    inverses[row] = inverse;
  }
  return [y, means, inverses];
}

/** `1 / √(variance + epsilon)`, each step rounded. */
export function inverseDeviation(variance: number, epsilon: number): number {
  return divide(1, Math.fround(Math.sqrt(add(variance, Math.fround(epsilon)))));
}

/**
 * The gradient of the input, `((dy · gamma) - pull) · inverse`: with `unit = (x - mean) · inverse`, `pull` is
 * `unit · a + b` where a and b are the row's means of `dy · gamma · unit` and `dy · gamma`.
 *
 * @returns f32 `[rows, n]`.
 */
export function layerNormInputOracle(
  { madd }: Arithmetic,
  { rows, n, x, mean, inverse, dy }: NormalisedRows,
  gamma: ArrayLike<number>,
): Float32Array {
  const dx = new Float32Array(rows * n);
  for (let row = 0; row < rows; row++) {
    const unit = (i: number) => multiply(add(x[row * n + i]!, -mean[row]!), inverse[row]!);
    const scaled = (i: number) => multiply(dy[row * n + i]!, gamma[i]!);
    const shift = divide(stridedSum(n, (sum, i) => add(sum, scaled(i))), n);
    const slope = divide(stridedSum(n, (sum, i) => madd(scaled(i), unit(i), sum)), n);
    for (let i = 0; i < n; i++) {
      dx[row * n + i] = multiply(add(scaled(i), -madd(unit(i), slope, shift)), inverse[row]!);
    }
  }
  return dx;
}

/**
 * The gradients of gamma and beta, sums of `dy · unit` and of `dy` over the rows.
 *
 * @returns Both f32 `[n]`.
 */
export function layerNormWeightsOracle(
  { madd }: Arithmetic,
  { rows, n, x, mean, inverse, dy }: NormalisedRows,
): [dGamma: Float32Array, dBeta: Float32Array] {
  const dGamma = new Float32Array(n);
  const dBeta = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    for (let row = 0; row < rows; row++) {
      const at = row * n + i;
      const unit = multiply(add(x[at]!, -mean[row]!), inverse[row]!);
      dGamma[i] = madd(dy[at]!, unit, dGamma[i]!);
      dBeta[i] = add(dBeta[i]!, dy[at]!);
    }
  }
  return [dGamma, dBeta];
}
