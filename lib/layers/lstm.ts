/**
 * The LSTM layer.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";
import { dense } from "../kernels/dense/op.ts";
import { type LstmInputs, lstmSequence } from "../kernels/lstm/op.ts";
import { lastStep, prefixSteps } from "../kernels/prefix/op.ts";
import {
  checkSize,
  featuresOf,
  type LstmCellOptions,
  LstmWeights,
  stockLstmConfig,
} from "./lstm_weights.ts";
import { hiddenOfPrefixes, isMasked, maskAmong, sequenceAmong } from "./masked_lstm.ts";

/** Settings of {@linkcode lstm}. */
export interface LstmOptions extends LstmCellOptions {
  /** Reads the sequence from its end; with `returnSequences` the steps come in the order read. Default false. */
  readonly goBackwards?: boolean;
  /** Whether the final hidden and cell states are returned too. Default false. */
  readonly returnState?: boolean;
  /** Reads one vector `[batch, features]` at each of so many steps, instead of a sequence. */
  readonly steps?: number;
}

/**
 * A long short-term memory layer: f32 `[batch, time, features]` to `[batch, units]`, or to
 * `[batch, time, units]` with `returnSequences`. The states start at zero, or where the input is
 * `[x, hidden, cell]` at these, `[batch, units]` each; with `returnState` the output is
 * `[y, hidden, cell]`, so that a sequence can go on in the next batch.
 *
 * Sequences of unequal length stand in one batch with padding behind them: applied to `[x, mask]`, mask f32
 * `[batch, time]`, each is read up to its first step whose mask is zero, with `goBackwards` from its own last
 * step on. The state is that after the step read last (zero where there is none), the steps behind it are
 * zero, and what stands in the padding has no effect, be it a number or not.
 *
 * Its weights carry the stock names and shapes: `kernel` `[features, 4 units]`, `recurrent_kernel`
 * `[units, 4 units]`, `bias` `[4 units]`, gates in the order input, forget, cell, output; with two
 * biases also `recurrent_bias` `[4 units]`.
 *
 * With `steps` it does what it would behind `repeat`, at less cost: what the vector adds to the gates is
 * computed once.
 *
 * A model with one bias a layer, once saved, loads in stock TensorFlow.js as its own LSTM; stock has no
 * second bias, no `steps`, and no such mask.
 *
 * @throws {RangeError} When `units` or `steps` is not a positive integer, or the input has not three axes,
 * with `steps` two, of which the last is known; the time may be left open. Also when there is a mask with
 * `steps` or `returnState`: of the cell states only the last of a batch is kept.
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
  readonly #options: LstmOptions & { readonly goBackwards: boolean; readonly returnState: boolean };
  #weights!: LstmWeights;

  constructor(options: LstmOptions) {
    super({ name: options.name });
    checkSize("units", options.units, options.name);
    if (options.steps !== undefined) checkSize("steps", options.steps, options.name);
    this.#options = { goBackwards: false, returnState: false, ...options };
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const features = featuresOf(this.#sequence(inputShape), this.name);
    this.#weights = new LstmWeights(
      this.#options,
      features,
      (name, shape, initial) => this.addWeight(name, shape, "float32", initial, undefined, true),
    );
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    const [batch, time] = this.#sequence(inputShape);
    const { units, returnSequences, returnState } = this.#options;
    const state: tfl.Shape = [batch!, units];
    const output: tfl.Shape = returnSequences ? [batch!, time!, units] : state;
    return returnState ? [output, state, state] : output;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    const mask = maskAmong(inputs);
    if (mask !== undefined) return this.#beforePadding((inputs as tf.Tensor[])[0]!, mask);
    return tf.tidy(() => {
      const [x, initialHidden, initialCell] = Array.isArray(inputs) ? inputs : [inputs];
      const { goBackwards, returnSequences, returnState, steps } = this.#options;
      const { kernel, recurrentKernel, bias, recurrentBias } = this.#weights.read();
      let input: Pick<LstmInputs, "x" | "kernel" | "bias" | "recurrentBias">;
      if (steps === undefined) input = { x: x!, kernel, bias, recurrentBias };
      else {
        const both = recurrentBias === undefined ? bias : tf.add(bias, recurrentBias);
        input = { bias: dense(x!, kernel, both, { activation: "linear" }) };
      }
      const { hidden, finalHidden, finalCell } = lstmSequence(
        { ...input, recurrentKernel, initialHidden, initialCell },
        { reversed: goBackwards, allSteps: returnSequences, ...(steps && { time: steps }) },
      );
      let output: tf.Tensor = finalHidden;
      if (hidden !== null) output = goBackwards ? tf.reverse(hidden, 1) : hidden;
      return returnState ? [output, finalHidden, finalCell] : output;
    });
  }

  override getClassName(): string {
    const { biases, steps } = this.#options;
    const stock = biases === 1 && steps === undefined && !isMasked(this);
    return stock ? Lstm.className : "AssayLstm";
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { steps } = this.#options;
    const own = steps === undefined ? {} : { steps };
    return { ...super.getConfig(), ...stockLstmConfig(this.#options), ...own };
  }

  #beforePadding(x: tf.Tensor, mask: tf.Tensor): tf.Tensor {
    const { goBackwards, returnSequences } = this.#options;
    return tf.tidy(() => {
      const hidden = hiddenOfPrefixes(x, mask, this.#weights.read(), goBackwards);
      return returnSequences ? prefixSteps(hidden, mask) : lastStep(hidden, mask);
    });
  }

  /** The shape of the sequence, `[batch, time, features]`, in an input with or without mask or states. */
  #sequence(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const { shape, masked } = sequenceAmong(inputShape, this.name);
    const { steps, returnState } = this.#options;
    if (masked && (steps !== undefined || returnState)) {
      throw new RangeError(
        `Cannot build the LSTM layer "${this.name}" with a mask: it has ${
          returnState ? "returnState" : "steps"
        }, which is for sequences of one length`,
      );
    }
    return steps === undefined || shape.length !== 2 ? shape : [shape[0]!, steps, shape[1]!];
  }
}
