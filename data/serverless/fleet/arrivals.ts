/**
 * The invocations of a trace by function, in order of arrival.
 *
 * @module
 */

import type { InvocationTrace } from "../invocation_trace.ts";

/** Invocations, those of function `f` in rows `[offsets[f], offsets[f + 1])`, ascending in arrival. */
export interface Arrivals {
  /** `[functions + 1]`. */
  readonly offsets: Uint32Array;
  /** When each arrived, seconds since the trace's first midnight. */
  readonly seconds: Float64Array;
  /** How long each ran when the trace was taken, seconds. */
  readonly durations: Float32Array;
}

/**
 * Sorts a trace by function and arrival. An invocation arrived at end − duration, both in seconds;
 * one that began before the first midnight counts as arriving there. Ties keep the trace's order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { handTrace } from "./testing.ts";
 *
 * const arrivals = arrivalsOf(handTrace([{}], [[0, 20, 1], [0, 10, 100]]));
 * assertEquals([...arrivals.seconds], [10, 20]);
 * ```
 */
export function arrivalsOf(trace: InvocationTrace): Arrivals {
  const { functions, functionIndex, endSeconds, durationSeconds } = trace;
  const rows = functionIndex.length;
  const offsets = new Uint32Array(functions.length + 1);
  for (let row = 0; row < rows; row++) offsets[functionIndex[row]! + 1]!++;
  for (let f = 0; f < functions.length; f++) offsets[f + 1]! += offsets[f]!;

  const begun = new Float64Array(rows);
  const order = new Uint32Array(rows);
  const next = offsets.slice();
  for (let row = 0; row < rows; row++) {
    begun[row] = Math.max(0, endSeconds[row]! - durationSeconds[row]!);
    order[next[functionIndex[row]!]!++] = row;
  }
  for (let f = 0; f < functions.length; f++) {
    const own = order.subarray(offsets[f], offsets[f + 1]);
    own.sort((a, b) => begun[a]! - begun[b]! || a - b);
  }
  const seconds = new Float64Array(rows), durations = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    seconds[i] = begun[order[i]!]!;
    durations[i] = durationSeconds[order[i]!]!;
  }
  return { offsets, seconds, durations };
}

/** The first row of `[from, to)` that arrives at `time` or later, else `to`. */
export function firstFrom(arrivals: Arrivals, from: number, to: number, time: number): number {
  let low = from, high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (arrivals.seconds[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
