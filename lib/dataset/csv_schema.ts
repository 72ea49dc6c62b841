/**
 * What a CSV file has to hold: columns by name, their kind and their bounds.
 *
 * @module
 */

import type { Table } from "./table.ts";

/** What every column may say of itself. */
export interface DescribedColumn {
  /** Whether the file may lack it. Default: it may not. */
  readonly optional?: true;
  /** Other names, taken in this order when the file has no column of the main name. */
  readonly aliases?: readonly string[];
}

/** A column of finite decimal numbers (`integer`: whole ones up to 2^53), in closed bounds. */
export interface NumberColumn extends DescribedColumn {
  readonly kind: "number" | "integer";
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** A column of text; a cell is never empty. */
export interface TextColumn extends DescribedColumn {
  readonly kind: "text";
}

/** Columns by name. What a file has beyond them is ignored. */
export type CsvSchema = Readonly<Record<string, NumberColumn | TextColumn>>;

/** What a column of a schema becomes. */
export type ColumnOf<C> = C extends TextColumn ? readonly string[] : Float64Array;

/** The columns that a schema's table has; an optional column that the file lacks is absent. */
export type CsvColumns<S extends CsvSchema> =
  & { readonly [K in keyof S as S[K] extends { optional: true } ? never : K]: ColumnOf<S[K]> }
  & { readonly [K in keyof S as S[K] extends { optional: true } ? K : never]?: ColumnOf<S[K]> };

/** The table that a schema makes of a file. */
export type CsvTable<S extends CsvSchema> = Table<CsvColumns<S>>;
