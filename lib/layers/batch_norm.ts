/**
 * The batch normalisation layer, with PyTorch's conventions.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";
import { batchNormTraining } from "../kernels/batch_norm/op.ts";

/** Settings of {@linkcode batchNorm}. */
export interface BatchNormOptions {
  /** Name of the layer, from which its weights get theirs. */
  readonly name: string;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** Share of a batch in the running statistics, as in PyTorch: `new = (1 - m) old + m batch`. Default 0.1. */
  readonly momentum?: number;
}

/**
 * Batch normalisation over all axes but the last (Ioffe and Szegedy 2015): f32 `[..., width]` to the
 * same shape. In training it normalises with the batch's mean and biased variance, and moves the running
 * statistics towards its mean and unbiased variance; out of training it normalises with these.
 *
 * Its weights carry the stock names: `gamma` (ones) and `beta` (zeros) are trained, `moving_mean` (zeros)
 * and `moving_variance` (ones) are not; all `[width]`.
 *
 * @throws {RangeError} When a training batch has a single row, whose variance says nothing.
 *
 * @example
 * ```ts
 * import { batchNorm, openDevice, readBack, tf } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const layer = batchNorm({ name: "norm" });
 * const y = layer.apply(tf.tensor2d([[1], [3]]), { training: true }) as tf.Tensor;
 * assertAlmostEquals((await readBack([y]))[0]![1]!, 1, 1e-5);
 * ```
 */
export function batchNorm(options: BatchNormOptions): tfl.layers.Layer {
  return new BatchNorm(options);
}

class BatchNorm extends tfl.layers.Layer {
  static readonly className = "AssayBatchNorm";
  readonly #epsilon: number;
  readonly #momentum: number;
  #gamma!: tfl.LayerVariable;
  #beta!: tfl.LayerVariable;
  #movingMean!: tfl.LayerVariable;
  #movingVariance!: tfl.LayerVariable;

  constructor({ name, epsilon = 1e-5, momentum = 0.1 }: BatchNormOptions) {
    super({ name });
    this.#epsilon = epsilon;
    this.#momentum = momentum;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const shape = inputShape as tfl.Shape;
    const width = shape.at(-1);
    if (shape.length < 2 || typeof width !== "number") {
      throw new RangeError(
        `Cannot build the batch normalisation layer "${this.name}" on an input of shape [${shape}]: it must ` +
          "be [batch, ..., width] with the last axis known",
      );
    }
    const { zeros, ones } = tfl.initializers;
    const weight = (name: string, initial: ReturnType<typeof zeros>, trainable: boolean) =>
      this.addWeight(name, [width], "float32", initial, undefined, trainable);
    this.#gamma = weight("gamma", ones(), true);
    this.#beta = weight("beta", zeros(), true);
    this.#movingMean = weight("moving_mean", zeros(), false);
    this.#movingVariance = weight("moving_variance", ones(), false);
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      const gamma = this.#gamma.read();
      const beta = this.#beta.read();
      if (kwargs["training"] !== true) {
        const scale = tf.mul(gamma, tf.rsqrt(tf.add(this.#movingVariance.read(), this.#epsilon)));
        const shift = tf.sub(beta, tf.mul(this.#movingMean.read(), scale));
        return tf.add(tf.mul(x, scale), shift);
      }
      const rows = x.size / gamma.size;
      if (rows < 2) {
        throw new RangeError(
          `Cannot normalise a training batch of one row in the layer "${this.name}": its variance is zero. ` +
            "Choose a batch size that does not leave a single sample over",
        );
      }
      const { y, mean, variance } = batchNormTraining(x, gamma, beta, this.#epsilon);
      const towards = (running: tfl.LayerVariable, batch: tf.Tensor) =>
        running.write(
          tf.add(tf.mul(running.read(), 1 - this.#momentum), tf.mul(batch, this.#momentum)),
        );
      towards(this.#movingMean, mean);
      towards(this.#movingVariance, tf.mul(variance, rows / (rows - 1)));
      return y;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: this.#epsilon, momentum: this.#momentum };
  }
}
