/**
 * From the cells of CSV records to typed columns, a block of rows at a time.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";
import type { CsvSchema, NumberColumn } from "./csv_schema.ts";
import type { Column } from "./table.ts";

/** Decimal numbers as every language writes them; no hexadecimal, no separators, no NaN. */
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Where a cell stands, for messages. Rows count from 1 after the header. */
export interface Place {
  readonly source: string;
  readonly row: number;
  readonly line: number;
}

/** One declared column that the file has. */
interface Field {
  readonly name: string;
  /** The name in the file's header. */
  readonly heading: string;
  /** Position among the cells of a record. */
  readonly position: number;
  readonly column: NumberColumn | { readonly kind: "text" };
  /** Each distinct text once: repeated labels share a string, and none keeps its record alive. */
  readonly texts: Map<string, string>;
}

/** Collects rows into columns of at most `size` values. */
export class CsvBlock {
  readonly #fields: readonly Field[];
  readonly #width: number;
  #numbers: (Float64Array | null)[] = [];
  #texts: string[][] = [];
  #rows = 0;

  /**
   * @param header The file's first record.
   * @param schema What is wanted of it.
   * @param source File name, for messages.
   * @param size Rows of a full block.
   * @throws {InputError} When a required column is missing or a declared one stands there twice.
   */
  constructor(
    header: readonly string[],
    schema: CsvSchema,
    readonly source: string,
    readonly size: number,
  ) {
    this.#fields = findFields(header.map((name) => name.trim()), schema, source);
    this.#width = header.length;
    this.#empty();
  }

  /** Rows collected so far. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Adds one record.
   *
   * @throws {InputError} On a wrong number of cells or a cell that does not fit its column.
   */
  add(cells: readonly string[], place: Place): void {
    if (cells.length !== this.#width) {
      throw new InputError(
        `Cannot read ${place.source}: row ${place.row} (line ${place.line}) has ${cells.length} ` +
          `cells, the header has ${this.#width}. Correct the row, or quote a cell that contains a comma.`,
      );
    }
    for (let f = 0; f < this.#fields.length; f++) {
      const field = this.#fields[f]!;
      const cell = cells[field.position]!;
      const { column } = field;
      if (column.kind !== "text") {
        this.#numbers[f]![this.#rows] = readNumber(cell, column, field.heading, place);
      } else {
        if (cell === "") refuse(cell, field.heading, place, "Text is needed there");
        let text = field.texts.get(cell);
        if (text === undefined) field.texts.set(text = detach(cell), text);
        this.#texts[f]!.push(text);
      }
    }
    this.#rows++;
  }

  /** Hands over the columns collected and starts anew. */
  take(): Record<string, Column> {
    const columns: Record<string, Column> = {};
    this.#fields.forEach(({ name }, f) => {
      const numbers = this.#numbers[f];
      columns[name] = numbers ? numbers.subarray(0, this.#rows) : this.#texts[f]!;
    });
    this.#empty();
    return columns;
  }

  #empty(): void {
    this.#rows = 0;
    this.#numbers = this.#fields.map(({ column }) =>
      column.kind === "text" ? null : new Float64Array(this.size)
    );
    this.#texts = this.#fields.map(() => []);
  }
}

function findFields(header: readonly string[], schema: CsvSchema, source: string): Field[] {
  const fields: Field[] = [];
  const missing: string[] = [];
  for (const [name, column] of Object.entries(schema)) {
    const heading = [name, ...column.aliases ?? []].find((each) => header.includes(each));
    if (heading === undefined) {
      if (!column.optional) missing.push(`"${name}"`);
      continue;
    }
    const position = header.indexOf(heading);
    if (header.lastIndexOf(heading) !== position) {
      throw new InputError(
        `Cannot read ${source}: column "${heading}" stands in the header twice, at places ` +
          `${position + 1} and ${header.lastIndexOf(heading) + 1}. Remove or rename one.`,
      );
    }
    fields.push({ name, heading, position, column, texts: new Map() });
  }
  if (missing.length > 0) {
    throw new InputError(
      `Cannot read ${source}: the header lacks ${missing.join(", ")}. It has ` +
        `${
          header.slice(0, 40).map((each) => `"${excerpt(each)}"`).join(", ")
        }. The first line must ` +
        `name the columns, separated by commas.`,
    );
  }
  return fields;
}

function readNumber(cell: string, column: NumberColumn, heading: string, place: Place): number {
  const { kind, atLeast = -Infinity, atMost = Infinity } = column;
  const text = cell.trim();
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value)) {
    refuse(cell, heading, place, "A finite decimal number is needed there");
  }
  if (kind === "integer" && !Number.isSafeInteger(value)) {
    refuse(cell, heading, place, "A whole number up to 2^53 - 1 in size is needed there");
  }
  if (value < atLeast) refuse(cell, heading, place, `At least ${atLeast} is needed there`);
  if (value > atMost) refuse(cell, heading, place, `At most ${atMost} is allowed there`);
  return value;
}

function refuse(cell: string, heading: string, place: Place, needed: string): never {
  throw new InputError(
    `Cannot read ${place.source}: row ${place.row} (line ${place.line}), column "${heading}", ` +
      `${
        cell.trim() === "" ? "is empty" : `holds "${excerpt(cell)}"`
      }. ${needed}; correct the cell ` +
      `or remove the row.`,
  );
}

function excerpt(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}

/** A copy with characters of its own: what V8 slices off a record keeps the whole record in memory. */
function detach(text: string): string {
  return JSON.parse(JSON.stringify(text));
}
