/**
 * The check that a column of timestamps is a regular clock.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";

/** What the clock should be, and what to call it in a message. */
export interface SpacingOptions {
  /** Seconds from one row to the next. */
  readonly stepSeconds: number;
  /** Where the timestamps come from. Default `"the series"`. */
  readonly source?: string;
  /** The column they stand in. Default `"timestamp"`. */
  readonly column?: string;
  /** Number of the first row given, when it is not the first of its file. Default 1. */
  readonly firstRow?: number;
}

/**
 * Checks that every timestamp lies one step after the one before, to a millionth of the step and the
 * rounding of the timestamps themselves.
 *
 * @param timestamps Seconds, one a row.
 * @throws {InputError} At the first row, counted from 1, that is out of order, a duplicate, or at
 * an irregular distance.
 * @throws {RangeError} When the step is not a finite number above 0.
 *
 * @example
 * ```ts
 * import { checkSpacing, InputError } from "assay";
 * import { assertThrows } from "@std/assert";
 *
 * checkSpacing(Float64Array.of(0, 60, 120), { stepSeconds: 60 });
 * assertThrows(
 *   () => checkSpacing(Float64Array.of(0, 60, 180), { stepSeconds: 60 }),
 *   InputError,
 *   "row 3",
 * );
 * ```
 */
export function checkSpacing(timestamps: Float64Array, options: SpacingOptions): void {
  const { stepSeconds, source = "the series", column = "timestamp", firstRow = 1 } = options;
  if (!(stepSeconds > 0 && stepSeconds < Infinity)) {
    throw new RangeError(
      `Cannot check the spacing of ${source}: the step is ${stepSeconds} s, a finite number above 0 ` +
        `is needed`,
    );
  }
  for (let i = 1; i < timestamps.length; i++) {
    const before = timestamps[i - 1]!, now = timestamps[i]!;
    const gap = now - before;
    const rounding = Number.EPSILON * Math.abs(now);
    if (Math.abs(gap - stepSeconds) <= 1e-6 * stepSeconds + rounding) continue;
    const fault = gap === 0
      ? `repeats the row before (${now})`
      : gap < 0
      ? `goes back in time, from ${before} to ${now}`
      : `lies ${Number(gap.toPrecision(9))} s after the row before (${before} to ${now})`;
    throw new InputError(
      `Cannot use ${source} as a regular series: row ${
        firstRow + i
      }, column "${column}", ${fault}. ` +
        `Every row has to come ${stepSeconds} s after the one before; sort the rows, remove ` +
        `duplicates and fill or cut at gaps.`,
    );
  }
}
