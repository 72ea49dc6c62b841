/**
 * Scaling by median and interquartile range, as the document's preparation does it.
 *
 * @module
 */

import { quantiles } from "./quantile.ts";

/** What a column is scaled by: (x − centre) / scale. */
export interface RobustScale {
  /** Median. */
  readonly centre: number;
  /** Interquartile range; 1 where that is 0. */
  readonly scale: number;
}

/** What the document's own data gave, recovered from its saved scaler; invocations a minute, MB, s (called ms). */
export const DOCUMENTED_SCALES = {
  invocation_rate: { centre: 113.3885, scale: 443.1952 },
  memory_mb: { centre: 256, scale: 896 },
  duration: { centre: 0.046, scale: 0.381 },
  total_latency_ms: { centre: 0.046, scale: 0.383 },
} as const;

/**
 * Fits a column, NaN left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(robustScale(Float64Array.of(1, 2, NaN, 3, 4, 5)), { centre: 3, scale: 2 });
 * assertEquals(robustScale(Float64Array.of(7, 7)), { centre: 7, scale: 1 });
 * ```
 */
export function robustScale(column: Float32Array | Float64Array): RobustScale {
  const [low, centre, high] = quantiles(column, [0.25, 0.5, 0.75]);
  return { centre: centre!, scale: high === low ? 1 : high! - low! };
}

/**
 * Scales one value.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * // The document divides memory by 3008 once more, after scaling it.
 * const tier = scaledBy(DOCUMENTED_SCALES.memory_mb, 128) / 3008;
 * assertEquals(tier.toPrecision(2), "-0.000047");
 * ```
 */
export function scaledBy({ centre, scale }: RobustScale, value: number): number {
  return (value - centre) / scale;
}
