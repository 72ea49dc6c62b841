/**
 * Learning rates that follow a plan: factors by the step.
 *
 * @module
 */

import { cos } from "../numeric/elementary.ts";

/** The factor on the learning rate at step `n`, from 1, of `steps`. */
export type Schedule = (n: number, steps: number) => number;

/**
 * Half a cosine from 1 at the first step down to `floor` at the last (Loshchilov and Hutter 2017, without
 * restarts).
 *
 * @param floor In [0, 1]. Default 0.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const schedule = cosineSchedule(0.1);
 * assertAlmostEquals(schedule(1, 101), 1, 1e-12);
 * assertAlmostEquals(schedule(51, 101), 0.55, 1e-12);
 * assertAlmostEquals(schedule(101, 101), 0.1, 1e-12);
 * ```
 */
export function cosineSchedule(floor = 0): Schedule {
  return (n, steps) => {
    const way = steps === 1 ? 0 : (n - 1) / (steps - 1);
    return floor + (1 - floor) * (1 + cos(Math.PI * way)) / 2;
  };
}
