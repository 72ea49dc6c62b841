/**
 * The normal distribution as the ceilings need it: its distribution function, and the nodes that
 * turn an expectation over it into a sum.
 *
 * @module
 */

import { exp } from "assay";

const SQRT_2_PI = 2.5066282746310002;

/** Density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return exp(-0.5 * z * z) / SQRT_2_PI;
}

/**
 * Standard normal distribution function, absolute error below 1e-14.
 *
 * Rational approximation and continued fraction of Hart (1968), algorithm 5666, as given by West,
 * "Better approximations to cumulative normal functions", Wilmott Magazine, May 2005.
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

/**
 * Seven-point Gauss–Hermite rule for the standard normal distribution: Σ weight · f(node) equals
 * E f(z) for every polynomial up to degree 13.
 */
export const NORMAL_NODES: readonly { readonly node: number; readonly weight: number }[] = [
  [-3.750439717725742, 0.000548268855972217],
  [-2.366759410734541, 0.030757123967586497],
  [-1.154405394739968, 0.240123178605012715],
  [0, 16 / 35],
  [1.154405394739968, 0.240123178605012715],
  [2.366759410734541, 0.030757123967586497],
  [3.750439717725742, 0.000548268855972217],
].map(([node, weight]) => ({ node: node!, weight: weight! }));
