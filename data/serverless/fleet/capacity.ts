/**
 * The operational layer's problem: how many instances a function keeps ready in each short interval,
 * whatever its placement.
 *
 * @module
 */

import { type Arrivals, firstFrom } from "./arrivals.ts";
import type { FunctionRun } from "./function_run.ts";
import type { Outcome } from "./outcome.ts";
import { CONCURRENCY_LIMIT } from "./providers.ts";

/** Seconds for which a capacity is planned. */
export const CAPACITY_BIN_SECONDS = 60;

/**
 * Instances for a load, by square-root staffing: the load and a margin that grows with its standard
 * deviation, if arrivals are Poisson.
 *
 * @param load Mean number of invocations that run at once: arrivals a second × seconds each runs.
 * @param margin How many standard deviations. 0 provisions the mean, rounded up.
 * @returns A whole number, at most {@linkcode CONCURRENCY_LIMIT}; 0 for a load that is not positive.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0, 0.04, 4, 1e6].map((load) => instancesFor(load, 1)), [0, 1, 6, 100]);
 * ```
 */
export function instancesFor(load: number, margin: number): number {
  if (!(load > 0)) return 0;
  return Math.min(CONCURRENCY_LIMIT, Math.ceil(load + margin * Math.sqrt(load)));
}

/**
 * Serves a run's next intervals, each with its planned capacity.
 *
 * @param capacity Instances kept ready, one a bin, from `run.now` on.
 */
export function serveWithCapacity(
  run: FunctionRun,
  capacity: ArrayLike<number>,
  binSeconds: number,
  outcome: Outcome,
): void {
  const begin = run.now;
  for (let bin = 0; bin < capacity.length; bin++) {
    run.provision(capacity[bin]!, outcome);
    run.advance(begin + (bin + 1) * binSeconds, outcome);
  }
}

/**
 * The most invocations under way at once in each bin, as long as the trace says that each ran: what a
 * clairvoyant would keep ready, at the traced memory.
 *
 * @param from The function's first row of `arrivals`, and one past its last.
 * @param begin Seconds at which the first bin begins.
 * @returns `[bins]`, at most {@linkcode CONCURRENCY_LIMIT}.
 */
export function peakConcurrency(
  arrivals: Arrivals,
  from: number,
  to: number,
  begin: number,
  bins: number,
  binSeconds: number,
): Uint16Array {
  const peaks = new Uint16Array(bins);
  const { seconds, durations } = arrivals;
  const end = begin + bins * binSeconds;
  /** Ends of what is under way, ascending. */
  const ends: number[] = [];
  let counted = 0;
  const goTo = (bin: number) => {
    // Bins that pass without an arrival hold what is still under way when they begin.
    for (; counted < bin; counted++) {
      leave(ends, begin + (counted + 1) * binSeconds);
      if (counted + 1 < bins) peaks[counted + 1] = Math.min(ends.length, CONCURRENCY_LIMIT);
    }
  };
  for (let i = firstFrom(arrivals, from, to, begin); i < to && seconds[i]! < end; i++) {
    const arrival = seconds[i]!;
    const bin = Math.floor((arrival - begin) / binSeconds);
    goTo(bin);
    leave(ends, arrival);
    enter(ends, arrival + durations[i]!);
    peaks[bin] = Math.min(Math.max(peaks[bin]!, ends.length), CONCURRENCY_LIMIT);
  }
  goTo(bins - 1);
  return peaks;
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
