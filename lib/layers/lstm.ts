/**
 * The LSTM layer.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";
import type { Key } from "../random/key.ts";
import {
  fromValues,
  glorotUniform,
  type Initializer,
  orthogonal,
  uniform,
} from "./initializers.ts";
import { lstmSequence } from "./lstm_sequence.ts";

/** Settings of {@linkcode lstm}. */
export interface LstmOptions {
  /** Size of the hidden state. */
  readonly units: number;
  /** Bias vectors: 2 as in PyTorch (their sum acts), 1 as in Keras. */
  readonly biases: 1 | 2;
  /** Whether to return the hidden state of every step or of the last. */
  readonly returnSequences: boolean;
  /** Reads the sequence from its end; with `returnSequences` the steps come in the order read. Default false. */
  readonly goBackwards?: boolean;
  /** Source of the initial weights. */
  readonly key: Key;
  /** Name of the layer, from which its weights get theirs. */
  readonly name: string;
}

/**
 * A long short-term memory layer: f32 `[batch, time, features]` to `[batch, units]`, or to
 * `[batch, time, units]` with `returnSequences`. The state starts at zero.
 *
 * Its weights carry the stock names and shapes: `kernel` `[features, 4 units]`, `recurrent_kernel`
 * `[units, 4 units]`, `bias` `[4 units]`, gates in the order input, forget, cell, output; with two
 * biases also `recurrent_bias` `[4 units]`. They start, with two biases, as in PyTorch, uniform on
 * `[-1/√units, 1/√units)`; with one, as in Keras: Glorot, orthogonal, zero with ones for the forget gate.
 *
 * @throws {RangeError} When `units` is not a positive integer, or the input has not three axes of which
 * time and features are known.
 *
 * @example
 * ```ts
 * import { lstm, openDevice, rootKey, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const layer = lstm({ units: 8, biases: 2, returnSequences: false, key: rootKey(1), name: "memory" });
 * const h = layer.apply(tf.zeros([3, 5, 2])) as tf.Tensor;
 * assertEquals(h.shape, [3, 8]);
 * assertEquals(layer.countParams(), 4 * 8 * (2 + 8) + 2 * 4 * 8);
 * ```
 */
export function lstm(options: LstmOptions): tfl.layers.Layer {
  return new Lstm(options);
}

class Lstm extends tfl.layers.Layer {
  static readonly className = "AssayLstm";
  readonly #options: LstmOptions;
  #kernel!: tfl.LayerVariable;
  #recurrentKernel!: tfl.LayerVariable;
  #biases!: tfl.LayerVariable[];

  constructor(options: LstmOptions) {
    super({ name: options.name });
    if (!Number.isInteger(options.units) || options.units < 1) {
      throw new RangeError(
        `Cannot make the LSTM layer "${options.name}": units is ${options.units}, but must be a positive integer`,
      );
    }
    this.#options = options;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const { units, biases, key, name } = this.#options;
    const shape = inputShape as tfl.Shape;
    const [, time, features] = shape;
    if (shape.length !== 3 || typeof time !== "number" || typeof features !== "number") {
      throw new RangeError(
        `Cannot build the LSTM layer "${name}" on an input of shape [${shape}]: it must be ` +
          "[batch, time, features] with time and features known",
      );
    }
    const weight = (weightName: string, rows: number[], keras: (key: Key) => Initializer) => {
      const own = key.key(weightName);
      const initial = biases === 2 ? uniform(own, 1 / Math.sqrt(units)) : keras(own);
      return this.addWeight(weightName, [...rows, 4 * units], "float32", initial, undefined, true);
    };
    this.#kernel = weight("kernel", [features], glorotUniform);
    this.#recurrentKernel = weight("recurrent_kernel", [units], orthogonal);
    const names = biases === 2 ? ["bias", "recurrent_bias"] : ["bias"];
    this.#biases = names.map((biasName) => weight(biasName, [], () => forgetOne(units)));
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const [batch, time] = inputShape as tfl.Shape;
    const { units, returnSequences } = this.#options;
    return returnSequences ? [batch!, time!, units] : [batch!, units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const given = (Array.isArray(inputs) ? inputs[0]! : inputs) as tf.Tensor3D;
      const { goBackwards, returnSequences } = this.#options;
      const [first, second] = this.#biases.map((bias) => bias.read() as tf.Tensor1D);
      return lstmSequence(
        {
          x: goBackwards ? tf.reverse(given, 1) : given,
          kernel: this.#kernel.read() as tf.Tensor2D,
          recurrentKernel: this.#recurrentKernel.read() as tf.Tensor2D,
          bias: second === undefined ? first! : tf.add(first!, second),
        },
        returnSequences,
      );
    });
  }
}

/** Keras's bias: zero, but one for the forget gate, so that a new cell remembers. */
function forgetOne(units: number): Initializer {
  return fromValues(() => new Float32Array(4 * units).fill(1, units, 2 * units));
}
