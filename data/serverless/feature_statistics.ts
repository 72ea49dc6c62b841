/**
 * Means and deviations of features, and what the document expected of its own.
 *
 * @module
 */

import type { SampleRange, Series } from "assay";
import type { DOCUMENT_FEATURES } from "./document_features.ts";

/** Closed bounds. */
export type Band = readonly [low: number, high: number];

/** The document's table for one feature: bands it expected, and what its run printed. */
export interface DocumentedFeature {
  readonly name: typeof DOCUMENT_FEATURES[number];
  readonly expectedMean: Band;
  readonly expectedSd: Band;
  readonly printedMean: number;
  readonly printedSd: number;
}

/** Expected before the run, printed by it (train rows, normalised, scaled twice): every feature misses a band. */
export const DOCUMENTED_FEATURES: readonly DocumentedFeature[] = [
  documented("request_rate", [0.05, 0.3], [0.1, 0.2], 0.18888, 0.4446),
  documented("memory_util", [0.4, 0.6], [0.2, 0.3], 1.2936e-4, 2.8115e-4),
  documented("cpu_util", [0.3, 0.5], [0.2, 0.3], 6.0631e-3, 4.11e-2),
  documented("queue_depth", [0.1, 0.3], [0.1, 0.2], 4.0185e-3, 4.5829e-2),
  documented("hour_sin", [-0.1, 0.1], [0.5, 0.7], -0.21875, 0.67502),
];

/** Mean and population standard deviation of a column. */
export interface FeatureStatistics {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
}

/**
 * Mean and standard deviation of every column over some rows, in f64.
 *
 * @throws {RangeError} When there is no row.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const series = { columns: ["x"], rows: 3, values: Float32Array.of(1, 3, 99) };
 * assertEquals(featureStatistics(series, [{ from: 0, to: 2 }]), [{ name: "x", mean: 2, sd: 1 }]);
 * ```
 */
export function featureStatistics(
  { columns, values }: Series,
  ranges: readonly SampleRange[],
): FeatureStatistics[] {
  const width = columns.length;
  const rows = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  if (rows === 0) throw new RangeError("Cannot take statistics of features: there is no row");
  return columns.map((name, c) => {
    const each = (visit: (value: number) => void) => {
      for (const { from, to } of ranges) {
        for (let row = from; row < to; row++) visit(values[row * width + c]!);
      }
    };
    let sum = 0, squares = 0;
    each((value) => sum += value);
    const mean = sum / rows;
    each((value) => squares += (value - mean) * (value - mean));
    return { name, mean, sd: Math.sqrt(squares / rows) };
  });
}

function documented(
  name: DocumentedFeature["name"],
  expectedMean: Band,
  expectedSd: Band,
  printedMean: number,
  printedSd: number,
): DocumentedFeature {
  return { name, expectedMean, expectedSd, printedMean, printedSd };
}
