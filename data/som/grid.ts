/**
 * The sheet of units of a map: who is whose neighbour, and how far apart two of them are.
 *
 * Unit `k` stands in row `floor(k / columns)` and column `k mod columns`. On a hexagonal sheet odd rows
 * are shifted to the right by half a unit.
 *
 * @module
 */

/** How units border on each other: eight around each, or six. */
export type Topology = "square" | "hex";

/** Most rows and most columns of a sheet. */
export const LONGEST_SIDE = 256;

/**
 * Distances as the kernel looks them up: the class of one unit seen from another depends on how many
 * rows and columns lie between them and, on a hexagonal sheet, on the parity of the other's row.
 */
export interface DistanceClasses {
  /** The different squared grid distances, ascending; a class is an index into them. */
  readonly squared: Float64Array;
  /** `[parities, 2 rows - 1, 2 columns - 1]`: class by the difference in rows and in columns. */
  readonly byOffset: Uint16Array;
  /** 2 where the parity of the row that is looked from matters, else 1. */
  readonly parities: 1 | 2;
}

/**
 * A sheet of `rows` times `columns` units.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const square = new Grid("square", 3, 3), hex = new Grid("hex", 3, 3);
 * assertEquals([square.neighbours(4), hex.neighbours(4)], [[0, 1, 2, 3, 5, 6, 7, 8], [1, 2, 3, 5, 7, 8]]);
 * assertEquals([square.distance(0, 8), hex.distance(0, 8)], [Math.sqrt(8), 3]);
 * ```
 */
export class Grid {
  readonly topology: Topology;
  readonly rows: number;
  readonly columns: number;
  /** Rows times columns. */
  readonly units: number;

  /** @throws {RangeError} When a side is no whole number from 1 to 256, or there are fewer than two units. */
  constructor(topology: Topology, rows: number, columns: number) {
    const valid = (side: number) => Number.isInteger(side) && side >= 1 && side <= LONGEST_SIDE;
    if (!valid(rows) || !valid(columns) || rows * columns < 2) {
      throw new RangeError(
        `Cannot make a map of ${rows} rows and ${columns} columns: each is a whole number from 1 to ` +
          `${LONGEST_SIDE}, and there are at least two units`,
      );
    }
    this.topology = topology;
    this.rows = rows;
    this.columns = columns;
    this.units = rows * columns;
  }

  /** Grid distance: Euclidean on a square sheet, steps from unit to neighbour on a hexagonal one. */
  distance(a: number, b: number): number {
    return Math.sqrt(this.#squared(a, b));
  }

  /** Whether two different units border on each other; on a square sheet corners count. */
  adjacent(a: number, b: number): boolean {
    // Diagonal neighbours are at √2, hexagonal ones at 1, the next ones at 2.
    const squared = this.#squared(a, b);
    return squared > 0 && squared <= 2;
  }

  /** The units that border on one, ascending. */
  neighbours(unit: number): number[] {
    const around: number[] = [];
    const row = this.#row(unit), column = unit - row * this.columns;
    for (let i = Math.max(0, row - 1); i <= Math.min(this.rows - 1, row + 1); i++) {
      for (let j = Math.max(0, column - 1); j <= Math.min(this.columns - 1, column + 1); j++) {
        const other = i * this.columns + j;
        if (this.adjacent(unit, other)) around.push(other);
      }
    }
    return around;
  }

  /** Where a unit lies, `[x, y]`, neighbours in a row 1 apart. */
  position(unit: number): [number, number] {
    const row = this.#row(unit), column = unit - row * this.columns;
    return this.topology === "square"
      ? [column, row]
      : [column + 0.5 * (row % 2), row * Math.sqrt(3) / 2];
  }

  /** Distances as the kernel looks them up. */
  distanceClasses(): DistanceClasses {
    const { rows, columns } = this;
    const parities = this.topology === "hex" ? 2 : 1;
    const offsets = new Float64Array(parities * (2 * rows - 1) * (2 * columns - 1));
    let at = 0;
    for (let row = 0; row < parities; row++) {
      for (let i = 1 - rows; i < rows; i++) {
        for (let j = 1 - columns; j < columns; j++) {
          offsets[at++] = this.#squaredBetween(row, 0, row + i, j);
        }
      }
    }
    const squared = Float64Array.from(new Set(offsets)).sort();
    const classOf = new Map(Array.from(squared, (value, index) => [value, index]));
    return {
      squared,
      byOffset: Uint16Array.from(offsets, (value) => classOf.get(value)!),
      parities,
    };
  }

  #squared(a: number, b: number): number {
    const i = this.#row(a), k = this.#row(b);
    return this.#squaredBetween(i, a - i * this.columns, k, b - k * this.columns);
  }

  #squaredBetween(i: number, j: number, k: number, l: number): number {
    if (this.topology === "square") return (i - k) * (i - k) + (j - l) * (j - l);
    // Cube coordinates x, y, z with x + y + z = 0.
    const x = (j - (i >> 1)) - (l - (k >> 1)), z = i - k;
    const steps = (Math.abs(x) + Math.abs(x + z) + Math.abs(z)) / 2;
    return steps * steps;
  }

  #row(unit: number): number {
    return Math.floor(unit / this.columns);
  }
}
