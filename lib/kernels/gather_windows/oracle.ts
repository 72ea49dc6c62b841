/**
 * Cutting windows out of a series as a loop: what every other implementation must equal.
 *
 * @module
 */

/** The sizes of a cut. */
export interface Cut {
  /** Elements of a row of the series. */
  readonly columns: number;
  /** Rows of a window. */
  readonly length: number;
  /** Rows from a window's start to its first row. */
  readonly offset: number;
}

/**
 * The rows `starts[w] + offset` to `starts[w] + offset + length - 1` of a series, window by window.
 *
 * @param series f32 `[rows, columns]`.
 * @param starts `[batch]`, all windows inside the series.
 * @returns f32 `[batch, length, columns]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const cut = { columns: 1, length: 2, offset: 1 };
 * assertEquals([...gatherWindowsOracle([0, 1, 2, 3], [1, 0], cut)], [2, 3, 1, 2]);
 * ```
 */
export function gatherWindowsOracle(
  series: ArrayLike<number>,
  starts: ArrayLike<number>,
  { columns, length, offset }: Cut,
): Float32Array {
  const size = length * columns;
  const windows = new Float32Array(starts.length * size);
  for (let w = 0; w < starts.length; w++) {
    const first = (starts[w]! + offset) * columns;
    for (let i = 0; i < size; i++) windows[w * size + i] = series[first + i]!;
  }
  return windows;
}
