/**
 * The convolution layer.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";
import type { Activation } from "../kernels/arithmetic/activation.ts";
import { conv2d as convolve } from "../kernels/conv2d/op.ts";
import { outputsAlong, type Padding } from "../kernels/conv2d/shape.ts";
import type { Key } from "../random/key.ts";
import { glorotUniform, type Initializer, uniform, uniformFanIn } from "./initializers.ts";

/** Settings of {@linkcode conv2d}. */
export interface Conv2dOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Pixels under the kernel, along height and width. */
  readonly kernelSize: number | readonly [number, number];
  /** Pixels from one output to the next, along height and width. */
  readonly strides: number | readonly [number, number];
  /** Zeros around the images. Default `valid`: none. */
  readonly padding?: Padding;
  /** What follows the sums; `leakyRelu` has the slope 0.01 below zero. Default `linear`. */
  readonly activation?: Activation;
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
 * A convolution layer, `activation(x ∗ kernel + bias)`: f32 `[batch, height, width, channels]` to
 * `[batch, outHeight, outWidth, filters]`. Its weights carry the stock names and shapes: `kernel`
 * `[kernelHeight, kernelWidth, channels, filters]` and `bias` `[filters]`.
 *
 * @throws {RangeError} When a size is not a positive integer, the channels of the input are not known, or
 * the kernel is larger than the image.
 *
 * @example
 * ```ts
 * import { openDevice, rootKey, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const layer = conv2d({ filters: 32, kernelSize: 8, strides: 4, key: rootKey(1), name: "frames" });
 * assertEquals((layer.apply(tf.zeros([2, 84, 84, 4])) as tf.Tensor).shape, [2, 20, 20, 32]);
 * ```
 */
export function conv2d(options: Conv2dOptions): tfl.layers.Layer {
  return new Conv2d(options);
}

class Conv2d extends tfl.layers.Layer {
  static readonly className = "AssayConv2d";
  readonly #options: Conv2dOptions;
  readonly #padding: Padding;
  readonly #kernelSize: readonly [number, number];
  readonly #strides: readonly [number, number];
  #kernel!: tfl.LayerVariable;
  #bias!: tfl.LayerVariable;

  constructor(options: Conv2dOptions) {
    super({ name: options.name });
    const { filters, kernelSize, strides, padding = "valid" } = options;
    this.#options = options;
    this.#padding = padding;
    this.#kernelSize = pair(kernelSize);
    this.#strides = pair(strides);
    if (
      [filters, ...this.#kernelSize, ...this.#strides].some((n) => !Number.isInteger(n) || n < 1)
    ) {
      throw new RangeError(
        `Cannot make the convolution layer "${options.name}": filters is ${filters}, kernelSize ` +
          `${kernelSize} and strides ${strides}, but all must be positive integers`,
      );
    }
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const { filters, init, key, name } = this.#options;
    const shape = inputShape as tfl.Shape;
    const channels = shape[3];
    if (shape.length !== 4 || typeof channels !== "number") {
      throw new RangeError(
        `Cannot build the convolution layer "${name}" on an input of shape [${shape}]: it must be ` +
          "[batch, height, width, channels] with the channels known",
      );
    }
    const fanIn = this.#kernelSize[0] * this.#kernelSize[1] * channels;
    const own = key.key("kernel");
    const { kernel, bias } = typeof init === "object"
      ? init
      : init === "glorot"
      ? { kernel: glorotUniform(own), bias: tfl.initializers.zeros() }
      : { kernel: uniformFanIn(own), bias: uniform(key.key("bias"), 1 / Math.sqrt(fanIn)) };
    const kernelShape = [...this.#kernelSize, channels, filters];
    this.#kernel = this.addWeight("kernel", kernelShape, "float32", kernel, undefined, true);
    this.#bias = this.addWeight("bias", [filters], "float32", bias, undefined, true);
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const [batch, height, width] = inputShape as tfl.Shape;
    const along = (extent: number | null | undefined, axis: 0 | 1) =>
      typeof extent === "number"
        ? outputsAlong(extent, this.#kernelSize[axis], this.#strides[axis], this.#padding)
        : null;
    return [batch!, along(height, 0), along(width, 1), this.#options.filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() =>
      convolve(Array.isArray(inputs) ? inputs[0]! : inputs, this.#kernel.read(), {
        bias: this.#bias.read(),
        strides: this.#strides,
        padding: this.#padding,
        activation: this.#options.activation ?? "linear",
      })
    );
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { filters, activation = "linear" } = this.#options;
    return {
      ...super.getConfig(),
      filters,
      kernelSize: [...this.#kernelSize],
      strides: [...this.#strides],
      padding: this.#padding,
      activation,
    };
  }
}

function pair(size: number | readonly [number, number]): readonly [number, number] {
  return typeof size === "number" ? [size, size] : size;
}
