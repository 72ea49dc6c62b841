/**
 * The training steps that are timed, as data: every system builds its network from the same list of
 * layers, so that all of them train the same one. A step is forward, backward and Adam on the mean squared
 * error of one resident batch.
 *
 * @module
 */

/** A layer, in words that each system translates into its own. Images are `[height, width, channels]`. */
export type LayerSpec =
  /** An LSTM, in both directions (concatenated) when `both`; returns every step's state or the last. */
  | {
    readonly kind: "lstm";
    readonly units: number;
    readonly sequences: boolean;
    readonly both: boolean;
  }
  /** One vector, again at each of `steps` steps. */
  | { readonly kind: "repeat"; readonly steps: number }
  | { readonly kind: "dense"; readonly units: number; readonly activation: "linear" | "relu" }
  | { readonly kind: "dropout"; readonly rate: number }
  | { readonly kind: "batchNorm" }
  /** A convolution without padding. */
  | {
    readonly kind: "conv";
    readonly filters: number;
    readonly size: number;
    readonly stride: number;
  }
  /** Layer normalisation over the whole sample, a scale and a shift for each element. */
  | { readonly kind: "layerNorm" }
  | { readonly kind: "leakyRelu"; readonly slope: number }
  | { readonly kind: "flatten" };

/** A training step. */
export interface Case {
  readonly name: string;
  readonly batch: number;
  /** Shape of one sample. */
  readonly input: readonly number[];
  readonly layers: readonly LayerSpec[];
  /** The state of the recurrent layers goes from step to step, its gradient does not. */
  readonly carried: boolean;
}

/** Adam's rate: low, so that thousands of steps on one batch leave the network where it started. */
export const LEARNING_RATE = 1e-5;

const lstm = (units: number, sequences = false): LayerSpec => (
  { kind: "lstm", units, sequences, both: false }
);
const bilstm = (units: number, sequences = false): LayerSpec => (
  { kind: "lstm", units, sequences, both: true }
);
const dense = (units: number): LayerSpec => ({ kind: "dense", units, activation: "linear" });
const relu = (units: number): LayerSpec => ({ kind: "dense", units, activation: "relu" });
const dropout = (rate: number): LayerSpec => ({ kind: "dropout", rate });
const repeat = (steps: number): LayerSpec => ({ kind: "repeat", steps });
const batchNorm: LayerSpec = { kind: "batchNorm" };
const normalised: readonly LayerSpec[] = [
  { kind: "layerNorm" },
  { kind: "leakyRelu", slope: 0.01 },
];
const conv = (filters: number, size: number, stride: number): LayerSpec[] => [
  { kind: "conv", filters, size, stride },
  ...normalised,
];

/** Every case, in the order in which they are run. */
export const cases: readonly Case[] = [
  ...[64, 128, 256].map((units): Case => ({
    name: `lstm-h${units}`,
    batch: 64,
    input: [20, 9],
    layers: [lstm(units), dense(4)],
    carried: false,
  })),
  {
    // The operational layer of the serverless thesis.
    name: "lstm-128-64",
    batch: 128,
    input: [12, 5],
    layers: [lstm(128, true), dropout(0.2), lstm(64), relu(32), dropout(0.2), dense(3)],
    carried: false,
  },
  {
    // The published network of experiments/bandwidth_predictor.ts.
    name: "bandwidth-540k",
    batch: 64,
    input: [20, 9],
    layers: [
      lstm(256),
      batchNorm,
      repeat(20),
      lstm(128),
      batchNorm,
      repeat(20),
      lstm(64),
      relu(128),
      dropout(0.3),
      batchNorm,
      relu(64),
      dropout(0.21),
      relu(32),
      dense(4),
    ],
    carried: false,
  },
  {
    // The bidirectional oracle of the self-organising maps.
    name: "bilstm-64-32",
    batch: 32,
    input: [21, 6],
    layers: [bilstm(64, true), dropout(0.3), bilstm(32), dropout(0.2), relu(32), dense(3)],
    carried: false,
  },
  {
    // Signal extraction: truncated back-propagation through windows of 50 steps of one long series.
    name: "stream-h64-tbptt50",
    batch: 32,
    input: [50, 5],
    layers: [lstm(64, true), dense(1)],
    carried: true,
  },
  {
    // The encoder of the driving agent, up to its 512 features.
    name: "nature-cnn",
    batch: 32,
    input: [84, 84, 4],
    layers: [
      ...conv(32, 8, 4),
      ...conv(64, 4, 2),
      ...conv(64, 3, 1),
      { kind: "flatten" },
      dense(512),
      ...normalised,
    ],
    carried: false,
  },
  {
    name: "mlp-dqn",
    batch: 64,
    input: [14],
    layers: [relu(64), relu(128), relu(64), dense(3)],
    carried: false,
  },
];
