/**
 * Data as a map sees it: every column from 0 to 1, cells that are not to count masked.
 *
 * @module
 */

import { digestArrays, InputError } from "assay";

/** Samples to train a map on. */
export interface ScaledData {
  /** What they are called in messages. */
  readonly name: string;
  /** Twelve hex digits of the SHA-256 of values and mask: the same data has the same id. */
  readonly id: string;
  readonly samples: number;
  readonly dimensions: number;
  /** `[samples, dimensions]`, the lowest of each column 0 and the highest 1; 0 where masked. */
  readonly values: Float32Array;
  /** `[samples, dimensions]`, 1 where a cell does not count; `null` when all do. */
  readonly mask: Uint8Array | null;
}

/** Larger numbers are refused, since the difference of two of them may not be one. */
const LARGEST = 1e300;

/**
 * Scales columns to [0, 1] by their lowest and highest unmasked value. A column of one value only becomes
 * 0, and so does one that is masked everywhere: neither tells samples apart.
 *
 * @param values `[samples, dimensions]`, at least one row; a masked cell may hold anything.
 * @param options `mask`: `[samples, dimensions]`, 1 where a cell is missing or, as an id, not to count;
 * {@linkcode missingCells} makes one of NaN. `name`: for messages.
 * @throws {InputError} When there is no row, an unmasked cell is NaN or beyond 1e300 in size, or a row is masked
 * entirely; the message names the cell.
 * @throws {RangeError} When the values are not whole rows or the mask is not as long as they.
 *
 * @example
 * ```ts
 * import { InputError } from "assay";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const values = Float64Array.of(10, 5, 20, NaN, 40, 5);
 * const { values: scaled } = scaledData(values, 2, { mask: missingCells(values) });
 * assertEquals(scaled, Float32Array.of(0, 0, 1 / 3, 0, 1, 0));
 * assertThrows(() => scaledData(values, 2), InputError, "row 2, column 2, is NaN");
 * ```
 */
export function scaledData(
  values: ArrayLike<number>,
  dimensions: number,
  { mask, name = "the data" }: { readonly mask?: Uint8Array; readonly name?: string } = {},
): ScaledData {
  const samples = values.length / dimensions;
  if (!Number.isInteger(dimensions) || dimensions < 1 || !Number.isInteger(samples)) {
    throw new RangeError(
      `Cannot scale ${name}: ${values.length} values are no whole rows of ${dimensions}`,
    );
  }
  if (mask !== undefined && mask.length !== values.length) {
    throw new RangeError(
      `Cannot scale ${name}: its mask has ${mask.length} cells, the data ${values.length}`,
    );
  }
  checkCells(values, dimensions, mask, name);
  const scaled = new Float32Array(values.length);
  for (let j = 0; j < dimensions; j++) {
    let lowest = Infinity, highest = -Infinity;
    for (let at = j; at < values.length; at += dimensions) {
      if (mask?.[at]) continue;
      lowest = Math.min(lowest, values[at]!);
      highest = Math.max(highest, values[at]!);
    }
    if (!(highest > lowest)) continue;
    for (let at = j; at < values.length; at += dimensions) {
      if (!mask?.[at]) scaled[at] = (values[at]! - lowest) / (highest - lowest);
    }
  }
  const used = mask?.some((cell) => cell !== 0) ? mask.map((cell) => cell === 0 ? 0 : 1) : null;
  const id = digestArrays({ values: scaled, mask: used ?? new Uint8Array(0) }).slice(0, 12);
  return { name, id, samples, dimensions, values: scaled, mask: used };
}

/**
 * A mask of the cells that are NaN.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(missingCells([0, NaN]), Uint8Array.of(0, 1));
 * ```
 */
export function missingCells(values: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(values, (value) => Number.isNaN(value) ? 1 : 0);
}

function checkCells(
  values: ArrayLike<number>,
  dimensions: number,
  mask: Uint8Array | undefined,
  name: string,
): void {
  if (values.length === 0) {
    throw new InputError(`Cannot train a map on ${name}: there is no row. Give at least one.`);
  }
  for (let from = 0; from < values.length; from += dimensions) {
    let known = 0;
    for (let j = 0; j < dimensions; j++) {
      if (mask?.[from + j]) continue;
      known++;
      const value = values[from + j]!;
      if (Math.abs(value) <= LARGEST) continue;
      throw new InputError(
        `Cannot train a map on ${name}: row ${from / dimensions + 1}, column ${
          j + 1
        }, is ${value}. ` +
          `Finite numbers up to ${LARGEST} are needed; mask the cell, correct it or remove the row.`,
      );
    }
    if (known > 0) continue;
    throw new InputError(
      `Cannot train a map on ${name}: row ${
        from / dimensions + 1
      } is masked entirely, so every unit ` +
        `is as near to it as every other. Remove the row.`,
    );
  }
}
