/**
 * The rows of a trace, function by function.
 *
 * @module
 */

import type { InvocationTrace } from "./invocation_trace.ts";

/**
 * Groups the rows of a trace.
 *
 * @returns What gives the rows of a function, in ascending order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tracedFunction } from "./stable_hash.ts";
 *
 * const rowsOf = rowsByFunction({
 *   functions: [tracedFunction("shop", "pay", 0), tracedFunction("shop", "look", 0)],
 *   functionIndex: Uint16Array.of(1, 0, 1),
 *   endSeconds: new Float64Array(3),
 *   durationSeconds: new Float32Array(3),
 * });
 * assertEquals(rowsOf(1), Int32Array.of(0, 2));
 * ```
 */
export function rowsByFunction(
  { functions, functionIndex }: InvocationTrace,
): (index: number) => Int32Array {
  const ends = new Int32Array(functions.length + 1);
  for (const index of functionIndex) ends[index + 1]!++;
  for (let f = 0; f < functions.length; f++) ends[f + 1]! += ends[f]!;
  const next = ends.slice();
  const rows = new Int32Array(functionIndex.length);
  functionIndex.forEach((index, row) => rows[next[index]!++] = row);
  return (index) => rows.subarray(ends[index], ends[index + 1]);
}

/**
 * The functions with most invocations, the busiest first, of those that end before a time: to choose
 * by what came later would be to look ahead.
 *
 * @param count At most how many.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { invocationTrace } from "./generate.ts";
 *
 * const trace = invocationTrace(rootKey(1), { days: 1, invocations: 5_000 });
 * assertEquals(busiestFunctions(trace, 1, 60_000), [0]);
 * ```
 */
export function busiestFunctions(
  { functions, functionIndex, endSeconds }: InvocationTrace,
  count: number,
  beforeSeconds: number,
): number[] {
  const counts = new Int32Array(functions.length);
  for (let row = 0; row < functionIndex.length && endSeconds[row]! < beforeSeconds; row++) {
    counts[functionIndex[row]!]!++;
  }
  return functions.map((_, index) => index)
    .filter((index) => counts[index]! > 0)
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, count);
}
