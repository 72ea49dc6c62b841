/**
 * A layer that takes some columns of its input.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";

/** Settings of {@linkcode columns}. */
export interface ColumnsOptions {
  /** The first column, from 0. */
  readonly from: number;
  /** The column after the last. */
  readonly to: number;
  /** Name of the layer. */
  readonly name: string;
}

/**
 * Columns `from` to `to - 1` of a row: f32 `[batch, width]` to `[batch, to - from]`, for networks that treat
 * parts of their input apart.
 *
 * @throws {RangeError} When the range is empty, or the input has no such columns.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const layer = columns({ from: 1, to: 3, name: "app" });
 * const y = layer.apply(tf.tensor2d([[1, 2, 3, 4], [5, 6, 7, 8]])) as tf.Tensor;
 * assertEquals([...(await readBack([y]))[0]!], [2, 3, 6, 7]);
 * ```
 */
export function columns(options: ColumnsOptions): tfl.layers.Layer {
  return new Columns(options);
}

class Columns extends tfl.layers.Layer {
  static readonly className = "AssayColumns";
  readonly #from: number;
  readonly #to: number;

  constructor({ from, to, name }: ColumnsOptions) {
    super({ name });
    if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to)) {
      throw new RangeError(
        `Cannot make the layer "${name}" of columns ${from} to ${to}: both must be integers, from 0, and ` +
          "the second above the first",
      );
    }
    this.#from = from;
    this.#to = to;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const shape = inputShape as tfl.Shape;
    if (shape.length !== 2 || !(shape[1]! >= this.#to)) {
      throw new RangeError(
        `Cannot build the layer "${this.name}" on an input of shape [${shape}]: it takes columns ` +
          `${this.#from} to ${this.#to} of [batch, width]`,
      );
    }
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    return [(inputShape as tfl.Shape)[0]!, this.#to - this.#from];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return tf.slice(x, [0, this.#from], [x.shape[0]!, this.#to - this.#from]);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), from: this.#from, to: this.#to };
  }
}
