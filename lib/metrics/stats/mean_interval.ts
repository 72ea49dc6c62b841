/**
 * What a handful of seeds says about the mean over all seeds.
 *
 * @module
 */

import { studentTQuantile } from "./student_t.ts";

/** A mean with its one-sided 95 % bounds; between them lies the two-sided 90 % interval. */
export interface MeanInterval {
  readonly mean: number;
  /** Sample standard deviation (÷ n − 1); 0 for a single value, which shows no spread. */
  readonly sd: number;
  /** The mean lies above it with 95 % confidence; `null` for a single value. */
  readonly low: number | null;
  /** The mean lies below it with 95 % confidence; `null` for a single value. */
  readonly high: number | null;
  /** How many values. */
  readonly n: number;
}

/** Confidence of each one-sided bound. */
const CONFIDENCE = 0.95;

/** More seeds than this decide nothing that anyone would wait for. */
const MOST_SEEDS = 1_000_000;

/**
 * Mean, sample standard deviation and the one-sided 95 % bounds mean ± t(0.95, n − 1) · sd / √n.
 * Equal values have sd 0 and both bounds at their own value.
 *
 * @throws {RangeError} Without values, or when one is not finite.
 *
 * @example
 * ```ts
 * import { meanInterval } from "assay";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const { mean, sd, low } = meanInterval([0.98, 0.99, 1]);
 * assertAlmostEquals(mean, 0.99);
 * assertAlmostEquals(sd, 0.01);
 * assertAlmostEquals(low!, 0.99 - 2.919986 * 0.01 / Math.sqrt(3), 1e-7);
 * assertEquals(meanInterval([7]), { mean: 7, sd: 0, low: null, high: null, n: 1 });
 * ```
 */
export function meanInterval(values: readonly number[]): MeanInterval {
  const n = values.length;
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (n === 0 || wrong >= 0) {
    throw new RangeError(
      `Cannot compute a mean: ${
        n === 0 ? "there are no values" : `value ${wrong} is ${values[wrong]}`
      }` +
        `; at least one value is needed, all of them finite`,
    );
  }
  if (n === 1) return { mean: values[0]!, sd: 0, low: null, high: null, n };
  let sum = 0;
  for (const value of values) sum += value;
  // Equal values: their rounded mean may miss them by an ulp, which a bound would feel.
  const mean = values.every((value) => value === values[0]) ? values[0]! : sum / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const sd = Math.sqrt(squares / (n - 1));
  const reach = margin(sd, n);
  return { mean, sd, low: mean - reach, high: mean + reach, n };
}

/**
 * The smallest number of seeds, at least 2, with which a one-sided 95 % bound of this mean and spread
 * would lie on the mean's own side of `bound`; `Infinity` when a million would not do, as when the
 * mean lies on the bound.
 *
 * @param mean Mean over the seeds seen so far.
 * @param sd Their sample standard deviation.
 * @param bound The number to be decided about.
 * @throws {RangeError} When an argument is not finite or `sd` is negative.
 *
 * @example
 * ```ts
 * import { seedsToDecide } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(seedsToDecide(0.985, 0.01, 0.98), 13);
 * assertEquals(seedsToDecide(0.98, 0.01, 0.98), Infinity);
 * ```
 */
export function seedsToDecide(mean: number, sd: number, bound: number): number {
  if (![mean, sd, bound].every(Number.isFinite) || sd < 0) {
    throw new RangeError(
      `Cannot count the seeds that decide: mean ${mean}, sd ${sd}, bound ${bound}; finite numbers are ` +
        `needed, sd from 0`,
    );
  }
  const distance = Math.abs(mean - bound);
  // The margin shrinks with every seed, so doubling and bisection find the first that suffices.
  const decides = (n: number) => margin(sd, n) <= distance;
  if (distance === 0 && sd > 0) return Infinity;
  let tooFew = 1, enough = 2;
  while (!decides(enough)) {
    if (enough >= MOST_SEEDS) return Infinity;
    tooFew = enough;
    enough = Math.min(2 * enough, MOST_SEEDS);
  }
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (decides(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** Distance of each one-sided bound from the mean of n ≥ 2 values. */
function margin(sd: number, n: number): number {
  return sd === 0 ? 0 : studentTQuantile(CONFIDENCE, n - 1) * sd / Math.sqrt(n);
}
