/**
 * The layer that repeats a vector along time.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";

/** Settings of {@linkcode repeat}. */
export interface RepeatOptions {
  /** How many steps of the same vector. */
  readonly steps: number;
  /** Name of the layer. */
  readonly name: string;
}

/**
 * Repeats a vector along a new time axis: f32 `[batch, width]` to `[batch, steps, width]`. As stock
 * `repeatVector`, whose gradient slices the sequence step by step where one sum does.
 *
 * @throws {RangeError} When `steps` is not a positive integer.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, repeat, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const y = repeat({ steps: 2, name: "again" }).apply(tf.tensor2d([[1, 2], [3, 4]])) as tf.Tensor;
 * assertEquals([y.shape, [...(await readBack([y]))[0]!]], [[2, 2, 2], [1, 2, 1, 2, 3, 4, 3, 4]]);
 * ```
 */
export function repeat(options: RepeatOptions): tfl.layers.Layer {
  return new Repeat(options);
}

class Repeat extends tfl.layers.Layer {
  static readonly className = "AssayRepeat";
  readonly #steps: number;

  constructor({ steps, name }: RepeatOptions) {
    super({ name });
    if (!Number.isInteger(steps) || steps < 1) {
      throw new RangeError(
        `Cannot make the repeat layer "${name}": steps is ${steps}, but must be a positive integer`,
      );
    }
    this.#steps = steps;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const [batch, width] = inputShape as tfl.Shape;
    return [batch!, this.#steps, width!];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const steps = this.#steps;
      const op = tf.customGrad((...args) => {
        const [batch, width] = (args[0] as tf.Tensor2D).shape;
        // tfjs-wasm joins copies 20 times faster than it tiles.
        const copies = Array.from({ length: steps }, () => args[0] as tf.Tensor2D);
        return {
          value: tf.reshape(tf.concat(copies, 1), [batch, steps, width]) as tf.Tensor,
          gradFunc: (dy: tf.Tensor) => tf.sum(dy, 1) as tf.Tensor,
        };
      });
      return op(Array.isArray(inputs) ? inputs[0]! : inputs);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), steps: this.#steps };
  }
}
