/**
 * How learning rate, radius and batch go from their first value to their last.
 *
 * As in the original, with two of its faults mended: exponential and logarithmic curves run over
 * `t / (N - 1)` and so reach their last value, and a step of `step-down` is at least one iteration long.
 *
 * @module
 */

import { exp, expm1, log } from "assay";

/** Ways down, of learning rate and radius. */
export const DROP_SCHEDULES = [
  "static",
  "linear-drop",
  "exp-drop",
  "log-drop",
  "step-down",
] as const;
/** Ways up, of the batch. */
export const GROWTH_SCHEDULES = [
  "static",
  "linear-growth",
  "exp-growth",
  "log-growth",
] as const;

/** One of {@linkcode DROP_SCHEDULES}. */
export type DropSchedule = typeof DROP_SCHEDULES[number];
/** One of {@linkcode GROWTH_SCHEDULES}. */
export type GrowthSchedule = typeof GROWTH_SCHEDULES[number];

/** A way from one value to another. */
export interface Course {
  readonly schedule: DropSchedule | GrowthSchedule;
  readonly from: number;
  /** Of no meaning when the schedule is `static`; what `step-down` stops at, if it gets there. */
  readonly to: number;
  /** How much faster than a straight line an exponential or logarithmic curve sets out; 0 is straight. */
  readonly steepness: number;
}

/** What is left of a value after a step of `step-down`, of which there are nine. */
const STEP = 0.7;
const STEPS = 10;
/** Curves less steep are straight to within their rounding. */
const STRAIGHT = 1e-9;

/**
 * The value at iteration `t` of `iterations`, counted from 0: `from` at 0 and, except on steps, `to` at
 * the last. Values never go back on their way.
 *
 * | schedule | value, with s = t / (N - 1) |
 * | --- | --- |
 * | static | from |
 * | linear | from + (to - from) s |
 * | exp-drop | from + (to - from) (1 - e^{-g s}) / (1 - e^{-g}) |
 * | exp-growth | from + (to - from) (e^{g s} - 1) / (e^g - 1) |
 * | log | from + (to - from) ln(g t + 1) / ln(g (N - 1) + 1) |
 * | step-down | from 0.7^i, not below to; i grows by 1 every floor(N / 10) iterations, up to 9 |
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const course = { schedule: "linear-drop", from: 1, to: 0.2, steepness: 0 } as const;
 * assertEquals([0, 50, 100].map((t) => scheduleValue(course, t, 101)), [1, 0.6, 0.2]);
 * ```
 */
export function scheduleValue(course: Course, t: number, iterations: number): number {
  const { schedule, from, to } = course;
  if (iterations <= 1 || schedule === "static") return from;
  if (schedule !== "step-down") return between(from, to, shareOfWay(course, t, iterations));
  const step = Math.floor(t / Math.max(1, Math.floor(iterations / STEPS)));
  let value = from;
  for (let i = Math.min(step, STEPS - 1); i > 0; i--) value *= STEP;
  return Math.max(to, value);
}

/** The share of the way that lies behind, from 0 at the first iteration to 1 at the last. */
function shareOfWay({ schedule, steepness: g }: Course, t: number, iterations: number): number {
  const s = t / (iterations - 1);
  if (g < STRAIGHT) return s;
  switch (schedule) {
    case "exp-drop":
      return expm1(-g * s) / expm1(-g);
    case "exp-growth":
      return exp(g * (s - 1)) * (expm1(-g * s) / expm1(-g));
    case "log-drop":
    case "log-growth":
      return log(g * t + 1) / log(g * (iterations - 1) + 1);
    default:
      return s;
  }
}

/** Rounding must lead past neither end. */
function between(from: number, to: number, share: number): number {
  const value = from + (to - from) * share;
  if (share >= 1) return to;
  return from < to ? Math.min(value, to) : Math.max(value, to);
}
