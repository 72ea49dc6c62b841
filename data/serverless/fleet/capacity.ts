/**
 * The operational layer's problem: how many instances a function keeps ready in each short interval,
 * whatever its placement.
 *
 * @module
 */

import { exp } from "assay";
import type { Arrivals } from "./arrivals.ts";
import type { FunctionRun } from "./function_run.ts";
import type { Outcome } from "./outcome.ts";
import { CONCURRENCY_LIMIT } from "./providers.ts";

/** Seconds for which a capacity is planned, and how many such bins an hour has. */
export const CAPACITY_BIN_SECONDS = 60, HOUR_BINS = 60;

/**
 * Instances for a load: as many as are all in use for more than a given share of the time, if
 * arrivals are Poisson and none waits, so that the number under way is Poisson too.
 *
 * @param load Mean number of invocations under way: arrivals a second × seconds each runs.
 * @param share With `WORTH_SHARE` the capacity that costs least (the newsvendor's quantile); with a small
 *   share, such as 0.01, one that hardly anyone finds taken.
 * @returns A whole number, at most {@linkcode CONCURRENCY_LIMIT}; 0 for a load that is not positive.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * // P(N >= 1) = 1 - exp(-1) = 0.632, P(N >= 2) = 0.264 for a load of 1.
 * assertEquals([0.7, 0.6, 0.2].map((share) => instancesFor(1, share)), [0, 1, 2]);
 * ```
 */
export function instancesFor(load: number, share: number): number {
  if (!(load > 0)) return 0;
  // Far beyond the limit the Poisson terms would vanish, and the answer is plain.
  if (load > 4 * CONCURRENCY_LIMIT) return CONCURRENCY_LIMIT;
  let term = exp(-load), atLeastNext = 1 - term, instances = 0;
  while (instances < CONCURRENCY_LIMIT && atLeastNext > share) {
    instances++;
    term *= load / instances;
    atLeastNext -= term;
  }
  return instances;
}

/**
 * Serves a run's next bins, each with its planned capacity.
 *
 * @param capacity Instances kept ready, one a bin of {@linkcode CAPACITY_BIN_SECONDS}, from `run.now` on.
 */
export function serveWithCapacity(
  run: FunctionRun,
  capacity: ArrayLike<number>,
  outcome: Outcome,
): void {
  const begin = run.now;
  for (let bin = 0; bin < capacity.length; bin++) {
    run.provision(capacity[bin]!, outcome);
    run.advance(begin + (bin + 1) * CAPACITY_BIN_SECONDS, outcome);
  }
}

/**
 * The most invocations under way at once in each bin, as long as the trace says that each ran: what a
 * clairvoyant would keep ready, at the traced memory.
 *
 * @param f The function.
 * @param bins How many, of {@linkcode CAPACITY_BIN_SECONDS} each, from the first midnight on.
 * @returns `[bins]`, at most {@linkcode CONCURRENCY_LIMIT}.
 */
export function peakConcurrency(arrivals: Arrivals, f: number, bins: number): Uint16Array {
  const peaks = new Uint16Array(bins);
  const { offsets, seconds, durations } = arrivals;
  /** Ends of what is under way, ascending. */
  const ends: number[] = [];
  let counted = 0;
  const goTo = (bin: number) => {
    // Bins that pass without an arrival hold what is still under way when they begin.
    for (; counted < bin; counted++) {
      leave(ends, (counted + 1) * CAPACITY_BIN_SECONDS);
      if (counted + 1 < bins) peaks[counted + 1] = Math.min(ends.length, CONCURRENCY_LIMIT);
    }
  };
  for (let i = offsets[f]!; i < offsets[f + 1]!; i++) {
    const arrival = seconds[i]!;
    const bin = Math.floor(arrival / CAPACITY_BIN_SECONDS);
    if (bin >= bins) break;
    goTo(bin);
    leave(ends, arrival);
    enter(ends, arrival + durations[i]!);
    peaks[bin] = Math.min(Math.max(peaks[bin]!, ends.length), CONCURRENCY_LIMIT);
  }
  goTo(bins - 1);
  return peaks;
}

/**
 * The mean number of invocations under way in each bin. Arguments as of {@linkcode peakConcurrency}.
 *
 * @returns `[bins]`.
 */
export function meanConcurrency(arrivals: Arrivals, f: number, bins: number): Float64Array {
  const load = new Float64Array(bins), width = CAPACITY_BIN_SECONDS;
  const { offsets, seconds, durations } = arrivals;
  for (let i = offsets[f]!; i < offsets[f + 1]!; i++) {
    const start = seconds[i]!, end = start + durations[i]!;
    for (let bin = Math.floor(start / width); bin < bins && bin * width < end; bin++) {
      load[bin]! += (Math.min(end, (bin + 1) * width) - Math.max(start, bin * width)) / width;
    }
  }
  return load;
}

function leave(ends: number[], now: number): void {
  let gone = 0;
  while (gone < ends.length && ends[gone]! <= now) gone++;
  if (gone > 0) ends.splice(0, gone);
}

function enter(ends: number[], end: number): void {
  let at = ends.length;
  while (at > 0 && ends[at - 1]! > end) at--;
  ends.splice(at, 0, end);
}
