/**
 * What seeds say of the best of many candidates, which was chosen by the very numbers it is shown with.
 *
 * @module
 */

import type { Direction } from "../types.ts";
import { meanInterval } from "./mean_interval.ts";
import { studentTQuantile } from "./student_t.ts";

/** Chance of being wrong, over all candidates together. */
const ALPHA = 0.05;

/**
 * One-sided bounds of a mean that hold at once for all of `count` candidates with 95 % confidence (Bonferroni:
 * each at 1 − 0.05 / count), and so for the one that was chosen among them, however it was chosen. That candidates
 * share seeds does no harm.
 *
 * @param values Of one candidate, a number a seed.
 * @param count How many candidates there were, at least 1.
 * @returns `null` for a single value, which shows no spread.
 * @throws {RangeError} Without values, or when one is not finite.
 *
 * @example
 * ```ts
 * import { meanInterval } from "assay";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const values = [0.98, 0.99, 1];
 * const { low, high } = meanInterval(values);
 * assertEquals(boundsAmong(values, 1), { low, high });
 * assert(boundsAmong(values, 9)!.low < low!);
 * ```
 */
export function boundsAmong(
  values: readonly number[],
  count: number,
): { readonly low: number; readonly high: number } | null {
  const { mean, sd, n } = meanInterval(values);
  if (n === 1) return null;
  const reach = sd === 0 ? 0 : quantile(count, n) * sd / Math.sqrt(n);
  return { low: mean - reach, high: mean + reach };
}

/**
 * The candidates that may be the best: with 95 % confidence the one with the best mean over all seeds is among
 * them. One is left out when another is better beyond doubt, by a one-sided paired t test over the seeds at
 * 0.05 / (candidates − 1): the true best can be left out by that many tests only (Bonferroni).
 *
 * @param values `[candidates][seeds]`, the same seeds in the same order for each.
 * @returns Indices of candidates, ascending; all of them with a single seed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const values = [[3, 3.1, 3.2, 3.1], [3.05, 3.12, 3.1, 3.3], [1, 1.1, 1.2, 1]];
 * assertEquals(contenders(values, "higher"), [0, 1]);
 * assertEquals(contenders(values, "lower"), [2]);
 * ```
 */
export function contenders(
  values: readonly (readonly number[])[],
  better: Direction,
): number[] {
  const sign = better === "higher" ? 1 : -1;
  const n = values[0]?.length ?? 0;
  const all = [...values.keys()];
  if (n < 2 || values.length < 2) return all;
  const t = quantile(values.length - 1, n);
  const means = values.map((own) => sign * meanInterval(own).mean);
  // The better another is, the sooner it decides.
  const others = all.toSorted((a, b) => means[b]! - means[a]!);
  const beats = (a: readonly number[], b: readonly number[]) => {
    const { mean, sd } = meanInterval(a.map((value, seed) => sign * (value - b[seed]!)));
    return mean > 0 && mean > t * sd / Math.sqrt(n);
  };
  return all.filter((i) =>
    !others.some((j) => means[j]! > means[i]! && beats(values[j]!, values[i]!))
  );
}

/** Student's t at 1 − 0.05 / tests for `n` values. */
function quantile(tests: number, n: number): number {
  return studentTQuantile(1 - ALPHA / tests, n - 1);
}
