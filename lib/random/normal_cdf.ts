/**
 * The normal distribution function and its slope.
 *
 * @module
 */

import { exp } from "../numeric/elementary.ts";

const SQRT_2_PI = 2.5066282746310002;

/**
 * Density of the standard normal distribution.
 *
 * @example
 * ```ts
 * import { normalDensity } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(normalDensity(0), 0.3989422804014327, 1e-15);
 * ```
 */
export function normalDensity(z: number): number {
  return exp(-0.5 * z * z) / SQRT_2_PI;
}

/**
 * Standard normal distribution function, absolute error below 1e-14.
 *
 * Rational approximation and continued fraction of Hart (1968), algorithm 5666, as given by West,
 * "Better approximations to cumulative normal functions", Wilmott Magazine, May 2005.
 *
 * @example
 * ```ts
 * import { normalCdf } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(normalCdf(1.96), 0.975002104851780, 1e-14);
 * ```
 */
export function normalCdf(z: number): number {
  const x = z < 0 ? -z : z;
  if (x > 37) return z < 0 ? 0 : 1;
  const tail = exp(-0.5 * x * x);
  let upper: number;
  if (x < 7.07106781186547) {
    const over = (((((3.52624965998911e-2 * x + 0.700383064443688) * x + 6.37396220353165) * x +
                  33.912866078383) * x + 112.079291497871) * x + 221.213596169931) * x +
      220.206867912376;
    const under = ((((((8.83883476483184e-2 * x + 1.75566716318264) * x + 16.064177579207) * x +
                      86.7807322029461) * x + 296.564248779674) * x + 637.333633378831) * x +
          793.826512519948) * x + 440.413735824752;
    upper = tail * over / under;
  } else {
    upper = tail / SQRT_2_PI / (x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65)))));
  }
  return z < 0 ? upper : 1 - upper;
}
