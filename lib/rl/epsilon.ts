/**
 * How often an agent explores.
 *
 * @module
 */

import { exp } from "../numeric/elementary.ts";

/** An exploration rate that decays from 1 toward a floor. */
export interface EpsilonOptions {
  /** Where it ends, in [0, 1]. Default 0.01. */
  readonly floor?: number;
  /** Updates in which its distance from the floor shrinks by a factor of e. Default 10,000. */
  readonly decay?: number;
}

/**
 * Probability of a random action after some updates: `floor + (1 - floor) · exp(-updates / decay)`.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * assertEquals(epsilon(0), 1);
 * assertAlmostEquals(epsilon(9_937), 0.3765, 5e-5);
 * ```
 */
export function epsilon(
  updates: number,
  { floor = 0.01, decay = 10_000 }: EpsilonOptions = {},
): number {
  return floor + (1 - floor) * exp(-updates / decay);
}
