/**
 * Quantiles of samples.
 *
 * @module
 */

/**
 * The values below which shares of a sample lie, interpolated linearly between order statistics as
 * NumPy and scikit-learn do; NaN counts for nothing.
 *
 * @param shares Each from 0 to 1.
 * @throws {RangeError} When the sample has no number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quantiles(Float64Array.of(4, NaN, 1, 2, 3), [0, 0.5, 0.75]), [1, 2.5, 3.25]);
 * ```
 */
export function quantiles(
  sample: Float32Array | Float64Array,
  shares: readonly number[],
): number[] {
  // NaN sorts to the end.
  const sorted = sample.slice().sort();
  let count = sorted.length;
  while (count > 0 && Number.isNaN(sorted[count - 1])) count--;
  if (count === 0) {
    throw new RangeError(
      `Cannot take quantiles of ${sample.length} values: none of them is a number`,
    );
  }
  return shares.map((share) => {
    const place = (count - 1) * share, below = Math.floor(place);
    const above = Math.min(below + 1, count - 1);
    return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
  });
}
