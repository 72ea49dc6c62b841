/**
 * Reading CSV: typed, checked, in memory bounded by the table itself.
 *
 * @module
 */

import { CsvParseStream } from "@std/csv";
import { InputError } from "../numeric/errors.ts";
import { CsvBlock } from "./csv_cells.ts";
import type { CsvColumns, CsvSchema, CsvTable } from "./csv_schema.ts";
import { CsvFeed, LineCount } from "./csv_text.ts";
import type { Column, Columns, Table } from "./table.ts";

/** A file by its path, or bytes as they arrive. */
export type CsvSource = string | URL | ReadableStream<Uint8Array>;

/** How to read. */
export interface CsvOptions {
  /** What messages call the source. Default: its path, or `"the CSV stream"`. */
  readonly name?: string;
  /** Rows of a block. Default 16,384. */
  readonly blockRows?: number;
}

/**
 * Reads a CSV file (RFC 4180, UTF-8, LF or CRLF, with or without byte-order mark) into a table.
 *
 * The first record names the columns; names may stand in any order and are trimmed, and so are
 * numbers. Blank lines are skipped. A million rows need the memory of their columns and once more that of
 * the widest one.
 *
 * @param source A path, or a stream, which is cancelled when reading stops early.
 * @param schema The columns wanted.
 * @returns The columns of the schema that the file has; numbers as f64.
 * @throws {InputError} When the source cannot be read, is empty, has a header only, lacks a column or
 * has one twice, or a row does not fit: the message names file, row (from 1 after the header), line
 * and column.
 *
 * @example
 * ```ts
 * import { InputError, readCsv } from "assay";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const csv = (text: string) => new Blob([text]).stream();
 * const schema = { rtt_ms: { kind: "number", atLeast: 0 }, region: { kind: "text" } } as const;
 * const links = await readCsv(csv("region,rtt_ms\neu,20.5\nus,90\n"), schema);
 * assertEquals(links.columns.rtt_ms, Float64Array.of(20.5, 90));
 * assertEquals(links.columns.region, ["eu", "us"]);
 *
 * await assertRejects(
 *   () => readCsv(csv("region,rtt_ms\neu,fast\n"), schema),
 *   InputError,
 *   'row 1 (line 2), column "rtt_ms", holds "fast"',
 * );
 * ```
 */
export async function readCsv<const S extends CsvSchema>(
  source: CsvSource,
  schema: S,
  options: CsvOptions = {},
): Promise<CsvTable<S>> {
  return await joinBlocks(csvBlocks(source, schema, options));
}

/**
 * One table of the blocks that {@linkcode csvBlocks} handed out. Needs the memory of the columns and once
 * more that of the widest one.
 *
 * @param blocks At least one, all of the same columns.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const csv = new Blob(["t\n1\n2\n3\n"]).stream();
 * const blocks = csvBlocks(csv, { t: { kind: "integer" } }, { blockRows: 2 });
 * assertEquals((await joinBlocks(blocks)).columns.t, Float64Array.of(1, 2, 3));
 * ```
 */
export async function joinBlocks<C extends object>(
  blocks: AsyncIterable<Table<C>>,
): Promise<Table<C>> {
  const parts = new Map<string, (Column | null)[]>();
  let rows = 0, name = "";
  for await (const block of blocks) {
    for (const [column, values] of Object.entries<Column>(block.columns as Columns)) {
      if (!parts.has(column)) parts.set(column, []);
      parts.get(column)!.push(values);
    }
    rows += block.rows;
    name = block.source;
  }
  const columns: Record<string, Column> = {};
  for (const [column, values] of parts) columns[column] = join(values, rows);
  return { source: name, rows, columns: columns as C };
}

/**
 * Reads a CSV file as {@linkcode readCsv} does, but hands it out as tables of `blockRows` rows (the
 * last one shorter), for work on a stream whose end is far or never comes.
 *
 * @throws {InputError} As {@linkcode readCsv}, once the faulty row is reached.
 *
 * @example
 * ```ts
 * import { csvBlocks } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const csv = new Blob(["t\n1\n2\n3\n"]).stream();
 * const sizes: number[] = [];
 * for await (const block of csvBlocks(csv, { t: { kind: "integer" } }, { blockRows: 2 })) {
 *   sizes.push(block.columns.t.length);
 * }
 * assertEquals(sizes, [2, 1]);
 * ```
 */
export async function* csvBlocks<const S extends CsvSchema>(
  source: CsvSource,
  schema: S,
  options: CsvOptions = {},
): AsyncGenerator<Table<CsvColumns<S>>> {
  const { blockRows = 16_384 } = options;
  if (!Number.isSafeInteger(blockRows) || blockRows < 1) {
    throw new RangeError(
      `Cannot read blocks of ${blockRows} rows: a whole number from 1 is needed`,
    );
  }
  const name = options.name ??
    (source instanceof ReadableStream ? "the CSV stream" : String(source));
  const lines = new LineCount(name);
  const parser = new CsvParseStream();
  const bytes = source instanceof ReadableStream ? source : await openFile(source, name);
  const feed = new CsvFeed(bytes, lines, parser.writable);
  const records = parser.readable.getReader();
  try {
    const header = await nextRecord(records, lines, feed, 0);
    if (header === null) {
      throw new InputError(
        `Cannot read ${name}: it is empty. The first line must name the columns, separated by commas.`,
      );
    }
    const block = new CsvBlock(header.cells, schema, name, blockRows);
    const take = () => {
      const rows = block.rows;
      return { source: name, rows, columns: block.take() as CsvColumns<S> };
    };
    for (let row = 1;; row++) {
      const record = await nextRecord(records, lines, feed, row);
      if (record === null) {
        if (row === 1) throw new InputError(`Cannot read ${name}: it has a header but no rows.`);
        break;
      }
      block.add(record.cells, { source: name, row, line: record.line });
      if (block.rows === blockRows) yield take();
    }
    if (block.rows > 0) yield take();
  } finally {
    await feed.stop();
  }
}

/** Row 0 is the header. */
async function nextRecord(
  records: ReadableStreamDefaultReader<string[]>,
  lines: LineCount,
  feed: CsvFeed,
  row: number,
): Promise<{ cells: string[]; line: number } | null> {
  try {
    const { done, value } = await records.read();
    if (done) {
      if (feed.fault) throw feed.fault;
      return null;
    }
    const line = lines.next();
    lines.record(line, value);
    return { cells: value, line };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Text that was cut off may end inside quotes.
    if (feed.fault) throw feed.fault;
    const fault = error.message.includes("bare")
      ? "has a quote inside a cell that does not start with one"
      : "opens a quote that is not closed before the cell ends";
    throw new InputError(
      `Cannot read ${lines.source}: ${row === 0 ? "the header" : `row ${row}`} (line ` +
        `${lines.next()}) ${fault}. Put quotes around the whole cell and write those inside it twice.`,
      { cause: error },
    );
  }
}

/**
 * The bytes of a file.
 *
 * @param name What messages call it. Default: its path.
 * @throws {InputError} When there is none, or it cannot be read.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { InputError } from "../numeric/errors.ts";
 *
 * await assertRejects(() => openFile("/absent.csv"), InputError, "no such file");
 * ```
 */
export async function openFile(
  path: string | URL,
  name = String(path),
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  let file: Deno.FsFile | undefined;
  try {
    file = await Deno.open(path, { read: true });
    if ((await file.stat()).isDirectory) throw new Error("it is a folder, a CSV file is needed");
    return file.readable;
  } catch (error) {
    file?.close();
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof Deno.errors.PermissionDenied
      ? "permission denied"
      : (error as Error).message;
    throw new InputError(`Cannot read ${name}: ${reason}. Check the path and its permissions.`, {
      cause: error,
    });
  }
}

/** One column from its blocks, which are let go as they are copied. */
function join(blocks: (Column | null)[], rows: number): Column {
  if (!(blocks[0] instanceof Float64Array)) return (blocks as string[][]).flat();
  const joined = new Float64Array(rows);
  let at = 0;
  for (let b = 0; b < blocks.length; b++) {
    const block = blocks[b] as Float64Array;
    joined.set(block, at);
    at += block.length;
    blocks[b] = null;
  }
  return joined;
}
