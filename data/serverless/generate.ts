/**
 * A synthetic invocation trace in the shape of the Azure Functions Invocation Trace of 2021.
 *
 * @module
 */

import { exp, type Key, log, normal } from "assay";
import { arrivals } from "./arrivals.ts";
import { ascendingOrder } from "./ascending_order.ts";
import type { InvocationTrace } from "./invocation_trace.ts";
import { functionShapes, POPULATION } from "./population.ts";
import { tracedFunction } from "./stable_hash.ts";

/** What to generate. */
export interface InvocationTraceOptions {
  /** Whole days, from 1. Default 14. */
  readonly days?: number;
  /** Rows, at least 1,000. Default 1,807,067, as many as the document keeps of the published file. */
  readonly invocations?: number;
}

/** Longest duration, seconds. */
const LONGEST = 578.6;

/** Standard deviation of the logarithm of a function's mean duration within its application. */
const FUNCTION_SD = 0.25;

/**
 * Generates a trace of 119 applications and 424 functions. Pure in the key: each function draws from
 * a child of its own, so that none moves when another is added.
 *
 * Counts by application, functions by application and mean durations are the document's quantiles
 * whatever the key. What a statistic of the trace should be, and how near it comes: `README.md`.
 *
 * @returns Rows by end; durations in whole milliseconds, from 1 to 578,600.
 * @throws {RangeError} When days or invocations are out of range.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const trace = invocationTrace(rootKey(1), { days: 3, invocations: 60_000 });
 * assertEquals([trace.functions.length, trace.endSeconds.length], [424, 60_000]);
 * assertEquals(trace.endSeconds, trace.endSeconds.toSorted());
 * ```
 */
export function invocationTrace(key: Key, options: InvocationTraceOptions = {}): InvocationTrace {
  const { days = 14, invocations = 1_807_067 } = options;
  if (!(Number.isSafeInteger(days) && days >= 1 && days <= 365)) {
    throw new RangeError(
      `Cannot generate a trace of ${days} days: a whole number from 1 to 365 is needed`,
    );
  }
  if (
    !(Number.isSafeInteger(invocations) && invocations >= 1000 && invocations <= 100_000_000)
  ) {
    throw new RangeError(
      `Cannot generate a trace of ${invocations} invocations: a whole number from 1,000 to ` +
        `100,000,000 is needed`,
    );
  }
  const span = days * 86_400;
  const shapes = functionShapes(invocations);
  const ends = new Float64Array(invocations);
  const durations = new Float32Array(invocations);
  const owners = new Uint16Array(invocations);
  const apps = POPULATION.map((_, app) => key.key("app").at(app));
  let row = 0, ordinal = 0;
  const functions = shapes.map(({ app, invocations: count, arrival }, index) => {
    ordinal = shapes[index - 1]?.app === app ? ordinal + 1 : 0;
    const own = apps[app]!.key("function").at(ordinal);
    const starts = arrivals(own.key("arrivals"), arrival, count, span);
    const seconds = durationsOf(own.key("durations"), app, count);
    for (let i = 0; i < count; i++, row++) {
      const end = starts[i]! + seconds[i]!;
      // What would end after the trace is folded back into its last minutes.
      ends[row] = end < span ? end : Math.max(seconds[i]!, span - (end - span) % span);
      durations[row] = seconds[i]!;
      owners[row] = index;
    }
    return tracedFunction(apps[app]!.toString(), own.toString(), app);
  });
  const order = ascendingOrder(ends);
  return {
    functions,
    functionIndex: owners.map((_, i) => owners[order[i]!]!),
    endSeconds: ends.map((_, i) => ends[order[i]!]!),
    durationSeconds: durations.map((_, i) => durations[order[i]!]!),
  };
}

/** Log-normal durations in seconds, to the millisecond. */
function durationsOf(key: Key, app: number, count: number): Float64Array<ArrayBuffer> {
  const { meanSeconds, variation, functions } = POPULATION[app]!;
  // The deviation between functions is part of the application's.
  const between = functions > 1
    ? Math.min(FUNCTION_SD * FUNCTION_SD, log(1 + variation * variation) / 2)
    : 0;
  const variance = log(1 + variation * variation) - between;
  const own = normal(key.key("function"), 1, -between / 2, Math.sqrt(between))[0]!;
  const location = log(meanSeconds) + own - variance / 2;
  return normal(key.key("invocation"), count, location, Math.sqrt(variance)).map((logarithm) => {
    const seconds = exp(logarithm);
    // Beyond the longest they are mirrored in logarithms: no heap of rows at the bound.
    const bounded = seconds > LONGEST ? LONGEST * LONGEST / seconds : seconds;
    return Math.max(1, Math.round(1000 * bounded)) / 1000;
  });
}
