/**
 * A user's own invocation trace.
 *
 * @module
 */

import { csvBlocks, type CsvSource, InputError } from "assay";
import { ascendingOrder } from "./ascending_order.ts";
import type { InvocationTrace, TracedFunction } from "./invocation_trace.ts";
import { tracedFunction } from "./stable_hash.ts";
import { TraceRows } from "./trace_rows.ts";

/** The columns of the published file. Negative durations are counted, so they may stand there. */
const SCHEMA = {
  app: { kind: "text" },
  func: { kind: "text" },
  end_timestamp: { kind: "number", atLeast: 0, atMost: 1e11 },
  duration: { kind: "number", atMost: 1e9 },
} as const;

/** Most functions of a trace: their indices take 16 bits. */
const MOST_FUNCTIONS = 65_536;

/** What was done to the rows of a file. */
export interface TraceCleaning {
  /** Rows of the file. */
  readonly rows: number;
  /** Rows dropped because they took no time. */
  readonly zeroDurations: number;
  /** Rows dropped because they took less than none. */
  readonly negativeDurations: number;
  /** Rows dropped because another of the same function has the same end and duration. */
  readonly duplicates: number;
  /** Rows, of those kept before duplicates were dropped, that end before the row above; then all were sorted. */
  readonly backwards: number;
}

/** A trace that was read, and how. */
export interface ReadTrace {
  readonly trace: InvocationTrace;
  readonly cleaning: TraceCleaning;
}

/**
 * Reads a CSV file with the columns `app`, `func`, `end_timestamp` and `duration`, both in seconds,
 * others ignored; cleans it as the document does: rows without a positive duration dropped, exact
 * duplicates dropped, the rest sorted by end. The file is streamed; a row takes 14 bytes, and under 100
 * while rows are sorted.
 *
 * @param source A path or a stream.
 * @throws {InputError} When the file cannot be read, lacks a column, a row does not fit (named with
 * its line and column), no row is left, or there are more than 65,536 functions.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const csv = "app,func,end_timestamp,duration\n" +
 *   "shop,pay,20,0.5\nshop,pay,10,0.5\nshop,pay,20,0.5\nshop,look,21,0\n";
 * const { trace, cleaning } = await readTrace(new Blob([csv]).stream());
 * assertEquals(trace.endSeconds, Float64Array.of(10, 20));
 * assertEquals(cleaning, {
 *   rows: 4,
 *   zeroDurations: 1,
 *   negativeDurations: 0,
 *   duplicates: 1,
 *   backwards: 1,
 * });
 * ```
 */
export async function readTrace(source: CsvSource): Promise<ReadTrace> {
  const rows = new TraceRows();
  const functions: TracedFunction[] = [];
  const apps = new Map<string, { index: number; functions: Map<string, number> }>();
  let count = 0, zeroDurations = 0, negativeDurations = 0, backwards = 0, name = "";
  for await (const block of csvBlocks(source, SCHEMA)) {
    const { app, func, end_timestamp: ends, duration } = block.columns;
    name = block.source;
    for (let i = 0; i < block.rows; i++) {
      count++;
      // As it is kept: what is nothing in f32 is nothing.
      const seconds = Math.fround(duration[i]!);
      if (seconds < 0) negativeDurations++;
      else if (seconds === 0) zeroDurations++;
      if (seconds <= 0) continue;
      let known = apps.get(app[i]!);
      if (!known) apps.set(app[i]!, known = { index: apps.size, functions: new Map() });
      let index = known.functions.get(func[i]!);
      if (index === undefined) {
        index = functions.length;
        if (index === MOST_FUNCTIONS) {
          throw new InputError(
            `Cannot read ${name} as an invocation trace: row ${count} has function number ` +
              `${
                MOST_FUNCTIONS + 1
              }; at most ${MOST_FUNCTIONS} can be told apart. Keep the busiest.`,
          );
        }
        known.functions.set(func[i]!, index);
        functions.push(tracedFunction(app[i]!, func[i]!, known.index));
      }
      if (ends[i]! < rows.lastEnd) backwards++;
      rows.add(index, ends[i]!, seconds);
    }
  }
  if (rows.count === 0) {
    throw new InputError(
      `Cannot use ${name} as an invocation trace: none of its ${count} rows has a duration above 0 ` +
        `(${zeroDurations} are 0, ${negativeDurations} below). Check that the column "duration" is in seconds.`,
    );
  }
  const { kept, duplicates } = withoutDuplicates(rows);
  return {
    trace: { functions, ...rows.take(kept) },
    cleaning: { rows: count, zeroDurations, negativeDurations, duplicates, backwards },
  };
}

/** The rows by end, the first of each that stands there more than once. */
function withoutDuplicates({ ends, owners, durations }: TraceRows) {
  const order = ascendingOrder(ends);
  // Alike rows end alike, so they are neighbours up to others of the same end.
  const seen = new Set<string>();
  let kept = 0, end = NaN;
  for (const row of order) {
    if (ends[row] !== end) seen.clear();
    end = ends[row]!;
    const what = `${owners[row]} ${durations[row]}`;
    if (seen.has(what)) continue;
    seen.add(what);
    order[kept++] = row;
  }
  return { kept: order.subarray(0, kept), duplicates: order.length - kept };
}
