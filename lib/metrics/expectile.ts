/**
 * Expectiles: what a prediction tends to that is trained on squared errors of which one side counts more.
 *
 * @module
 */

import { normalCdf, normalDensity } from "../random/normal_cdf.ts";

/**
 * The expectile of the standard normal distribution at `tau`: the `e` at which `tau E(z - e)+` equals
 * `(1 - tau) E(e - z)+` (Newey and Powell, Econometrica 55, 1987), by bisection to the last bit.
 *
 * @param tau Weight of errors from below among both, in (0, 1); 1/2 is the mean.
 * @throws {RangeError} When `tau` is outside (0, 1).
 *
 * @example
 * ```ts
 * import { normalExpectile } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * // Five times the weight on predictions that are too low.
 * assertAlmostEquals(normalExpectile(5 / 6), 0.636, 1e-3);
 * ```
 */
export function normalExpectile(tau: number): number {
  checkTau(tau);
  return rootOfRising(
    (e) => {
      const above = normalDensity(e) - e * normalCdf(-e);
      return (1 - tau) * (above + e) - tau * above;
    },
    -40,
    40,
  );
}

/**
 * The expectile of a sample at `tau`.
 *
 * @throws {RangeError} When `tau` is outside (0, 1) or there is no value, or one that is not finite.
 *
 * @example
 * ```ts
 * import { sampleExpectile } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(sampleExpectile([0, 1], 5 / 6), 5 / 6);
 * ```
 */
export function sampleExpectile(values: ArrayLike<number>, tau: number): number {
  checkTau(tau);
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  if (!(Number.isFinite(low) && Number.isFinite(high))) {
    throw new RangeError(
      `Cannot take an expectile of ${values.length} values from ${low} to ${high}: one finite value or more is needed`,
    );
  }
  return rootOfRising(
    (e) => {
      let sum = 0;
      for (let i = 0; i < values.length; i++) {
        const difference = e - values[i]!;
        sum += difference * (difference > 0 ? 1 - tau : tau);
      }
      return sum;
    },
    low,
    high,
  );
}

/**
 * The R² that remains of a perfect mean's when each prediction is raised to the expectile at `tau`, for
 * normal residuals of one size: `r2 - e² (1 - r2)`.
 *
 * @throws {RangeError} When `tau` is outside (0, 1).
 *
 * @example
 * ```ts
 * import { r2OfExpectile } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(r2OfExpectile(0.34, 5 / 6), 0.073, 1e-3);
 * ```
 */
export function r2OfExpectile(r2: number, tau: number): number {
  return r2 - normalExpectile(tau) ** 2 * (1 - r2);
}

function checkTau(tau: number): void {
  if (!(tau > 0 && tau < 1)) {
    throw new RangeError(`Cannot take the expectile at ${tau}: a number in (0, 1) is needed`);
  }
}

/** Where a rising function is zero, between two ends that enclose it. */
function rootOfRising(f: (x: number) => number, low: number, high: number): number {
  for (;;) {
    const middle = low + (high - low) / 2;
    if (!(middle > low && middle < high)) return middle;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
}
