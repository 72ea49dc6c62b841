/**
 * The activation layer.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";
import { activated } from "../kernels/activation/op.ts";
import type { Activation } from "../kernels/arithmetic/activation.ts";

/** Settings of {@linkcode activation}. */
export interface ActivationOptions {
  readonly activation: Activation;
  /** Name of the layer. */
  readonly name: string;
}

/**
 * An activation by itself, of any shape, for where something stands between it and the layer before;
 * `dense` and `conv2d` have their own at no cost.
 *
 * @example
 * ```ts
 * import { activation, openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const layer = activation({ activation: "relu", name: "gate" });
 * const y = layer.apply(tf.tensor1d([-1, 3])) as tf.Tensor;
 * assertEquals([...(await readBack([y]))[0]!], [0, 3]);
 * ```
 */
export function activation(options: ActivationOptions): tfl.layers.Layer {
  return new ActivationLayer(options);
}

class ActivationLayer extends tfl.layers.Layer {
  static readonly className = "AssayActivation";
  readonly #activation: Activation;

  constructor({ activation, name }: ActivationOptions) {
    super({ name });
    this.#activation = activation;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return activated(Array.isArray(inputs) ? inputs[0]! : inputs, this.#activation);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), activation: this.#activation };
  }
}
