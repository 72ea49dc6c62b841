/**
 * The bidirectional LSTM layer.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";
import { lstmSequence } from "../kernels/lstm/op.ts";
import { lastStep, prefixSteps } from "../kernels/prefix/op.ts";
import {
  checkSize,
  featuresOf,
  type LstmCellOptions,
  LstmWeights,
  stockLstmConfig,
} from "./lstm_weights.ts";
import { hiddenOfPrefixes, isMasked, maskAmong, sequenceAmong } from "./masked_lstm.ts";

/** Settings of {@linkcode bidirectional}. */
export type BidirectionalOptions = LstmCellOptions;

/**
 * Two LSTMs, one reading the sequence from its start and one from its end: f32 `[batch, time, features]`
 * to `[batch, 2 units]`, the states after the step each read last, or with `returnSequences` to
 * `[batch, time, 2 units]`, what both knew at each step. The first half of the last axis is the forward
 * one's (Schuster and Paliwal 1997).
 *
 * Sequences of unequal length stand in one batch with padding behind them: applied to `[x, mask]`, mask f32
 * `[batch, time]`, each is its steps before the first whose mask is zero, and the backward LSTM begins at the
 * last of these. Steps behind are zero, and what stands there has no effect, be it a number or not.
 *
 * The weights are those of two `lstm` layers, named `forward_<name>/kernel`, `backward_<name>/kernel` and
 * so on, as in stock TensorFlow.js, where a saved model with one bias and no mask loads as its own layer.
 *
 * @throws {RangeError} When `units` is not a positive integer, the input has not three axes of which the last
 * is known (the time may be left open), or a mask has not the input's time.
 *
 * @example
 * ```ts
 * import { bidirectional, openDevice, rootKey, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const layer = bidirectional({ units: 4, biases: 1, returnSequences: true, key: rootKey(1), name: "both" });
 * assertEquals((layer.apply(tf.zeros([3, 5, 2])) as tf.Tensor).shape, [3, 5, 8]);
 * assertEquals(layer.countParams(), 2 * 4 * 4 * (2 + 4 + 1));
 * ```
 */
export function bidirectional(options: BidirectionalOptions): tfl.layers.Layer {
  return new Bidirectional(options);
}

const DIRECTIONS = ["forward", "backward"] as const;

class Bidirectional extends tfl.layers.Layer {
  /** The stock layer's, which a saved model is to become. */
  static readonly className = "Bidirectional";
  readonly #options: BidirectionalOptions;
  #weights!: readonly LstmWeights[];

  constructor(options: BidirectionalOptions) {
    super({ name: options.name });
    checkSize("units", options.units, options.name);
    this.#options = options;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const features = featuresOf(sequenceAmong(inputShape, this.name).shape, this.name);
    this.#weights = DIRECTIONS.map((direction) =>
      new LstmWeights(
        { ...this.#options, key: this.#options.key.key(direction) },
        features,
        (name, shape, initial) =>
          this.addWeight(
            `${direction}_${this.name}/${name}`,
            shape,
            "float32",
            initial,
            undefined,
            true,
          ),
      )
    );
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const [batch, time] = sequenceAmong(inputShape, this.name).shape;
    const { units, returnSequences } = this.#options;
    return returnSequences ? [batch!, time!, 2 * units] : [batch!, 2 * units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      const mask = maskAmong(inputs);
      const allSteps = this.#options.returnSequences;
      const halves = this.#weights.map((weights, i) => {
        const reversed = DIRECTIONS[i] === "backward";
        if (mask !== undefined) {
          const hidden = hiddenOfPrefixes(x, mask, weights.read(), reversed);
          return allSteps ? prefixSteps(hidden, mask, { reversed }) : lastStep(hidden, mask);
        }
        const { hidden, finalHidden } = lstmSequence(
          { x, ...weights.read() },
          { reversed, allSteps },
        );
        return hidden ?? finalHidden;
      });
      return tf.concat(halves, -1);
    });
  }

  override getClassName(): string {
    const stock = this.#options.biases === 1 && !isMasked(this);
    return stock ? Bidirectional.className : "AssayBidirectional";
  }

  override getConfig(): tf.serialization.ConfigDict {
    const config = stockLstmConfig({ ...this.#options, returnState: false, goBackwards: false });
    const layer = { className: "LSTM", config: { ...config, name: this.name } };
    return { ...super.getConfig(), layer, mergeMode: "concat" };
  }
}
