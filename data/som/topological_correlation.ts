/**
 * Whether units that are far apart on the sheet are far apart in their weights.
 *
 * @module
 */

import type { Grid } from "./grid.ts";
import { squaredDistance } from "./u_matrix.ts";

/** Above every squared position difference below: a side is at most 256, so this is ample. */
const STRIDE = 2 ** 20;

/**
 * Spearman's rank correlation, over all pairs of units, of the distance between weights (rounded to
 * f32) with the distance between positions on the sheet; pairs that tie share the mean of their ranks. 0
 * when one of the two distances is the same for all pairs.
 *
 * @param weights `[units, dimensions]`.
 * @returns From -1 to 1; higher is better.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Grid } from "./grid.ts";
 *
 * const chain = new Grid("square", 1, 4);
 * assertEquals(topologicalCorrelation(Float32Array.of(0, 1, 2, 3), chain), 1);
 * assertEquals(topologicalCorrelation(Float32Array.of(3, 3, 3, 3), chain), 0);
 * ```
 */
export function topologicalCorrelation(weights: Float32Array, grid: Grid): number {
  const { units, columns, topology } = grid, d = weights.length / units;
  const pairs = units * (units - 1) / 2;
  // Both distances of a pair in one number, that of the weights first: a positive f32 orders as its bits do.
  const keys = new Float64Array(pairs);
  const float = new Float32Array(1), bits = new Uint32Array(float.buffer);
  for (let a = 0, pair = 0; a < units; a++) {
    for (let b = a + 1; b < units; b++, pair++) {
      float[0] = squaredDistance(weights, d, a, b);
      keys[pair] = bits[0]! * STRIDE + squaredPositions(a, b, columns, topology === "hex");
    }
  }
  keys.sort();
  const apartRanks = ranksOf(keys);
  // From the middle rank, which is the mean whatever ties.
  const middle = (pairs - 1) / 2;
  let product = 0, squareWeights = 0, squareApart = 0;
  for (let from = 0, end; from < pairs; from = end) {
    const weightsKey = Math.floor(keys[from]! / STRIDE);
    for (end = from + 1; end < pairs && keys[end]! < (weightsKey + 1) * STRIDE;) end++;
    const rank = (from + end - 1) / 2 - middle;
    for (let i = from; i < end; i++) {
      const apart = apartRanks[keys[i]! % STRIDE]! - middle;
      product += rank * apart;
      squareWeights += rank * rank;
      squareApart += apart * apart;
    }
  }
  const square = squareWeights * squareApart;
  return square > 0 ? product / Math.sqrt(square) : 0;
}

/** Four times the squared distance of two positions: a whole number, so that ties tie. */
function squaredPositions(a: number, b: number, columns: number, hex: boolean): number {
  const i = Math.floor(a / columns), k = Math.floor(b / columns);
  const down = i - k, shift = hex ? i % 2 - k % 2 : 0;
  const across = 2 * ((a - i * columns) - (b - k * columns)) + shift;
  return across * across + (hex ? 3 : 4) * down * down;
}

/** The rank, from 0, of every squared position difference among the keys; those that tie share the mean. */
function ranksOf(keys: Float64Array): Float64Array {
  const ranks = new Float64Array(keys.reduce((most, key) => Math.max(most, key % STRIDE), 0) + 1);
  for (const key of keys) ranks[key % STRIDE]!++;
  let below = 0;
  for (let value = 0; value < ranks.length; value++) {
    const count = ranks[value]!;
    ranks[value] = below + (count - 1) / 2;
    below += count;
  }
  return ranks;
}
