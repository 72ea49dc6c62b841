/**
 * Batch normalisation in training and its gradients as plain loops: what every other implementation must
 * equal bit for bit. Columns are normalised one by one; all sums are chains over the rows ascending.
 *
 * @module
 */

import { add, type Arithmetic, divide, multiply } from "../arithmetic/arithmetic.ts";
import { inverseDeviation, type NormalisedRows, type Rows } from "../layer_norm/oracle.ts";

/**
 * `y = ((x - mean) · inverse) · gamma + beta`, the last two steps one multiply-add;
 * `inverse = 1 / √(variance + epsilon)` of the biased variance.
 *
 * @param gamma f32 `[n]`; so is `beta`.
 * @returns y `[rows, n]`, mean, variance and inverse `[n]`.
 *
 * @example
 * ```ts
 * import { arithmetics } from "../arithmetic/arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const column = { rows: 2, n: 1, x: [1, 5] };
 * const [y, mean, variance, inverse] = batchNormOracle(arithmetics.strict, column, [10], [3], 0);
 * assertEquals([[...y], [...mean], [...variance], [...inverse]], [[-7, 13], [3], [4], [0.5]]);
 * ```
 */
export function batchNormOracle(
  { madd }: Arithmetic,
  { rows, n, x }: Rows,
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
  epsilon: number,
): [y: Float32Array, mean: Float32Array, variance: Float32Array, inverse: Float32Array] {
  const y = new Float32Array(rows * n);
  const means = new Float32Array(n), variances = new Float32Array(n);
  const inverses = new Float32Array(n);
  for (let j = 0; j < n; j++) {
    let sum = 0, squares = 0;
    for (let row = 0; row < rows; row++) sum = add(sum, x[row * n + j]!);
    const mean = divide(sum, rows);
    for (let row = 0; row < rows; row++) {
      const centred = add(x[row * n + j]!, -mean);
      squares = madd(centred, centred, squares);
    }
    const variance = divide(squares, rows);
    const inverse = inverseDeviation(variance, epsilon);
    for (let row = 0; row < rows; row++) {
      const unit = multiply(add(x[row * n + j]!, -mean), inverse);
      y[row * n + j] = madd(unit, gamma[j]!, beta[j]!);
    }
    means[j] = mean;
    variances[j] = variance;
    inverses[j] = inverse;
  }
  return [y, means, variances, inverses];
}

/**
 * The gradients of gamma and beta, sums of `dy · unit` and of `dy`, where `unit = (x - mean) · inverse`;
 * mean and inverse are `[n]`.
 *
 * @returns Both f32 `[n]`.
 */
export function batchNormWeightsOracle(
  { madd }: Arithmetic,
  { rows, n, x, mean, inverse, dy }: NormalisedRows,
): [dGamma: Float32Array, dBeta: Float32Array] {
  const dGamma = new Float32Array(n);
  const dBeta = new Float32Array(n);
  for (let j = 0; j < n; j++) {
    for (let row = 0; row < rows; row++) {
      const at = row * n + j;
      const unit = multiply(add(x[at]!, -mean[j]!), inverse[j]!);
      dGamma[j] = madd(dy[at]!, unit, dGamma[j]!);
      dBeta[j] = add(dBeta[j]!, dy[at]!);
    }
  }
  return [dGamma, dBeta];
}

/**
 * The gradient of the input, `(dy - pull) · (gamma · inverse)`, where `pull = unit · dGamma / rows + dBeta / rows`.
 *
 * @param gradients Those of gamma and beta, `[n]`.
 * @returns f32 `[rows, n]`.
 */
export function batchNormInputOracle(
  { madd }: Arithmetic,
  { rows, n, x, mean, inverse, dy }: NormalisedRows,
  gamma: ArrayLike<number>,
  [dGamma, dBeta]: readonly [ArrayLike<number>, ArrayLike<number>],
): Float32Array {
  const dx = new Float32Array(rows * n);
  for (let j = 0; j < n; j++) {
    const scale = multiply(gamma[j]!, inverse[j]!);
    const slope = divide(dGamma[j]!, rows), shift = divide(dBeta[j]!, rows);
    for (let at = j; at < rows * n; at += n) {
      const unit = multiply(add(x[at]!, -mean[j]!), inverse[j]!);
      dx[at] = multiply(add(dy[at]!, -madd(unit, slope, shift)), scale);
    }
  }
  return dx;
}
