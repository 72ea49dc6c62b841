/**
 * Cutting a batch of windows out of a series that stays on the device.
 *
 * @module
 */

import { tf } from "../../device/tf.ts";
import { register } from "../operation.ts";
import { gatherWindowsOracle } from "./oracle.ts";
import { dispatchGatherWindows } from "./wgsl.ts";

/** A type, not an interface, since tfjs wants an index signature. */
type Attributes = { readonly length: number; readonly offset: number };

/** Elements below which waking the other threads takes longer than it saves. */
const SHARED_FROM = 20_000;

const run = register<"series" | "starts", never, Attributes>({
  name: "AssayGatherWindows",
  shapes: ({ series, starts }, { length }) => [[starts.shape[0]!, length, series.shape[1]!]],
  cpu({ series, starts }, [out], attributes) {
    const cut = { columns: series.shape[1]!, ...attributes };
    out!.data.set(gatherWindowsOracle(series.data, starts.data, cut));
  },
  wasm(pool, { series, starts }, [out], { length, offset }) {
    const [windows, columns] = [starts.shape[0]!, series.shape[1]!];
    const from = series.data + 4 * offset * columns;
    const args = [windows, 4 * columns, 4 * length * columns, from, starts.data, out!.data];
    if (windows * length * columns < SHARED_FROM) pool.runAlone("gatherWindows", ...args);
    else pool.run("gatherWindows", ...args);
  },
  webgpu(queue, { series, starts }, [out], attributes) {
    const cut = { columns: series.shape[1]!, ...attributes };
    dispatchGatherWindows(queue, starts.shape[0]!, cut, series.data, starts.data, out!.data);
  },
});

/** Which rows a window has. */
export interface WindowOptions {
  /** How many. */
  readonly length: number;
  /** Rows from a window's start to the first of them, at least 0. Default 0. */
  readonly offset?: number;
}

/**
 * The windows of a series that start at given rows: window `w` has the rows `starts[w] + offset` to
 * `starts[w] + offset + length - 1`. Copies, so the bits are the same on every backend. The series has no
 * gradient: `tf.grad` with respect to it throws.
 *
 * @param series f32 `[rows, columns]`.
 * @param starts `[batch]`, on the host, where they are checked: a device would read beside the series.
 * @returns f32 `[batch, length, columns]`.
 * @throws {RangeError} When a window would reach beyond the series, or `length` and `offset` mean nothing.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const series = tf.tensor2d([[0], [1], [2], [3]]);
 * const y = gatherWindows(series, Int32Array.of(1, 0), { length: 2, offset: 1 });
 * assertEquals([...(await readBack([y]))[0]!], [2, 3, 1, 2]);
 * ```
 */
export function gatherWindows(
  series: tf.Tensor,
  starts: Int32Array,
  { length, offset = 0 }: WindowOptions,
): tf.Tensor3D {
  const [rows, columns] = series.shape;
  if (series.rank !== 2 || rows === 0 || columns === 0) {
    throw new RangeError(
      `Cannot cut windows out of a series of shape [${series.shape}]: it must be [rows, columns], not empty`,
    );
  }
  if (!Number.isInteger(length) || length < 1 || !Number.isInteger(offset) || offset < 0) {
    throw new RangeError(
      `Cannot cut windows of ${length} rows, ${offset} after their start: the length must be a positive ` +
        "integer, the offset an integer from 0 on",
    );
  }
  const last = rows! - offset - length;
  const wrong = starts.find((start) => start < 0 || start > last);
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot cut a window of ${length} rows, ${offset} after its start, at row ${wrong} of ${rows}: ` +
        `${last < 0 ? "the series is too short for one" : `starts are 0 to ${last}`}`,
    );
  }
  return tf.tidy(() =>
    run({ series, starts: tf.tensor1d(starts, "int32") }, { length, offset })[0] as tf.Tensor3D
  );
}
