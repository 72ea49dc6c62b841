/**
 * The rhythm of a function: how its invocations spread over the hours of its life.
 *
 * @module
 */

import { exp, type Key, log, normal, uniform } from "assay";

/**
 * Invocations by hour of day, thousands, both weeks together, as read off the document's figure (± 2).
 */
export const DOCUMENTED_HOURS = [
  ...[93, 69, 55, 57.5, 46.5, 59.5, 44, 41, 46, 45, 41, 51],
  ...[53, 66, 97, 109, 99, 93, 115, 118, 82, 84, 129, 117],
];

/** How strongly functions follow it, as a power of the profile. */
const STRENGTH = [0.5, 1.7] as const;

/** Standard deviation of the logarithm of a day's level. */
const DAY_SD = 0.25;

/** Level of an hour, in logarithms: autoregressive, with this correlation and standard deviation. */
const HOUR_PHI = 0.8, HOUR_SD = 0.4;

/** Seconds of an hour. */
const HOUR = 3600;

/** Expected invocations up to the end of each hour, in an arbitrary unit. */
export interface Rhythm {
  /** First and last second of the function's life. */
  readonly from: number;
  readonly to: number;
  /** Second at which each piece of constant rate ends, and what is expected up to there. */
  readonly ends: Float64Array;
  readonly cumulative: Float64Array;
}

/**
 * Draws the rhythm of a function that lives from `from` to `to`: the profile of the day to a power of
 * its own, times a level of each day, times a wandering level of each hour.
 *
 * @param key The function's own.
 * @param from Second from midnight of a Sunday.
 * @param to Second at which it ends, above `from`.
 */
export function rhythm(key: Key, from: number, to: number): Rhythm {
  const first = Math.floor(from / HOUR), hours = Math.ceil(to / HOUR) - first;
  const strength = uniform(key.key("strength"), 1, ...STRENGTH)[0]!;
  const days = normal(key.key("day"), Math.ceil((first + hours) / 24), 0, DAY_SD);
  const steps = normal(key.key("hour"), hours, 0, HOUR_SD);
  const ends = new Float64Array(hours), cumulative = new Float64Array(hours);
  const innovation = Math.sqrt(1 - HOUR_PHI * HOUR_PHI);
  let level = 0, expected = 0;
  for (let h = 0; h < hours; h++) {
    const hour = first + h;
    level = h === 0 ? steps[h]! : HOUR_PHI * level + innovation * steps[h]!;
    const profile = strength * log(DOCUMENTED_HOURS[hour % 24]! / 75);
    const rate = exp(profile + days[Math.floor(hour / 24)]! + level);
    ends[h] = Math.min(to, (hour + 1) * HOUR);
    expected += rate * (ends[h]! - Math.max(from, hour * HOUR));
    cumulative[h] = expected;
  }
  return { from, to, ends, cumulative };
}

/**
 * The second by which a share of what is expected has come.
 *
 * @param share From 0 to below 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const even = { from: 0, to: 20, ends: Float64Array.of(10, 20), cumulative: Float64Array.of(1, 4) };
 * assertEquals(timeOf(even, 0.125), 5);
 * assertEquals(timeOf(even, 0.625), 15);
 * ```
 */
export function timeOf({ from, ends, cumulative }: Rhythm, share: number): number {
  const expected = share * cumulative.at(-1)!;
  let low = 0, high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cumulative[middle]! > expected) high = middle;
    else low = middle + 1;
  }
  const [start, before] = low === 0 ? [from, 0] : [ends[low - 1]!, cumulative[low - 1]!];
  return start + (ends[low]! - start) * (expected - before) / (cumulative[low]! - before);
}
