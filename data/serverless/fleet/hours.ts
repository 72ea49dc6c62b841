/**
 * The hours in which a function was invoked: the occasions on which its placement is decided.
 *
 * @module
 */

import type { Arrivals } from "./arrivals.ts";

/** Seconds of an hour; hours of a day. */
export const HOUR_SECONDS = 3600, DAY_HOURS = 24;

/** Two invocations closer than this make a burst (document). */
export const BURST_GAP_SECONDS = 0.1;

/** Function-hours with invocations, by function and then by hour; one row each. */
export interface FunctionHours {
  readonly functionIndex: Uint16Array;
  /** Hours since the first midnight. */
  readonly hour: Uint16Array;
  /** The first of the hour's arrivals, and how many there are. */
  readonly first: Uint32Array;
  readonly invocations: Uint32Array;
  /** Share of the arrivals that come less than {@linkcode BURST_GAP_SECONDS} after the one before. */
  readonly burstShare: Float32Array;
}

/** Lists the function-hours of arrivals. */
export function functionHours(arrivals: Arrivals): FunctionHours {
  const { offsets, seconds } = arrivals;
  const starts: number[] = [], functions: number[] = [];
  for (let f = 0; f + 1 < offsets.length; f++) {
    for (let i = offsets[f]!; i < offsets[f + 1]!; i++) {
      if (i > offsets[f]! && hourOf(seconds[i]!) === hourOf(seconds[i - 1]!)) continue;
      starts.push(i);
      functions.push(f);
    }
  }
  const first = Uint32Array.from(starts);
  const invocations = first.map((from, row) => (first[row + 1] ?? seconds.length) - from);
  return {
    functionIndex: Uint16Array.from(functions),
    hour: Uint16Array.from(first, (i) => hourOf(seconds[i]!)),
    first,
    invocations,
    burstShare: Float32Array.from(first, (from, row) => {
      const begin = offsets[functions[row]!]!, end = from + invocations[row]!;
      return burstGaps(arrivals, Math.max(begin + 1, from), end) / invocations[row]!;
    }),
  };
}

/** How many of the arrivals `[from, to)` follow the one before in a burst. */
export function burstGaps(arrivals: Arrivals, from: number, to: number): number {
  const { seconds } = arrivals;
  let close = 0;
  for (let i = from; i < to; i++) {
    if (seconds[i]! - seconds[i - 1]! < BURST_GAP_SECONDS) close++;
  }
  return close;
}

/** The hour `h` with h · 3600 ≤ seconds < (h + 1) · 3600; the quotient alone may round up to the next. */
function hourOf(seconds: number): number {
  const hour = Math.floor(seconds / HOUR_SECONDS);
  return hour * HOUR_SECONDS > seconds ? hour - 1 : hour;
}
