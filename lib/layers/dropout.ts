/**
 * The dropout layer.
 *
 * @module
 */

import { type tf, tfl } from "../device/tf.ts";
import { dropout as dropoutOf } from "../kernels/dropout/op.ts";
import { trainingKey } from "./training_scope.ts";

/** Settings of {@linkcode dropout}. */
export interface DropoutOptions {
  /** Probability of setting an element to zero, in `[0, 1)`. */
  readonly rate: number;
  /** Name of the layer; with the key of the step it fixes the mask. */
  readonly name: string;
}

/**
 * Dropout (Srivastava et al. 2014): in training, each element is zero with probability `rate`, and
 * otherwise divided by `1 - rate`; out of training the layer does nothing. The mask is made on the device
 * of the bits of the step's key (`withTrainingKey`), one word an element: the same on every backend.
 *
 * @throws {RangeError} When `rate` is not in `[0, 1)`.
 *
 * @example
 * ```ts
 * import { dropout, openDevice, readBack, rootKey, tf, withTrainingKey } from "assay";
 * import { assert } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const layer = dropout({ rate: 0.75, name: "drop" });
 * const y = withTrainingKey(rootKey(1), () => layer.apply(tf.ones([8, 8]), { training: true }) as tf.Tensor);
 * assert((await readBack([y]))[0]!.every((v) => v === 0 || v === 4));
 * ```
 */
export function dropout(options: DropoutOptions): tfl.layers.Layer {
  return new Dropout(options);
}

class Dropout extends tfl.layers.Layer {
  static readonly className = "AssayDropout";
  readonly #rate: number;

  constructor({ rate, name }: DropoutOptions) {
    super({ name });
    if (!(rate >= 0 && rate < 1)) {
      throw new RangeError(
        `Cannot make the dropout layer "${name}": the rate is ${rate}, but must be in [0, 1)`,
      );
    }
    this.#rate = rate;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (kwargs["training"] !== true || this.#rate === 0) return x;
    return dropoutOf(x, { key: trainingKey(this.name), rate: this.#rate });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate };
  }
}
