/**
 * Where the mean of further runs should fall, seen from the runs there are.
 *
 * @module
 */

import { meanInterval } from "./mean_interval.ts";
import { studentTQuantile } from "./student_t.ts";

/** A mean, and the range that further values of the same kind leave with a small probability only. */
export interface PredictionInterval {
  readonly mean: number;
  /** `null` for a single value, which shows no spread. */
  readonly low: number | null;
  /** `null` for a single value. */
  readonly high: number | null;
  /** How many values it was made from. */
  readonly n: number;
}

/** How sure {@linkcode predictionInterval} is to be, and of what. */
export interface PredictionOptions {
  /** Probability that the interval holds what it predicts, strictly between 0 and 1; two-sided. */
  readonly confidence: number;
  /** How many further values the predicted mean is of. Default 1. */
  readonly further?: number;
}

/**
 * The two-sided prediction interval of the mean of `further` values from the normal distribution that
 * `values` came from: mean ± t((1 + confidence) / 2, n − 1) · sd · √(1 / further + 1 / n).
 *
 * To ask m questions at once with confidence c in all answers together, ask each with 1 − (1 − c) / m
 * (Bonferroni): it holds however the answers depend on each other.
 *
 * @throws {RangeError} Without values, when one is not finite, or for an option outside its range.
 *
 * @example
 * ```ts
 * import { predictionInterval } from "assay";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const { mean, high } = predictionInterval([1, 2, 3], { confidence: 0.95 });
 * assertAlmostEquals(mean, 2);
 * assertAlmostEquals(high!, 2 + 4.302653 * Math.sqrt(1 + 1 / 3), 1e-6);
 * assertEquals(predictionInterval([7], { confidence: 0.95 }), { mean: 7, low: null, high: null, n: 1 });
 * ```
 */
export function predictionInterval(
  values: readonly number[],
  { confidence, further = 1 }: PredictionOptions,
): PredictionInterval {
  if (!(confidence > 0 && confidence < 1) || !Number.isInteger(further) || further < 1) {
    throw new RangeError(
      `Cannot predict with confidence ${confidence} for ${further} further values: a confidence ` +
        `between 0 and 1 and a whole number of at least 1 are needed`,
    );
  }
  const { mean, sd, n } = meanInterval(values);
  if (n === 1) return { mean, low: null, high: null, n };
  const reach = sd === 0
    ? 0
    : studentTQuantile((1 + confidence) / 2, n - 1) * sd * Math.sqrt(1 / further + 1 / n);
  return { mean, low: mean - reach, high: mean + reach, n };
}
