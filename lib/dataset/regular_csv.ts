/**
 * CSV files of a regular series: a `timestamp` in seconds, evenly spaced, and number columns. Training
 * reads them whole, forecasting in blocks, both by this code: what one takes the other takes, as the same
 * numbers.
 *
 * @module
 */

import { csvBlocks, type CsvOptions, type CsvSource, joinBlocks } from "./csv_read.ts";
import type { NumberColumn } from "./csv_schema.ts";
import { checkSpacing } from "./spacing.ts";
import type { Table } from "./table.ts";

/** A column wanted of the file, with its closed bounds. */
export interface RegularColumn {
  readonly name: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What the file has to be. */
export interface RegularCsvOptions extends CsvOptions {
  /** Beside `timestamp`. */
  readonly columns: readonly RegularColumn[];
  /** Seconds from one row to the next. */
  readonly stepSeconds: number;
}

/** Rows of a regular series: `timestamp`, and the columns asked for. */
export type RegularRows = Table<
  { readonly timestamp: Float64Array; readonly [column: string]: Float64Array }
>;

/** Models read f32: what is beyond would reach them as infinity. */
const MOST_F32 = 3.4028234663852886e38;

/**
 * Reads a file whole.
 *
 * @throws {InputError} When it cannot be read, lacks a column, or has a cell that is no number, out of its
 * bounds or beyond f32, or a row that does not come one step after the one before; by row and column.
 *
 * @example
 * ```ts
 * import { InputError, readRegularCsv, series } from "assay";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const csv = (text: string) => new Blob([text]).stream();
 * const options = { columns: [{ name: "rtt_ms", atLeast: 0 }], stepSeconds: 60 };
 * const rows = await readRegularCsv(csv("timestamp,rtt_ms\n0,20.5\n60,21\n"), options);
 * assertEquals(series(rows, ["rtt_ms"]).values, Float32Array.of(20.5, 21));
 *
 * const gap = csv("timestamp,rtt_ms\n0,20.5\n180,21\n");
 * await assertRejects(() => readRegularCsv(gap, options), InputError, "row 2");
 * ```
 */
export async function readRegularCsv(
  source: CsvSource,
  options: RegularCsvOptions,
): Promise<RegularRows> {
  return await joinBlocks(regularCsvBlocks(source, options));
}

/**
 * Reads a file as {@linkcode readRegularCsv} does, but hands it out in blocks of `blockRows` rows.
 *
 * @throws {InputError} As {@linkcode readRegularCsv}, once the faulty row's block is reached.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const csv = new Blob(["timestamp,x\n0,5\n60,6\n120,7\n"]).stream();
 * const options = { columns: [{ name: "x" }], stepSeconds: 60, blockRows: 2 };
 * const blocks = await Array.fromAsync(regularCsvBlocks(csv, options));
 * assertEquals(blocks.map(({ columns }) => [...columns["x"]!]), [[5, 6], [7]]);
 * ```
 */
export async function* regularCsvBlocks(
  source: CsvSource,
  { columns, stepSeconds, ...options }: RegularCsvOptions,
): AsyncGenerator<RegularRows> {
  const schema: Record<string, NumberColumn> = { timestamp: { kind: "number" } };
  for (const { name, atLeast = -MOST_F32, atMost = MOST_F32 } of columns) {
    schema[name] = { kind: "number", atLeast, atMost };
  }
  let rows = 0;
  let before: number[] = [];
  for await (const block of csvBlocks(source, schema, options) as AsyncGenerator<RegularRows>) {
    const { timestamp } = block.columns;
    // The last row of the block before comes first, so that spacing is checked across blocks too.
    checkSpacing(Float64Array.from([...before, ...timestamp]), {
      stepSeconds,
      source: block.source,
      firstRow: rows + 1 - before.length,
    });
    before = [timestamp.at(-1)!];
    rows += block.rows;
    yield block;
  }
}
