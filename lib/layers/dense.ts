/**
 * The dense layer.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";
import type { Activation } from "../kernels/arithmetic/activation.ts";
import { dense as denseOf } from "../kernels/dense/op.ts";
import type { Key } from "../random/key.ts";
import { glorotUniform, type Initializer, uniform, uniformFanIn } from "./initializers.ts";

/** Settings of {@linkcode dense}. */
export interface DenseOptions {
  /** Number of outputs. */
  readonly units: number;
  /** `leakyRelu` has the slope 0.01 below zero. */
  readonly activation: Activation;
  /**
   * How the weights start: `torch`, kernel and bias uniform on `[-1/√fanIn, 1/√fanIn)`; `glorot`, as in
   * Keras, Glorot and zero; or by initializers of one's own. Default `torch`.
   */
  readonly init?: "torch" | "glorot" | { readonly kernel: Initializer; readonly bias: Initializer };
  /** Source of the initial weights; initializers of one's own bring theirs. */
  readonly key: Key;
  /** Name of the layer, from which its weights get theirs. */
  readonly name: string;
}

/**
 * A dense layer, `activation(x · kernel + bias)`: f32 `[..., in]` to `[..., units]`. Its weights carry the
 * stock names and shapes: `kernel` `[in, units]` and `bias` `[units]`.
 *
 * @throws {RangeError} When `units` is not a positive integer, or the last axis of the input is not known.
 *
 * @example
 * ```ts
 * import { dense, openDevice, rootKey, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const layer = dense({ units: 4, activation: "relu", key: rootKey(1), name: "head" });
 * assertEquals((layer.apply(tf.zeros([3, 2])) as tf.Tensor).shape, [3, 4]);
 * ```
 */
export function dense(options: DenseOptions): tfl.layers.Layer {
  return new Dense(options);
}

class Dense extends tfl.layers.Layer {
  static readonly className = "AssayDense";
  readonly #options: DenseOptions;
  #kernel!: tfl.LayerVariable;
  #bias!: tfl.LayerVariable;

  constructor(options: DenseOptions) {
    super({ name: options.name });
    if (!Number.isInteger(options.units) || options.units < 1) {
      throw new RangeError(
        `Cannot make the dense layer "${options.name}": units is ${options.units}, but must be a positive integer`,
      );
    }
    this.#options = options;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const { units, init, key, name } = this.#options;
    const shape = inputShape as tfl.Shape;
    const fanIn = shape.at(-1);
    if (shape.length < 2 || typeof fanIn !== "number") {
      throw new RangeError(
        `Cannot build the dense layer "${name}" on an input of shape [${shape}]: it must be [batch, ..., in] ` +
          "with the last axis known",
      );
    }
    const own = key.key("kernel");
    const { kernel, bias } = typeof init === "object"
      ? init
      : init === "glorot"
      ? { kernel: glorotUniform(own), bias: tfl.initializers.zeros() }
      : { kernel: uniformFanIn(own), bias: uniform(key.key("bias"), 1 / Math.sqrt(fanIn)) };
    this.#kernel = this.addWeight("kernel", [fanIn, units], "float32", kernel, undefined, true);
    this.#bias = this.addWeight("bias", [units], "float32", bias, undefined, true);
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    return [...(inputShape as tfl.Shape).slice(0, -1), this.#options.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const { units, activation } = this.#options;
    const ofRows = (rows: tf.Tensor) =>
      denseOf(rows, this.#kernel.read(), this.#bias.read(), { activation });
    if (x.rank === 2) return ofRows(x);
    const width = x.shape.at(-1)!;
    return tf.tidy(() =>
      tf.reshape(ofRows(tf.reshape(x, [x.size / width, width])), [...x.shape.slice(0, -1), units])
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { units, activation } = this.#options;
    return { ...super.getConfig(), units, activation };
  }
}
