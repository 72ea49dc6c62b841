/**
 * Writing CSV so that reading it gives the same values.
 *
 * @module
 */

import { CsvStringifyStream } from "@std/csv";
import { writeParts } from "./atomic_file.ts";
import type { Column, Table } from "./table.ts";

/** Characters gathered before they are written. */
const PART = 1 << 16;

/**
 * Writes a table as CSV (RFC 4180: CRLF line ends, quotes where needed), a part at a time, whole or
 * not at all. Numbers have the shortest form that reads back to the same f64.
 *
 * @param path Where the file is to stand; missing folders are made.
 * @param table Every value one that `readCsv` accepts.
 * @throws {InputError} When the place cannot be written.
 * @throws {RangeError} When a number is not finite, or a name or text is empty or holds a carriage
 * return, which CSV cannot give back; the message names row and column.
 *
 * @example
 * ```ts
 * import { readCsv, table, writeCsv } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const path = `${await Deno.makeTempDir()}/trace.csv`;
 * const trace = table("by hand", { x: Float64Array.of(0.1, 1e21), note: ["a,b", 'say "no"'] });
 * await writeCsv(path, trace);
 * const back = await readCsv(path, { x: { kind: "number" }, note: { kind: "text" } });
 * assertEquals(back.columns, trace.columns);
 * ```
 */
export async function writeCsv(path: string, table: Table<object>): Promise<void> {
  const columns = Object.entries<Column>(table.columns as Readonly<Record<string, Column>>);
  columns.forEach(([name], c) => checkText(name, `the name of column ${c + 1}`, table.source));
  const text = ReadableStream.from(records(columns, table)).pipeThrough(new CsvStringifyStream());
  await writeParts(path, encoded(text));
}

function* records(
  columns: readonly (readonly [string, Column])[],
  table: Table<object>,
): Generator<string[]> {
  yield columns.map(([name]) => name);
  for (let r = 0; r < table.rows; r++) {
    yield columns.map(([name, column]) => {
      const place = () => `row ${r + 1} of column "${name}"`;
      if (!(column instanceof Float64Array)) return checkText(column[r]!, place, table.source);
      const value = column[r]!;
      if (!Number.isFinite(value)) {
        throw new RangeError(
          `Cannot write ${table.source} as CSV: ${place()} is ${value}; finite numbers are needed`,
        );
      }
      return Object.is(value, -0) ? "-0" : String(value);
    });
  }
}

function checkText(text: string, place: string | (() => string), source: string): string {
  if (text !== "" && !text.includes("\r")) return text;
  throw new RangeError(
    `Cannot write ${source} as CSV: ${typeof place === "string" ? place : place()} ` +
      `${text === "" ? "is empty" : "holds a carriage return"}; CSV cannot give that back`,
  );
}

async function* encoded(text: ReadableStream<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let part = "";
  for await (const record of text) {
    part += record;
    if (part.length < PART) continue;
    yield encoder.encode(part);
    part = "";
  }
  if (part !== "") yield encoder.encode(part);
}
