/**
 * The operational layer's network, as documented.
 *
 * @module
 */

import { dense, dropout, type Key, lstm, tfl } from "assay";

/** What may be varied about {@linkcode operationalNetwork}. */
export interface OperationalNetworkOptions {
  /** Rows it reads. */
  readonly window: number;
  readonly features: number;
  readonly targets: number;
  /** Units of the two LSTM layers. */
  readonly lstm: readonly [number, number];
  /** Units of the hidden dense layer. */
  readonly dense: number;
  /** Share of the values dropped after the first LSTM and after the hidden dense layer. */
  readonly dropout: number;
  /** After the last layer. The document's ReLU cannot say a negative number, nor leave zero once it is there. */
  readonly output: "relu" | "linear";
}

/**
 * Two LSTM layers with two biases, the last state, a hidden ReLU layer and the output: 120,963 parameters for
 * 5 features, 3 targets, 128 and 64 units and 32 hidden ones. All start as documented: Glorot, orthogonal
 * recurrent kernels, biases zero.
 *
 * @param key Source of the initial weights.
 */
export function operationalNetwork(key: Key, options: OperationalNetworkOptions): tfl.LayersModel {
  const { window, features, targets, dropout: rate, output } = options;
  const input = tfl.input({ shape: [window, features] });
  let x: tfl.SymbolicTensor = input;
  const add = (layer: tfl.layers.Layer) => x = layer.apply(x) as tfl.SymbolicTensor;
  const ofCell = { biases: 2, init: "glorot" } as const;
  const [first, second] = options.lstm;
  add(
    lstm({ units: first, ...ofCell, returnSequences: true, key: key.key("lstm1"), name: "lstm1" }),
  );
  add(dropout({ rate, name: "lstm1_dropout" }));
  add(
    lstm({
      units: second,
      ...ofCell,
      returnSequences: false,
      key: key.key("lstm2"),
      name: "lstm2",
    }),
  );
  const ofDense = (name: string) => ({ init: "glorot", key: key.key(name), name }) as const;
  add(dense({ units: options.dense, activation: "relu", ...ofDense("dense1") }));
  add(dropout({ rate, name: "dense1_dropout" }));
  add(dense({ units: targets, activation: output, ...ofDense("output") }));
  return tfl.model({ inputs: input, outputs: x });
}
