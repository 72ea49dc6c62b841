/**
 * Windows over a series: a model sees `window` consecutive rows and predicts the row `horizon`
 * steps after the last of them. Windows are kept as the index of their first row and never copied
 * out, except by {@linkcode windowInputs}.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";
import { columnPositions, type Series } from "./series.ts";

/** Windows by their first rows. Window `i` sees rows `starts[i]` to `starts[i] + window - 1`. */
export interface Windows {
  /** Rows a window sees. */
  readonly window: number;
  /** Rows from the last one seen to the one predicted; 1 is the next row. */
  readonly horizon: number;
  readonly starts: Int32Array;
}

/** What to cut. */
export interface WindowsOptions {
  /** Rows of the series. */
  readonly rows: number;
  readonly window: number;
  readonly horizon: number;
  /** Where the rows come from. Default `"the series"`. */
  readonly source?: string;
}

/**
 * All windows of a series, in time order: rows − window − horizon + 1 of them.
 *
 * @throws {InputError} When there are too few rows for one window.
 * @throws {RangeError} When window or horizon is not a whole number from 1.
 *
 * @example
 * ```ts
 * import { windows } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(windows({ rows: 15_000, window: 20, horizon: 1 }).starts.length, 14_980);
 * assertEquals(windows({ rows: 5, window: 2, horizon: 2 }).starts, Int32Array.of(0, 1));
 * ```
 */
export function windows({ rows, window, horizon, source }: WindowsOptions): Windows {
  for (const [name, value] of [["window", window], ["horizon", horizon]] as const) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(
        `Cannot cut windows: the ${name} is ${value}, a whole number from 1 is needed`,
      );
    }
  }
  const count = rows - window - horizon + 1;
  if (!(count >= 1)) {
    throw new InputError(
      `Cannot cut windows out of ${
        source ?? "the series"
      }: it has ${rows} rows, and one window of ` +
        `${window} with its target ${horizon} further needs ${
          window + horizon
        }. Give more rows, or ` +
        `set a smaller window or horizon.`,
    );
  }
  return { window, horizon, starts: Int32Array.from({ length: count }, (_, i) => i) };
}

/**
 * The windows in a range of {@linkcode chronologicalSplit}, without a copy.
 *
 * @example
 * ```ts
 * import { sliceWindows, windows } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const all = windows({ rows: 10, window: 3, horizon: 1 });
 * assertEquals(sliceWindows(all, { from: 5, to: 7 }).starts, Int32Array.of(5, 6));
 * ```
 */
export function sliceWindows(
  windows: Windows,
  { from, to }: { readonly from: number; readonly to: number },
): Windows {
  return { ...windows, starts: windows.starts.subarray(from, to) };
}

/**
 * The row each window predicts.
 *
 * @example
 * ```ts
 * import { targetRows, windows } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(targetRows(windows({ rows: 24, window: 20, horizon: 3 })), Int32Array.of(22, 23));
 * ```
 */
export function targetRows({ window, horizon, starts }: Windows): Int32Array {
  return starts.map((start) => start + window - 1 + horizon);
}

/**
 * How many of the windows see each row: the weights with which a scaler fitted on these rows equals
 * one fitted on all windows written out one after another.
 *
 * @param rows Rows of the series.
 * @returns `[rows]`; 0 for a row that none sees.
 *
 * @example
 * ```ts
 * import { inputCounts, windows } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const all = windows({ rows: 6, window: 3, horizon: 1 });
 * assertEquals(inputCounts(all, 6), Int32Array.of(1, 2, 3, 2, 1, 0));
 * ```
 */
export function inputCounts({ window, starts }: Windows, rows: number): Int32Array {
  const counts = new Int32Array(rows);
  const steps = new Int32Array(rows + 1);
  for (const start of starts) {
    steps[start]!++;
    steps[start + window]!--;
  }
  for (let r = 0, covering = 0; r < rows; r++) counts[r] = covering += steps[r]!;
  return counts;
}

/**
 * How many of the windows predict each row.
 *
 * @param rows Rows of the series.
 * @returns `[rows]`.
 *
 * @example
 * ```ts
 * import { targetCounts, windows } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const all = windows({ rows: 6, window: 3, horizon: 1 });
 * assertEquals(targetCounts(all, 6), Int32Array.of(0, 0, 0, 1, 1, 1));
 * ```
 */
export function targetCounts(windows: Windows, rows: number): Int32Array {
  const counts = new Int32Array(rows);
  for (const row of targetRows(windows)) counts[row]!++;
  return counts;
}

/**
 * The windows written out one after another, for baselines, tests and small data: a copy of each
 * row for every window that sees it.
 *
 * @returns `[windows, window * columns]` f32, time before column.
 *
 * @example
 * ```ts
 * import { windowInputs, windows } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = { columns: ["t"], rows: 4, values: Float32Array.of(0, 1, 2, 3) };
 * const all = windows({ rows: 4, window: 2, horizon: 1 });
 * assertEquals(windowInputs(clock, all), Float32Array.of(0, 1, 1, 2));
 * ```
 */
export function windowInputs(
  series: Series,
  { window, starts }: Pick<Windows, "window" | "starts">,
): Float32Array {
  const width = series.columns.length;
  const size = window * width;
  const inputs = new Float32Array(starts.length * size);
  starts.forEach((start, i) => {
    inputs.set(series.values.subarray(start * width, start * width + size), i * size);
  });
  return inputs;
}

/**
 * What each window should predict: the named columns of its target row.
 *
 * @returns `[windows, names]` f32.
 * @throws {RangeError} When the series lacks a column.
 *
 * @example
 * ```ts
 * import { windows, windowTargets } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = { columns: ["t"], rows: 4, values: Float32Array.of(0, 1, 2, 3) };
 * const all = windows({ rows: 4, window: 2, horizon: 1 });
 * assertEquals(windowTargets(clock, all, ["t"]), Float32Array.of(2, 3));
 * ```
 */
export function windowTargets(
  series: Series,
  windows: Windows,
  names: readonly string[],
): Float32Array {
  const width = series.columns.length;
  const positions = columnPositions(series, names);
  const targets = new Float32Array(windows.starts.length * names.length);
  targetRows(windows).forEach((row, i) => {
    positions.forEach((position, k) => {
      targets[i * names.length + k] = series.values[row * width + position]!;
    });
  });
  return targets;
}
