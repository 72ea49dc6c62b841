/**
 * Wilson's interval of a share: how far what was counted can be from what would be.
 *
 * @module
 */

import { normalQuantile } from "../../random/normal_quantile.ts";

/**
 * The interval of a probability of which `successes` of `trials` are known (Wilson 1927). It stays within [0, 1], and
 * of no success or no failure at all it says how much that shows.
 *
 * @param level How often such an interval holds the probability; default 0.95.
 * @throws {RangeError} When the counts are not whole, or the level is not between 0 and 1.
 *
 * @example
 * ```ts
 * import { wilsonInterval } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const [low, high] = wilsonInterval(20, 20);
 * assertAlmostEquals(low, 0.8389, 1e-4);
 * assertAlmostEquals(high, 1, 1e-12);
 * ```
 */
export function wilsonInterval(
  successes: number,
  trials: number,
  level = 0.95,
): [low: number, high: number] {
  const counted = [successes, trials].every(Number.isSafeInteger) && trials > 0 &&
    successes >= 0 && successes <= trials;
  if (!counted || !(level > 0 && level < 1)) {
    throw new RangeError(
      `Cannot compute Wilson's interval of ${successes} successes in ${trials} trials at level ${level}`,
    );
  }
  const z = normalQuantile((1 + level) / 2), share = successes / trials;
  const weight = 1 + z * z / trials;
  const centre = (share + z * z / (2 * trials)) / weight;
  const half = z * Math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / weight;
  // At the ends it is exact, which rounding need not be.
  return [successes === 0 ? 0 : centre - half, successes === trials ? 1 : centre + half];
}
