/**
 * Per-function series: what each function did in each step of a regular clock.
 *
 * @module
 */

import { InputError } from "assay";
import type { InvocationTrace } from "./invocation_trace.ts";
import { rowsByFunction } from "./rows_by_function.ts";
import { type FunctionRange, type StepColumns, sweepFunction } from "./sweep.ts";

/** Most rows of all series together; an odd clock or a tiny step would ask for more. */
const MOST_ROWS = 100_000_000;

/** Series of some functions, one after another, each from the step of its first invocation to the trace's end. */
export interface StepSeries {
  readonly stepSeconds: number;
  /** The trace's steps, `first` included, `end` excluded. */
  readonly steps: { readonly first: number; readonly end: number };
  readonly rows: number;
  readonly functions: readonly FunctionRange[];
  readonly columns: StepColumns;
}

/**
 * The steps of a trace, from that of its first start to that of its last end.
 *
 * @throws {RangeError} When the step is not above 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tracedFunction } from "./stable_hash.ts";
 *
 * const trace = {
 *   functions: [tracedFunction("shop", "pay", 0)],
 *   functionIndex: Uint16Array.of(0, 0),
 *   endSeconds: Float64Array.of(30, 35),
 *   durationSeconds: Float32Array.of(10, 20),
 * };
 * assertEquals(traceSteps(trace, 10), { first: 1, end: 4 });
 * ```
 */
export function traceSteps(
  { endSeconds, durationSeconds }: InvocationTrace,
  stepSeconds: number,
): StepSeries["steps"] {
  if (!(stepSeconds > 0 && stepSeconds < Infinity)) {
    throw new RangeError(
      `Cannot bin a trace in steps of ${stepSeconds} s: a finite number above 0 is needed`,
    );
  }
  const start = endSeconds.reduce(
    (least, end, row) => Math.min(least, end - durationSeconds[row]!),
    Infinity,
  );
  return {
    first: Math.floor(start / stepSeconds),
    end: Math.floor(endSeconds.at(-1)! / stepSeconds) + 1,
  };
}

/**
 * Bins functions of a trace. Starts are true ones, end − duration.
 *
 * @param chosen The functions, in the order of the series. Default: all.
 * @throws {RangeError} When the step is not above 0 or a function has no invocation.
 * @throws {InputError} When the series would have more than 100 million rows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tracedFunction } from "./stable_hash.ts";
 *
 * const { columns } = stepSeries({
 *   functions: [tracedFunction("shop", "pay", 0)],
 *   functionIndex: Uint16Array.of(0, 0),
 *   endSeconds: Float64Array.of(20, 35),
 *   durationSeconds: Float32Array.of(10, 20),
 * }, { stepSeconds: 15 });
 * assertEquals(columns.count, Float32Array.of(1, 1, 0));
 * assertEquals(columns.busySeconds, Float32Array.of(5, 20, 5));
 * assertEquals(columns.peak, Float32Array.of(1, 2, 1));
 * assertEquals(columns.inFlight, Float32Array.of(1, 1, 0));
 * ```
 */
export function stepSeries(
  trace: InvocationTrace,
  { stepSeconds, functions: chosen }: {
    readonly stepSeconds: number;
    readonly functions?: readonly number[];
  },
): StepSeries {
  // Of the whole trace, so that the split does not depend on the choice.
  const { first, end } = traceSteps(trace, stepSeconds);
  const { endSeconds, durationSeconds } = trace;
  const rowsOf = rowsByFunction(trace);
  const parts = (chosen ?? trace.functions.map((_, index) => index)).map((functionIndex) => {
    const rows = rowsOf(functionIndex);
    if (rows.length === 0) {
      throw new RangeError(
        `Cannot bin function ${functionIndex}: the trace has no invocation of it`,
      );
    }
    const ends = Float64Array.from(rows, (row) => endSeconds[row]!);
    const starts = Float64Array.from(rows, (row) => endSeconds[row]! - durationSeconds[row]!)
      .sort();
    return { functionIndex, starts, ends, firstStep: Math.floor(starts[0]! / stepSeconds) };
  });
  const rows = parts.reduce((sum, { firstStep }) => sum + end - firstStep, 0);
  if (rows > MOST_ROWS) {
    throw new InputError(
      `Cannot bin the trace in steps of ${stepSeconds} s: from second ${first * stepSeconds} to ` +
        `${
          end * stepSeconds
        }, ${parts.length} functions make ${rows} rows, ${MOST_ROWS} at most are ` +
        `allowed. Use longer steps or fewer functions, or check the timestamps.`,
    );
  }
  const columns: StepColumns = {
    count: new Float32Array(rows),
    busySeconds: new Float32Array(rows),
    peak: new Float32Array(rows),
    busyShare: new Float32Array(rows),
    inFlight: new Float32Array(rows),
  };
  let from = 0;
  const functions = parts.map(({ functionIndex, starts, ends, firstStep }) => {
    const range = { functionIndex, from, to: from + end - firstStep, firstStep };
    sweepFunction(columns, range, stepSeconds, starts, ends);
    from = range.to;
    return range;
  });
  return { stepSeconds, steps: { first, end }, rows, functions, columns };
}
