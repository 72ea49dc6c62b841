/**
 * The weights of an LSTM, as the layers that run one keep them.
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

/** What both LSTM layers are told. */
export interface LstmCellOptions {
  /** Size of the hidden state. */
  readonly units: number;
  /** Bias vectors: 2 as in PyTorch (their sum acts), 1 as in Keras. */
  readonly biases: 1 | 2;
  /** Whether to return the hidden state of every step or of the last. */
  readonly returnSequences: boolean;
  /**
   * How the weights start: `torch`, uniform on `[-1/√units, 1/√units)`; `glorot`, Glorot, orthogonal, and
   * zero; `keras`, the same with ones for the forget gate. Default `torch` with two biases, `keras` with one.
   */
  readonly init?: "torch" | "glorot" | "keras";
  /** Source of the initial weights. */
  readonly key: Key;
  /** Name of the layer, from which its weights get theirs. */
  readonly name: string;
}

/** Makes a weight of a layer. */
export type AddWeight = (name: string, shape: number[], initial: Initializer) => tfl.LayerVariable;

/** The values that a sequence reads. */
export interface LstmWeightValues {
  readonly kernel: tf.Tensor;
  readonly recurrentKernel: tf.Tensor;
  readonly bias: tf.Tensor;
  /** Where there are two. */
  readonly recurrentBias: tf.Tensor | undefined;
}

/** One direction's weights. */
export class LstmWeights {
  readonly #kernel: tfl.LayerVariable;
  readonly #recurrentKernel: tfl.LayerVariable;
  readonly #biases: readonly tfl.LayerVariable[];

  /**
   * Makes `kernel` `[features, 4 units]`, `recurrent_kernel` `[units, 4 units]` and `bias` `[4 units]`,
   * with two biases also `recurrent_bias` `[4 units]`.
   */
  constructor(
    { units, biases, init = biases === 2 ? "torch" : "keras", key }: Pick<
      LstmCellOptions,
      "units" | "biases" | "init" | "key"
    >,
    features: number,
    add: AddWeight,
  ) {
    const weight = (name: string, rows: number[], other: (key: Key) => Initializer) => {
      const own = key.key(name);
      const initial = init === "torch" ? uniform(own, 1 / Math.sqrt(units)) : other(own);
      return add(name, [...rows, 4 * units], initial);
    };
    const biasStart = init === "keras" ? forgetOne(units) : tfl.initializers.zeros();
    this.#kernel = weight("kernel", [features], glorotUniform);
    this.#recurrentKernel = weight("recurrent_kernel", [units], orthogonal);
    const names = biases === 2 ? ["bias", "recurrent_bias"] : ["bias"];
    this.#biases = names.map((name) => weight(name, [], () => biasStart));
  }

  /** Their values now. */
  read(): LstmWeightValues {
    const [bias, recurrentBias] = this.#biases.map((bias) => bias.read());
    return {
      kernel: this.#kernel.read(),
      recurrentKernel: this.#recurrentKernel.read(),
      bias: bias!,
      recurrentBias,
    };
  }
}

/** Keras's bias: zero, but one for the forget gate, so that a new cell remembers. */
function forgetOne(units: number): Initializer {
  return fromValues(() => new Float32Array(4 * units).fill(1, units, 2 * units));
}

/**
 * Refuses a size that means nothing.
 *
 * @throws {RangeError} When it is not a positive integer.
 */
export function checkSize(name: "units" | "steps", value: number, layer: string): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(
      `Cannot make the LSTM layer "${layer}": ${name} is ${value}, but must be a positive integer`,
    );
  }
}

/**
 * The number of features of an input shape.
 *
 * @throws {RangeError} When it has not three axes of which the last is known.
 */
export function featuresOf(shape: tfl.Shape, layer: string): number {
  const features = shape[2];
  if (shape.length !== 3 || typeof features !== "number") {
    throw new RangeError(
      `Cannot build the LSTM layer "${layer}" on an input of shape [${shape}]: it must be ` +
        "[batch, time, features] with the last axis known",
    );
  }
  return features;
}

/** What the stock layer of the same weights is called with: its part of a saved model. */
export function stockLstmConfig(
  { units, returnSequences, returnState, goBackwards }: {
    readonly units: number;
    readonly returnSequences: boolean;
    readonly returnState: boolean;
    readonly goBackwards: boolean;
  },
): tf.serialization.ConfigDict {
  return {
    units,
    activation: "tanh",
    recurrentActivation: "sigmoid",
    useBias: true,
    unitForgetBias: true,
    dropout: 0,
    recurrentDropout: 0,
    returnSequences,
    returnState,
    goBackwards,
    stateful: false,
    unroll: false,
  };
}
