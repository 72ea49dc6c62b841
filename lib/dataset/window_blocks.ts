/**
 * Every window of a series that comes in blocks, in level memory however long it is.
 *
 * @module
 */

import type { RegularRows } from "./regular_csv.ts";
import { series } from "./series.ts";
import { windowInputs } from "./windows.ts";

/** Which windows, and how many at a time. */
export interface WindowBlocksOptions {
  /** Columns of a window, in their order. */
  readonly columns: readonly string[];
  /** Rows of a window. */
  readonly window: number;
  /** Most windows of a part. */
  readonly most: number;
}

/** Some windows, in time order. */
export interface WindowBlock {
  /** Timestamp of each one's last row. */
  readonly timestamps: Float64Array;
  /** `[windows, window, columns]` f32, as {@linkcode windowInputs} lays them out for training. */
  readonly inputs: Float32Array;
}

/**
 * Cuts the windows of a series: the first ends with row `window`, the last with the last row. The
 * last `window - 1` rows of a block are kept for the next.
 *
 * @param blocks One after another in time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { regularCsvBlocks } from "./regular_csv.ts";
 *
 * const csv = new Blob(["timestamp,x\n0,5\n60,6\n120,7\n"]).stream();
 * const blocks = regularCsvBlocks(csv, { columns: [{ name: "x" }], stepSeconds: 60, blockRows: 1 });
 * const cut = await Array.fromAsync(windowBlocks(blocks, { columns: ["x"], window: 2, most: 64 }));
 * assertEquals(cut, [
 *   { timestamps: Float64Array.of(60), inputs: Float32Array.of(5, 6) },
 *   { timestamps: Float64Array.of(120), inputs: Float32Array.of(6, 7) },
 * ]);
 * ```
 */
export async function* windowBlocks(
  blocks: AsyncIterable<RegularRows>,
  { columns, window, most }: WindowBlocksOptions,
): AsyncGenerator<WindowBlock> {
  const width = columns.length;
  let kept = new Float32Array();
  for await (const block of blocks) {
    const fresh = series(block, columns).values;
    const values = new Float32Array(kept.length + fresh.length);
    values.set(kept);
    values.set(fresh, kept.length);
    const rows = values.length / width;
    const count = Math.max(0, rows - window + 1);
    for (let from = 0; from < count; from += most) {
      const length = Math.min(most, count - from);
      const starts = Int32Array.from({ length }, (_, i) => from + i);
      // Where a window's last row stands in the block.
      const last = from + window - 1 - (rows - block.rows);
      yield {
        timestamps: block.columns.timestamp.slice(last, last + length),
        inputs: windowInputs({ columns, rows, values }, { window, starts }),
      };
    }
    kept = values.slice(Math.max(0, values.length - (window - 1) * width));
  }
}
