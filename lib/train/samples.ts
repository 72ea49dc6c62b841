/**
 * Samples that live on the device and are gathered into batches there.
 *
 * @module
 */

import { tf } from "../device/tf.ts";
import { gatherWindows } from "../kernels/gather_windows/op.ts";
import type { Samples } from "./types.ts";

/**
 * Samples that stand row by row in tensors, which stay the caller's until `dispose`.
 *
 * @param x f32 `[count, ...]`, or a list of such for a model with several inputs.
 * @param y f32 `[count, ...]`.
 * @throws {RangeError} When the numbers of rows differ.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tensorSamples, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const samples = tensorSamples(tf.tensor2d([[1], [2], [3]]), tf.tensor2d([[10], [20], [30]]));
 * const { x, y } = samples.batch(Int32Array.of(2, 0));
 * assertEquals((await readBack([x, y])).map((v) => [...v]), [[3, 1], [30, 10]]);
 * ```
 */
export function tensorSamples(
  x: tf.Tensor | readonly [tf.Tensor, ...tf.Tensor[]],
  y: tf.Tensor,
): Samples {
  const [first, ...rest] = x instanceof tf.Tensor ? [x] : x;
  const count = first.shape[0];
  const other = [...rest, y].find(({ shape }) => shape[0] !== count);
  if (count === undefined || other !== undefined) {
    const shapes = [first, ...rest].map(({ shape }) => `[${shape}]`).join(" and ");
    throw new RangeError(
      `Cannot pair inputs of shape ${shapes} with targets of shape [${y.shape}]: all need as many rows`,
    );
  }
  return {
    count,
    batch: (indices) =>
      tf.tidy(() => {
        const at = tf.tensor1d(checked(indices, count), "int32");
        return {
          x: tf.gather(first, at),
          y: tf.gather(y, at),
          ...(rest.length > 0 && { further: rest.map((input) => tf.gather(input, at)) }),
        };
      }),
    dispose: () => tf.dispose([first, ...rest, y]),
  };
}

/** A series on the device, from which windows are cut. */
export interface ResidentSeries {
  /** Number of windows: the starts are 0 to `windows - 1`. */
  readonly windows: number;
  /**
   * The samples whose windows start at these rows. Disposing them leaves the series alone.
   *
   * @throws {RangeError} When a start leaves no room for a window and its target.
   */
  samples(starts: Int32Array): Samples;
  /** Releases the series; samples cut from it cannot be used any more. */
  dispose(): void;
}

/** What a series and its windows are made of. */
export interface SeriesOptions {
  /** Feature rows, f32 `[rows, features]`. */
  readonly inputs: Float32Array;
  /** Target rows, f32 `[rows, targets]`. */
  readonly targets: Float32Array;
  /** Number of rows in both. */
  readonly rows: number;
  /** Rows a window spans. */
  readonly window: number;
  /** Rows from a window's last row to its target: 1 predicts the next row. */
  readonly horizon: number;
}

/**
 * Puts a series on the device once. A window that starts at row `i` has the inputs of rows `i` to
 * `i + window - 1` and the targets of row `i + window - 1 + horizon`; a batch of windows is cut out on
 * the device, so that no window is ever stored.
 *
 * @throws {RangeError} When the arrays do not divide into rows, or there is no room for a single window.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, residentSeries } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const rows = Float32Array.of(0, 1, 2, 3, 4);
 * const series = residentSeries({ inputs: rows, targets: rows, rows: 5, window: 2, horizon: 2 });
 * const { x, y } = series.samples(Int32Array.of(0, 1)).batch(Int32Array.of(1, 0));
 * assertEquals((await readBack([x, y])).map((v) => [...v]), [[1, 2, 0, 1], [4, 3]]);
 * ```
 */
export function residentSeries(options: SeriesOptions): ResidentSeries {
  const { inputs, targets, rows, window, horizon } = options;
  for (const [name, value] of Object.entries({ rows, window, horizon })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(
        `Cannot cut windows out of a series: ${name} is ${value}, but must be a positive integer`,
      );
    }
  }
  const widths = [inputs, targets].map((values) => values.length / rows);
  if (!widths.every((width) => Number.isInteger(width) && width > 0)) {
    throw new RangeError(
      `Cannot cut windows out of a series of ${rows} rows: ${inputs.length} inputs and ${targets.length} ` +
        "targets do not divide into as many rows",
    );
  }
  const windows = rows - window - horizon + 1;
  if (windows < 1) {
    throw new RangeError(
      `Cannot cut windows of ${window} rows with a target ${horizon} rows after them out of a series of ` +
        `${rows} rows: at least ${window + horizon} rows are needed`,
    );
  }
  const x = tf.tensor2d(inputs, [rows, widths[0]!]);
  const y = tf.tensor2d(targets, [rows, widths[1]!]);
  return {
    windows,
    dispose: () => tf.dispose([x, y]),
    samples(starts) {
      checked(starts, windows);
      return {
        count: starts.length,
        batch(indices) {
          checked(indices, starts.length);
          const chosen = Int32Array.from(indices, (i) => starts[i]!);
          return tf.tidy(() => ({
            x: gatherWindows(x, chosen, { length: window }),
            y: tf.reshape(
              gatherWindows(y, chosen, { length: 1, offset: window - 1 + horizon }),
              [chosen.length, widths[1]!],
            ),
          }));
        },
        dispose: () => {},
      };
    },
  };
}

/**
 * The windows of one series as samples that own it: {@linkcode residentSeries} for a single set of starts.
 *
 * @example
 * ```ts
 * import { openDevice, windowSamples } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const rows = Float32Array.of(0, 1, 2, 3, 4);
 * const starts = Int32Array.of(0, 1, 2);
 * const samples = windowSamples({ inputs: rows, targets: rows, rows: 5, window: 2, horizon: 1, starts });
 * assertEquals(samples.count, 3);
 * samples.dispose();
 * ```
 */
export function windowSamples(options: SeriesOptions & { readonly starts: Int32Array }): Samples {
  const series = residentSeries(options);
  return { ...series.samples(options.starts), dispose: () => series.dispose() };
}

/** The indices themselves, all of them below `count`: WebGPU would gather something for any other. */
function checked(indices: Int32Array, count: number): Int32Array {
  const wrong = indices.find((i) => i < 0 || i >= count);
  if (wrong !== undefined) {
    throw new RangeError(`Cannot gather sample ${wrong}: there are ${count}, numbered from 0`);
  }
  return indices;
}
