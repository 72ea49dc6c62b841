/**
 * Linear systems with a symmetric positive definite matrix, in f64.
 *
 * @module
 */

/**
 * Solves A X = B in place by A = L Lᵀ: row by row, sums over ascending indices.
 *
 * @param matrix `[n, n]`, row-major; the lower triangle is read and becomes L.
 * @param right `[n, columns]`, row-major; becomes X.
 * @param n Order of the matrix.
 * @returns Whether A is positive definite to working precision; if not, both arrays are spoilt.
 *
 * @example
 * ```ts
 * import { solvePositiveDefinite } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const x = Float64Array.of(8, 7); // 4 x + 2 y = 8, 2 x + 2 y = 7
 * assertEquals(solvePositiveDefinite(Float64Array.of(4, 2, 2, 2), x, 2), true);
 * assertEquals(x, Float64Array.of(0.5, 3));
 * ```
 */
export function solvePositiveDefinite(
  matrix: Float64Array,
  right: Float64Array,
  n: number,
): boolean {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      const other = j * n;
      const original = matrix[row + j]!;
      let rest = original;
      for (let k = 0; k < j; k++) rest -= matrix[row + k]! * matrix[other + k]!;
      if (j < i) {
        matrix[row + j] = rest / matrix[other + j]!;
      } else {
        // What rounding alone leaves of a singular matrix is not a pivot.
        if (!(rest > n * Number.EPSILON * original)) return false;
        matrix[row + i] = Math.sqrt(rest);
      }
    }
  }
  const columns = right.length / n;
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < n; i++) {
      let rest = right[i * columns + c]!;
      for (let k = 0; k < i; k++) rest -= matrix[i * n + k]! * right[k * columns + c]!;
      right[i * columns + c] = rest / matrix[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      let rest = right[i * columns + c]!;
      for (let k = i + 1; k < n; k++) rest -= matrix[k * n + i]! * right[k * columns + c]!;
      right[i * columns + c] = rest / matrix[i * n + i]!;
    }
  }
  return true;
}
