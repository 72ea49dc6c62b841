/**
 * Whether two lists agree in their order.
 *
 * @module
 */

/**
 * Spearman's rank correlation: the correlation of ranks, where equal values share the mean of theirs. 0 when all
 * values of a list are equal.
 *
 * @returns From -1 to 1.
 * @throws {RangeError} When the lists differ in length, are empty or hold NaN.
 *
 * @example
 * ```ts
 * import { rankCorrelation } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(rankCorrelation([1, 2, 3], [10, 20, 1000]), 1);
 * assertEquals(rankCorrelation([1, 2, 2, 3], [4, 3, 3, 1]), -1);
 * ```
 */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length === 0) {
    throw new RangeError(
      `Cannot correlate the ranks of ${a.length} and ${b.length} values: two lists of one length are ` +
        `needed, at least one value each`,
    );
  }
  const [ranksA, ranksB] = [ranksOf(a), ranksOf(b)];
  // From the middle rank, which is the mean whatever ties.
  const middle = (a.length - 1) / 2;
  let product = 0, squareA = 0, squareB = 0;
  for (let i = 0; i < a.length; i++) {
    const x = ranksA[i]! - middle, y = ranksB[i]! - middle;
    product += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  const square = squareA * squareB;
  return square > 0 ? product / Math.sqrt(square) : 0;
}

/** Ranks from 0, the mean of them where values are equal. */
function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from(values, (value, i) => {
    if (Number.isNaN(value)) throw new RangeError(`Cannot rank value ${i} (from 0): it is NaN`);
    return i;
  }).sort((i, j) => values[i]! - values[j]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0, end; from < order.length; from = end) {
    for (end = from + 1; end < order.length && values[order[end]!] === values[order[from]!];) end++;
    for (let i = from; i < end; i++) ranks[order[i]!] = (from + end - 1) / 2;
  }
  return ranks;
}
