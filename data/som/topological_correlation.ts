/**
 * Whether units that are far apart on the sheet are far apart in their weights.
 *
 * @module
 */

import type { Grid } from "./grid.ts";
import { squaredDistance } from "./u_matrix.ts";

/**
 * Spearman's rank correlation, over all pairs of units, of the distance between weights with the
 * distance between positions on the sheet; pairs that tie share the mean of their ranks. 0 when one of
 * the two distances is the same for all pairs.
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
  const { units } = grid, d = weights.length / units;
  const pairs = units * (units - 1) / 2;
  const apart = new Float64Array(pairs), between = new Float64Array(pairs);
  const places = Array.from({ length: units }, (_, unit) => doubledPosition(grid, unit));
  for (let a = 0, pair = 0; a < units; a++) {
    const [x, y] = places[a]!;
    for (let b = a + 1; b < units; b++, pair++) {
      const [u, v] = places[b]!;
      apart[pair] = (x - u) * (x - u) + (y - v) * (y - v) * (grid.topology === "hex" ? 3 : 1);
      // Squares rank as distances do.
      between[pair] = squaredDistance(weights, d, a, b);
    }
  }
  return correlation(ranks(apart), ranks(between));
}

/** Twice the position of a unit, on a hexagonal sheet with rows a unit apart: whole numbers, so that ties tie. */
function doubledPosition(grid: Grid, unit: number): [number, number] {
  const row = Math.floor(unit / grid.columns), column = unit % grid.columns;
  return grid.topology === "hex" ? [2 * column + row % 2, row] : [2 * column, 2 * row];
}

/** The rank of each value, from 0; those that tie share the mean of their ranks. In place of the values. */
function ranks(values: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  const shared = new Map<number, number>();
  for (let from = 0, end; from < sorted.length; from = end) {
    const value = sorted[from]!;
    for (end = from + 1; sorted[end] === value;) end++;
    shared.set(value, (from + end - 1) / 2);
  }
  for (let i = 0; i < values.length; i++) values[i] = shared.get(values[i]!)!;
  return values;
}

function correlation(a: Float64Array, b: Float64Array): number {
  // Mean of the ranks from 0, whatever ties.
  const mean = (a.length - 1) / 2;
  let product = 0, squareA = 0, squareB = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i]! - mean, y = b[i]! - mean;
    product += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return squareA > 0 && squareB > 0 ? product / Math.sqrt(squareA * squareB) : 0;
}
