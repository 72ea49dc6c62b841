/**
 * The U-matrix: where on the sheet neighbours differ.
 *
 * @module
 */

import type { Grid } from "./grid.ts";

/**
 * For each unit the mean distance of its weights to those of the units at grid distance 1: up to four
 * on a square sheet, up to six on a hexagonal one.
 *
 * @param weights `[units, dimensions]`.
 * @returns `[units]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Grid } from "./grid.ts";
 *
 * assertEquals(uMatrix(Float32Array.of(0, 1, 5), new Grid("square", 1, 3)), Float64Array.of(1, 2.5, 4));
 * ```
 */
export function uMatrix(weights: Float32Array, grid: Grid): Float64Array {
  return Float64Array.from({ length: grid.units }, (_, unit) => {
    const near = grid.neighbours(unit).filter((other) => grid.distance(unit, other) === 1);
    const sum = near.reduce(
      (all, other) =>
        all + Math.sqrt(squaredDistance(weights, weights.length / grid.units, unit, other)),
      0,
    );
    return sum / near.length;
  });
}

/** Squared distance between the weights of two units, in f64, dimensions ascending. */
export function squaredDistance(weights: Float32Array, d: number, a: number, b: number): number {
  let sum = 0;
  for (let j = 0; j < d; j++) {
    const difference = weights[a * d + j]! - weights[b * d + j]!;
    sum += difference * difference;
  }
  return sum;
}
