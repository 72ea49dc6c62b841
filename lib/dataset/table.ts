/**
 * A table in memory: named columns of equal length, numbers as `Float64Array`, text as strings.
 *
 * @module
 */

/** Values of one column: numbers, or text. */
export type Column = Float64Array | readonly string[];

/** Columns by name. */
export type Columns = Readonly<Record<string, Column>>;

/** Named columns of `rows` values each, and where they came from. */
export interface Table<C extends object = Columns> {
  /** File name or generator, for messages. */
  readonly source: string;
  readonly rows: number;
  readonly columns: C;
}

/**
 * Makes a table of columns. The arrays are taken over, not copied.
 *
 * @param source File name or generator, for messages.
 * @param columns At least one, all of one length.
 * @throws {RangeError} When there is no column or the lengths differ.
 *
 * @example
 * ```ts
 * import { table } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const trace = table("by hand", { minute: Float64Array.of(0, 1), region: ["eu", "us"] });
 * assertEquals(trace.rows, 2);
 * assertEquals(trace.columns.minute[1], 1);
 * ```
 */
export function table<C extends Readonly<Record<string, Column>>>(
  source: string,
  columns: C,
): Table<C> {
  const names = Object.keys(columns);
  if (names.length === 0) {
    throw new RangeError(`Cannot make a table of ${source}: it has no column`);
  }
  const rows = columns[names[0]!]!.length;
  for (const name of names) {
    const length = columns[name]!.length;
    if (length !== rows) {
      throw new RangeError(
        `Cannot make a table of ${source}: column "${name}" has ${length} values, column ` +
          `"${names[0]}" has ${rows}; all need the same length`,
      );
    }
  }
  return { source, rows, columns };
}
