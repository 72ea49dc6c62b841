/**
 * Distances between a function's invocations as the document computes them, its two mistakes included:
 * durations are taken for milliseconds, so that starts nearly equal ends; and rows stand in order of
 * their ends, so that a "gap" between starts can be negative.
 *
 * @module
 */

import type { InvocationTrace } from "./invocation_trace.ts";

/** Gap, ms, above which the document counts a cold start. */
export const COLD_FROM_MS = 600_000;

/** Gap, ms, below which it calls an invocation bursty. */
export const BURSTY_BELOW_MS = 100;

/** Starts and gaps, one a row. */
export interface DocumentGaps {
  /** End − duration / 1000, seconds. */
  readonly startSeconds: Float64Array;
  /** To the row of the same function before, ms; NaN for a function's first row. */
  readonly gapMs: Float64Array;
}

/**
 * The starts and gaps of a trace in the document's way.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { gapMs } = documentGaps({
 *   functions: [],
 *   functionIndex: Uint16Array.of(0, 1, 0),
 *   endSeconds: Float64Array.of(10, 10, 10),
 *   durationSeconds: Float32Array.of(0, 0, 500),
 * });
 * assertEquals(gapMs, Float64Array.of(NaN, NaN, -500));
 * ```
 */
export function documentGaps(trace: InvocationTrace): DocumentGaps {
  const { functionIndex, endSeconds, durationSeconds } = trace;
  const startSeconds = endSeconds.map((end, row) => end - durationSeconds[row]! / 1000);
  const last = new Float64Array(1 + 0xffff).fill(NaN);
  const gapMs = startSeconds.map((start, row) => {
    const owner = functionIndex[row]!;
    const gap = 1000 * (start - last[owner]!);
    last[owner] = start;
    return gap;
  });
  return { startSeconds, gapMs };
}

/**
 * Whether the document takes a row for a cold start: a function's first, or after a gap of over ten minutes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([NaN, 600_000, 600_001].map(isCold), [true, false, true]);
 * ```
 */
export function isCold(gapMs: number): boolean {
  return Number.isNaN(gapMs) || gapMs > COLD_FROM_MS;
}
