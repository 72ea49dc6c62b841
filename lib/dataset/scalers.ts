/**
 * Scalers: per column an offset and a scale, fitted on the rows that training sees and on no others.
 * A scaler is plain data, saved with the model as JSON and checked when it is read back.
 *
 * @module
 */

import { z } from "zod";
import { InputError } from "../numeric/errors.ts";
import { columnPositions, type Series } from "./series.ts";

/** Maps each column to mean 0 and standard deviation 1: (x − mean) / scale. */
export interface ZScore {
  readonly kind: "z-score";
  readonly columns: readonly string[];
  readonly mean: readonly number[];
  /** Population standard deviation (÷ n); 1 for a constant column, which becomes 0. */
  readonly scale: readonly number[];
}

/** Maps each column to 0 … 1: (x − min) / (max − min). */
export interface MinMax {
  readonly kind: "min-max";
  readonly columns: readonly string[];
  readonly min: readonly number[];
  /** Equal to `min` for a constant column, which becomes 0. */
  readonly max: readonly number[];
}

/** Any scaler. */
export type Scaler = ZScore | MinMax;

/**
 * Fits mean and population standard deviation in f64, two passes over ascending rows.
 *
 * @param series Rows of all samples.
 * @param counts `[rows]`: how often each row counts; 0 leaves it out. With `inputCounts` of the training
 * windows the result is that of all those windows written out one after another.
 * @param columns Which columns, in which order. Default: all.
 * @throws {RangeError} When no row counts, a value is not finite, or a column is absent.
 *
 * @example
 * ```ts
 * import { fitZScore } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = { columns: ["x", "one"], rows: 3, values: Float32Array.of(1, 7, 3, 7, 99, 99) };
 * assertEquals(fitZScore(rows, [1, 1, 0]), {
 *   kind: "z-score",
 *   columns: ["x", "one"],
 *   mean: [2, 7],
 *   scale: [1, 1],
 * });
 * ```
 */
export function fitZScore(
  series: Series,
  counts: ArrayLike<number>,
  columns: readonly string[] = series.columns,
): ZScore {
  const total = checkCounts(series, counts);
  const mean: number[] = [], scale: number[] = [];
  for (const position of columnPositions(series, columns)) {
    const { min, max } = extent(series, counts, position);
    if (min === max) {
      // The rounded mean of equal values need not be that value, nor their deviation 0.
      mean.push(min);
      scale.push(1);
      continue;
    }
    let sum = 0;
    each(series, counts, position, (x, count) => sum += count * x);
    const center = sum / total;
    let squares = 0;
    each(series, counts, position, (x, count) => squares += count * (x - center) * (x - center));
    mean.push(center);
    scale.push(Math.sqrt(squares / total));
  }
  return { kind: "z-score", columns: [...columns], mean, scale };
}

/**
 * Fits the extremes of each column.
 *
 * @param series Rows of all samples.
 * @param counts `[rows]`: rows with 0 are left out.
 * @param columns Which columns, in which order. Default: all.
 * @throws {RangeError} As {@linkcode fitZScore}.
 *
 * @example
 * ```ts
 * import { fitMinMax, scaleValues } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const rows = { columns: ["x"], rows: 3, values: Float32Array.of(2, 4, 6) };
 * const scaler = fitMinMax(rows, [1, 1, 0]);
 * assertEquals(scaleValues(scaler, rows.values), Float32Array.of(0, 1, 2));
 * ```
 */
export function fitMinMax(
  series: Series,
  counts: ArrayLike<number>,
  columns: readonly string[] = series.columns,
): MinMax {
  checkCounts(series, counts);
  const extents = columnPositions(series, columns).map((position) =>
    extent(series, counts, position)
  );
  return {
    kind: "min-max",
    columns: [...columns],
    min: extents.map(({ min }) => min),
    max: extents.map(({ max }) => max),
  };
}

/**
 * Scales rows of the scaler's columns: each value in f64, then rounded to f32.
 *
 * @param values `[rows, columns]`, row-major, in original units.
 * @returns A new array of the same shape.
 * @throws {RangeError} When the length is not a whole number of rows.
 *
 * @example
 * ```ts
 * import { scaleValues } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const scaler = { kind: "z-score", columns: ["x"], mean: [10], scale: [2] } as const;
 * assertEquals(scaleValues(scaler, Float32Array.of(10, 13)), Float32Array.of(0, 1.5));
 * ```
 */
export function scaleValues(scaler: Scaler, values: Float32Array | Float64Array): Float32Array {
  const { offset, scale } = affine(scaler);
  return mapRows(scaler, values, (x, c) => (x - offset[c]!) / scale[c]!);
}

/**
 * Undoes {@linkcode scaleValues}: scaled values back to original units.
 *
 * @param values `[rows, columns]`, row-major, scaled.
 * @returns A new array of the same shape.
 * @throws {RangeError} When the length is not a whole number of rows.
 *
 * @example
 * ```ts
 * import { unscaleValues } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const scaler = { kind: "min-max", columns: ["x"], min: [10], max: [30] } as const;
 * assertEquals(unscaleValues(scaler, Float32Array.of(0, 0.5)), Float32Array.of(10, 20));
 * ```
 */
export function unscaleValues(scaler: Scaler, values: Float32Array | Float64Array): Float32Array {
  const { offset, scale } = affine(scaler);
  return mapRows(scaler, values, (x, c) => x * scale[c]! + offset[c]!);
}

const numbers = z.array(z.number());
const schema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("z-score"),
    columns: z.array(z.string()).min(1),
    mean: numbers,
    scale: z.array(z.number().positive("must be above 0")),
  }),
  z.strictObject({
    kind: z.literal("min-max"),
    columns: z.array(z.string()).min(1),
    min: numbers,
    max: numbers,
  }),
]);

/**
 * Checks a scaler that was read from JSON.
 *
 * @param value What `JSON.parse` gave.
 * @param source The file it stood in, for messages.
 * @throws {InputError} When it is not a scaler, or its lists do not fit one another.
 *
 * @example
 * ```ts
 * import { InputError, parseScaler } from "assay";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const saved = '{"kind":"z-score","columns":["x"],"mean":[10],"scale":[2]}';
 * assertEquals(parseScaler(JSON.parse(saved), "model.json").columns, ["x"]);
 * assertThrows(() => parseScaler({ kind: "z-score" }, "model.json"), InputError, "model.json");
 * ```
 */
export function parseScaler(value: unknown, source: string): Scaler {
  const parsed = schema.safeParse(value);
  const fault = parsed.success ? misfit(parsed.data) : describe(parsed.error.issues[0]!);
  if (parsed.success && fault === null) return parsed.data;
  throw new InputError(
    `Cannot read the scaler in ${source}: ${fault}. It has to be as it was written when the model ` +
      `was trained; take the file from that run again.`,
  );
}

function describe({ path, message }: { path: PropertyKey[]; message: string }): string {
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}

function misfit(scaler: Scaler): string | null {
  const width = scaler.columns.length;
  if (new Set(scaler.columns).size !== width) return "a column is named twice";
  const [low, high] = scaler.kind === "z-score"
    ? [scaler.mean, scaler.scale]
    : [scaler.min, scaler.max];
  if (low.length !== width || high.length !== width) {
    return `${width} columns have ${low.length} and ${high.length} numbers`;
  }
  if (scaler.kind === "min-max" && low.some((min, c) => min > high[c]!)) {
    return "a minimum lies above its maximum";
  }
  return null;
}

/**
 * Offset and scale of each column with which every kind becomes (x − offset) / scale.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const scaler = { kind: "min-max", columns: ["x"], min: [10], max: [30] } as const;
 * assertEquals(affine(scaler), { offset: [10], scale: [20] });
 * ```
 */
export function affine(scaler: Scaler): { offset: readonly number[]; scale: readonly number[] } {
  if (scaler.kind === "z-score") return { offset: scaler.mean, scale: scaler.scale };
  const scale = scaler.max.map((max, c) => max === scaler.min[c] ? 1 : max - scaler.min[c]!);
  return { offset: scaler.min, scale };
}

function mapRows(
  scaler: Scaler,
  values: Float32Array | Float64Array,
  map: (x: number, column: number) => number,
): Float32Array {
  const width = scaler.columns.length;
  if (values.length % width !== 0) {
    throw new RangeError(
      `Cannot scale ${values.length} values: the scaler has ${width} columns ` +
        `(${scaler.columns.join(", ")}), whole rows of them are needed`,
    );
  }
  const scaled = new Float32Array(values.length);
  for (let i = 0; i < values.length;) {
    for (let c = 0; c < width; c++, i++) scaled[i] = map(values[i]!, c);
  }
  return scaled;
}

function checkCounts(series: Series, counts: ArrayLike<number>): number {
  let total = 0;
  for (let r = 0; r < counts.length; r++) total += counts[r]!;
  if (counts.length !== series.rows || !(total > 0)) {
    throw new RangeError(
      `Cannot fit a scaler: ${counts.length} counts with sum ${total} for ${series.rows} rows; one ` +
        `count a row is needed, and at least one above 0`,
    );
  }
  return total;
}

function extent(series: Series, counts: ArrayLike<number>, position: number) {
  let min = Infinity, max = -Infinity;
  each(series, counts, position, (x, _, row) => {
    if (!Number.isFinite(x)) {
      throw new RangeError(
        `Cannot fit a scaler: column "${
          series.columns[position]
        }" is ${x} in row ${row} (from 0); ` +
          `finite numbers are needed`,
      );
    }
    if (x < min) min = x;
    if (x > max) max = x;
  });
  return { min, max };
}

/** Calls `visit` for one column of every row that counts, in ascending order. */
function each(
  { values, columns }: Series,
  counts: ArrayLike<number>,
  position: number,
  visit: (value: number, count: number, row: number) => void,
): void {
  const width = columns.length;
  for (let r = 0; r < counts.length; r++) {
    const count = counts[r]!;
    if (count !== 0) visit(values[r * width + position]!, count, r);
  }
}
