/**
 * The layer normalisation layer.
 *
 * @module
 */

import { type tf, tfl } from "../device/tf.ts";
import { layerNorm } from "../kernels/layer_norm/op.ts";

/** Settings of {@linkcode layerNormalization}. */
export interface LayerNormalizationOptions {
  /** Name of the layer, from which its weights get theirs. */
  readonly name: string;
  /** What is normalised together: the last axis, or all axes but the batch. */
  readonly axes: "last" | "sample";
  /** Added to the variance. Default 1e-5, as in PyTorch; the stock layer's is 1e-3. */
  readonly epsilon?: number;
}

/**
 * Layer normalisation (Ba et al. 2016), with the biased variance: f32 `[batch, ...]` to the same shape, in
 * training and out of it alike.
 *
 * Its weights carry the stock names: `gamma` (ones) and `beta` (zeros), of the shape that is normalised
 * together, `[width]` for the last axis.
 *
 * @throws {RangeError} When an axis that is to be normalised is not known.
 *
 * @example
 * ```ts
 * import { layerNormalization, openDevice, readBack, tf } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const layer = layerNormalization({ name: "norm", axes: "last" });
 * const y = layer.apply(tf.tensor2d([[1, 3], [10, 30]])) as tf.Tensor;
 * assertAlmostEquals((await readBack([y]))[0]![3]!, 1, 1e-5);
 * ```
 */
export function layerNormalization(options: LayerNormalizationOptions): tfl.layers.Layer {
  return new LayerNormalization(options);
}

class LayerNormalization extends tfl.layers.Layer {
  static readonly className = "AssayLayerNormalization";
  readonly #axes: "last" | "sample";
  readonly #epsilon: number;
  #gamma!: tfl.LayerVariable;
  #beta!: tfl.LayerVariable;

  constructor({ name, axes, epsilon = 1e-5 }: LayerNormalizationOptions) {
    super({ name });
    this.#axes = axes;
    this.#epsilon = epsilon;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const shape = inputShape as tfl.Shape;
    const normalised = this.#axes === "last" ? shape.slice(-1) : shape.slice(1);
    if (shape.length < 2 || !normalised.every((extent) => typeof extent === "number")) {
      throw new RangeError(
        `Cannot build the layer normalisation layer "${this.name}" on an input of shape [${shape}]: it must ` +
          `be [batch, ...] with ${
            this.#axes === "last" ? "the last axis" : "all axes but the first"
          } known`,
      );
    }
    const { zeros, ones } = tfl.initializers;
    this.#gamma = this.addWeight("gamma", normalised, "float32", ones(), undefined, true);
    this.#beta = this.addWeight("beta", normalised, "float32", zeros(), undefined, true);
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return layerNorm(x, this.#gamma.read(), this.#beta.read(), this.#epsilon);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), axes: this.#axes, epsilon: this.#epsilon };
  }
}
