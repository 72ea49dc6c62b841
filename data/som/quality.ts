/**
 * How good a map is.
 *
 * @module
 */

import type { Grid } from "./grid.ts";
import type { Step } from "./history.ts";
import type { BestUnits } from "./kernel.ts";
import { topologicalCorrelation } from "./topological_correlation.ts";
import { uMatrix } from "./u_matrix.ts";

/** The three that are logged. */
export type MapErrors = Omit<Step, "epoch">;

/** All that is known of a map's quality. */
export interface MapQuality extends MapErrors {
  /** Mean of the U-matrix, and its deviation (over its units, not a sample's) and largest value. */
  readonly uMatrix: { readonly mean: number; readonly sd: number; readonly max: number };
  /** The largest mean quantisation error of a unit's own samples. */
  readonly distanceMapMax: number;
  /** Rank correlation of distances in weights and on the sheet, from -1 to 1; higher is better. */
  readonly topologicalCorrelation: number;
}

/**
 * Quantisation error, topographic error and dead units of a map, by the best units of its samples. A pair
 * of best units is in order when they border on each other: of eight neighbours on a square sheet, of
 * six on a hexagonal one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Grid } from "./grid.ts";
 *
 * const best = {
 *   nearest: Int32Array.of(0, 0),
 *   second: Int32Array.of(1, 2),
 *   squared: Float32Array.of(4, 0),
 * };
 * assertEquals(mapErrors(best, new Grid("square", 1, 4)), {
 *   mqe: 1,
 *   topographicError: 0.5,
 *   deadNeuronRatio: 0.75,
 * });
 * ```
 */
export function mapErrors({ nearest, second, squared }: BestUnits, grid: Grid): MapErrors {
  const samples = nearest.length;
  const alive = new Uint8Array(grid.units);
  let sum = 0, apart = 0, living = 0;
  for (let i = 0; i < samples; i++) {
    const unit = nearest[i]!;
    sum += Math.sqrt(squared[i]!);
    if (!grid.adjacent(unit, second[i]!)) apart++;
    living += 1 - alive[unit]!;
    alive[unit] = 1;
  }
  return {
    mqe: sum / samples,
    topographicError: apart / samples,
    deadNeuronRatio: 1 - living / grid.units,
  };
}

/** @param weights `[units, dimensions]`. */
export function mapQuality(weights: Float32Array, best: BestUnits, grid: Grid): MapQuality {
  const matrix = uMatrix(weights, grid);
  const mean = matrix.reduce((sum, value) => sum + value, 0) / matrix.length;
  const variance = matrix.reduce((sum, value) => sum + (value - mean) ** 2, 0) / matrix.length;
  return {
    ...mapErrors(best, grid),
    uMatrix: { mean, sd: Math.sqrt(variance), max: Math.max(...matrix) },
    distanceMapMax: distanceMapMax(best, grid.units),
    topologicalCorrelation: topologicalCorrelation(weights, grid),
  };
}

function distanceMapMax({ nearest, squared }: BestUnits, units: number): number {
  const sums = new Float64Array(units), counts = new Float64Array(units);
  nearest.forEach((unit, i) => {
    sums[unit]! += Math.sqrt(squared[i]!);
    counts[unit]!++;
  });
  return sums.reduce(
    (max, sum, unit) => counts[unit] ? Math.max(max, sum / counts[unit]!) : max,
    0,
  );
}
