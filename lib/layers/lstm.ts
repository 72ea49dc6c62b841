/**
 * The LSTM layer.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";
import { lstmSequence } from "../kernels/lstm/op.ts";
import {
  checkUnits,
  featuresOf,
  type LstmCellOptions,
  LstmWeights,
  stockLstmConfig,
} from "./lstm_weights.ts";

/** Settings of {@linkcode lstm}. */
export interface LstmOptions extends LstmCellOptions {
  /** Reads the sequence from its end; with `returnSequences` the steps come in the order read. Default false. */
  readonly goBackwards?: boolean;
  /** Whether the final hidden and cell states are returned too. Default false. */
  readonly returnState?: boolean;
}

/**
 * A long short-term memory layer: f32 `[batch, time, features]` to `[batch, units]`, or to
 * `[batch, time, units]` with `returnSequences`. The states start at zero, or where the input is
 * `[x, hidden, cell]` at these, `[batch, units]` each; with `returnState` the output is
 * `[y, hidden, cell]`, so that a sequence can go on in the next batch.
 *
 * Its weights carry the stock names and shapes: `kernel` `[features, 4 units]`, `recurrent_kernel`
 * `[units, 4 units]`, `bias` `[4 units]`, gates in the order input, forget, cell, output; with two
 * biases also `recurrent_bias` `[4 units]`. They start, with two biases, as in PyTorch, uniform on
 * `[-1/√units, 1/√units)`; with one, as in Keras: Glorot, orthogonal, zero with ones for the forget gate.
 *
 * A model with one bias a layer, once saved, loads in stock TensorFlow.js as its own LSTM; stock has no
 * second bias.
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
  /** The stock layer's, which a saved model is to become. */
  static readonly className = "LSTM";
  readonly #options: Required<LstmOptions>;
  #weights!: LstmWeights;

  constructor(options: LstmOptions) {
    super({ name: options.name });
    checkUnits(options.units, options.name);
    this.#options = { goBackwards: false, returnState: false, ...options };
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const features = featuresOf(sequenceOf(inputShape), this.name);
    this.#weights = new LstmWeights(
      this.#options,
      features,
      (name, shape, initial) => this.addWeight(name, shape, "float32", initial, undefined, true),
    );
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    const [batch, time] = sequenceOf(inputShape);
    const { units, returnSequences, returnState } = this.#options;
    const state: tfl.Shape = [batch!, units];
    const output: tfl.Shape = returnSequences ? [batch!, time!, units] : state;
    return returnState ? [output, state, state] : output;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const [x, initialHidden, initialCell] = Array.isArray(inputs) ? inputs : [inputs];
      const { goBackwards, returnSequences, returnState } = this.#options;
      const { hidden, finalHidden, finalCell } = lstmSequence(
        { x: x!, ...this.#weights.read(), initialHidden, initialCell },
        { reversed: goBackwards, allSteps: returnSequences },
      );
      let output: tf.Tensor = finalHidden;
      if (hidden !== null) output = goBackwards ? tf.reverse(hidden, 1) : hidden;
      return returnState ? [output, finalHidden, finalCell] : output;
    });
  }

  override getClassName(): string {
    return this.#options.biases === 1 ? Lstm.className : "AssayLstm";
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...stockLstmConfig(this.#options) };
  }
}

function sequenceOf(shape: tfl.Shape | tfl.Shape[]): tfl.Shape {
  return (Array.isArray(shape[0]) ? shape[0] : shape) as tfl.Shape;
}
