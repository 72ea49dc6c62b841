/**
 * A multivariate series: what models read, one row a time step, in f32.
 *
 * @module
 */

import type { Column, Table } from "./table.ts";

/** Rows in time order, row-major: the value of column `c` in row `r` is `values[r * columns.length + c]`. */
export interface Series {
  readonly columns: readonly string[];
  readonly rows: number;
  /** `[rows, columns]` f32. */
  readonly values: Float32Array;
}

/**
 * Lays the named number columns of a table side by side, rounded to f32, in the order given.
 *
 * @throws {RangeError} When a column is absent, holds text, or is named twice.
 *
 * @example
 * ```ts
 * import { series, table } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const trace = table("by hand", { a: Float64Array.of(1, 2), b: Float64Array.of(3, 4) });
 * assertEquals(series(trace, ["b", "a"]).values, Float32Array.of(3, 1, 4, 2));
 * ```
 */
export function series(table: Table<object>, columns: readonly string[]): Series {
  const all = table.columns as Readonly<Record<string, Column | undefined>>;
  const width = columns.length;
  if (width === 0 || new Set(columns).size !== width) {
    throw new RangeError(
      `Cannot lay out a series of ${table.source}: columns [${
        columns.join(", ")
      }]; name at least ` +
        `one, and none twice`,
    );
  }
  const values = new Float32Array(table.rows * width);
  columns.forEach((name, c) => {
    const column = all[name];
    if (!(column instanceof Float64Array)) {
      throw new RangeError(
        `Cannot lay out a series of ${table.source}: column "${name}" ` +
          `${column === undefined ? "is absent" : "holds text"}; its columns are ` +
          Object.keys(all).join(", "),
      );
    }
    for (let r = 0; r < table.rows; r++) values[r * width + c] = column[r]!;
  });
  return { columns, rows: table.rows, values };
}

/**
 * Positions of named columns in a series.
 *
 * @throws {RangeError} When one is absent.
 *
 * @example
 * ```ts
 * import { columnPositions } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const link = { columns: ["mbps", "rtt_ms"], rows: 0, values: new Float32Array(0) };
 * assertEquals(columnPositions(link, ["rtt_ms"]), [1]);
 * ```
 */
export function columnPositions(series: Series, names: readonly string[]): number[] {
  return names.map((name) => {
    const position = series.columns.indexOf(name);
    if (position < 0) {
      throw new RangeError(
        `Cannot find column "${name}" in a series of ${series.columns.join(", ")}`,
      );
    }
    return position;
  });
}
