/**
 * The attention pooling layer.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";
import { dense } from "../kernels/dense/op.ts";
import { type Attention, softmaxAttention } from "../kernels/softmax_attention/op.ts";
import type { Key } from "../random/key.ts";
import { glorotUniform } from "./initializers.ts";

/** Settings of {@linkcode attentionPooling}. */
export interface AttentionPoolingOptions {
  /** Width of the hidden layer that scores a step. */
  readonly units: number;
  /** Source of the initial weights. */
  readonly key: Key;
  /** Name of the layer, from which its weights get theirs. */
  readonly name: string;
}

/**
 * Additive attention over the time (Bahdanau et al. 2015) with a learned query: the score of a step `h` is
 * `tanh(h · kernel + bias) · scale`, and the output `Σₜ softmax(scores)[t] · h[t]`, f32 `[batch, time, width]`
 * to `[batch, width]`. Applied to `[h, mask]`, mask f32 `[batch, time]`, steps whose mask is zero get the
 * weight zero.
 *
 * The weights are `kernel` `[width, units]` and `scale` `[units, 1]`, Glorot uniform, and `bias` `[units]`, zeros.
 *
 * @throws {RangeError} When `units` is not a positive integer, or the width of the input is not known.
 *
 * @example
 * ```ts
 * import { attentionPooling, openDevice, rootKey, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const layer = attentionPooling({ units: 32, key: rootKey(1), name: "pool" });
 * const [h, mask] = [tf.ones([2, 5, 64]), tf.ones([2, 5])];
 * assertEquals((layer.apply([h, mask]) as tf.Tensor).shape, [2, 64]);
 * assertEquals(layer.countParams(), 2112);
 * ```
 */
export function attentionPooling(options: AttentionPoolingOptions): AttentionPooling {
  return new AttentionPooling(options);
}

/**
 * The layer that {@linkcode attentionPooling} makes, which also tells what it attends to.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, rootKey, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const layer = new AttentionPooling({ units: 2, key: rootKey(1), name: "pool" });
 * const [h, mask] = [tf.ones([1, 3, 4]), tf.tensor2d([[1, 1, 0]])];
 * layer.apply([h, mask]);
 * assertEquals([...(await readBack([layer.attention(h, mask)]))[0]!], [0.5, 0.5, 0]);
 * ```
 */
export class AttentionPooling extends tfl.layers.Layer {
  static readonly className = "AssayAttentionPooling";
  readonly #options: AttentionPoolingOptions;
  #kernel!: tfl.LayerVariable;
  #bias!: tfl.LayerVariable;
  #scale!: tfl.LayerVariable;

  /** As {@linkcode attentionPooling}. */
  constructor(options: AttentionPoolingOptions) {
    super({ name: options.name });
    if (!Number.isInteger(options.units) || options.units < 1) {
      throw new RangeError(
        `Cannot make the attention pooling layer "${options.name}": units is ${options.units}, but must be ` +
          "a positive integer",
      );
    }
    this.#options = options;
  }

  /** Makes the weights; tfjs calls it. */
  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const { units, key, name } = this.#options;
    const shape = shapeOfSteps(inputShape);
    const width = shape[2];
    if (shape.length !== 3 || typeof width !== "number") {
      throw new RangeError(
        `Cannot build the attention pooling layer "${name}" on an input of shape [${shape}]: it must be ` +
          "[batch, time, width] with the last axis known",
      );
    }
    const add = (weight: string, shape: number[], initializer: ReturnType<typeof glorotUniform>) =>
      this.addWeight(weight, shape, "float32", initializer, undefined, true);
    this.#kernel = add("kernel", [width, units], glorotUniform(key.key("kernel")));
    this.#bias = add("bias", [units], tfl.initializers.zeros());
    this.#scale = add("scale", [units, 1], glorotUniform(key.key("scale")));
    this.built = true;
  }

  /** `[batch, width]`. */
  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const [batch, , width] = shapeOfSteps(inputShape);
    return [batch!, width!];
  }

  /** The pooled steps; tfjs calls it. */
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [h, mask] = Array.isArray(inputs) ? inputs : [inputs];
    return tf.tidy(() => this.#attend(h!, mask).context);
  }

  /** The layer's settings; tfjs calls it. */
  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.#options.units };
  }

  /**
   * How much each step weighs in the output, f32 `[batch, time]`, for a layer that has been applied before.
   *
   * @param h f32 `[batch, time, width]`.
   * @param mask f32 `[batch, time]`: zero where a step is padding. Default: none is.
   */
  attention(h: tf.Tensor, mask?: tf.Tensor): tf.Tensor2D {
    return tf.tidy(() => this.#attend(h, mask).weights);
  }

  #attend(h: tf.Tensor, mask: tf.Tensor | undefined): Attention {
    const [batch, time, width] = h.shape;
    const steps = tf.reshape(h, [batch! * time!, width!]);
    const hidden = dense(steps, this.#kernel.read(), this.#bias.read(), { activation: "tanh" });
    const scores = tf.reshape(dense(hidden, this.#scale.read()), [batch!, time!]);
    return softmaxAttention(scores, h, mask);
  }
}

/** The shape of `h`, alone or beside that of a mask. */
function shapeOfSteps(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
  return (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as tfl.Shape;
}
