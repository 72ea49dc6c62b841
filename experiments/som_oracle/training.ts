/**
 * Training a predictor as documented: squared error of standardised targets, Adam, the best epoch kept.
 *
 * @module
 */

import {
  type FitOptions,
  type Fitted,
  type Key,
  modelTrainable,
  mseLoss,
  predict,
  readState,
  type Samples,
  type ShapedArray,
  tensorSamples,
  tf,
  type tfl,
  type Trainable,
  unscaleValues,
  variablesState,
} from "assay";
import { type Answer, answeredValues } from "./answers.ts";
import { type PredictorName, predictorNetwork } from "./networks.ts";
import type { Histories, Prefixes } from "./prefixes.ts";
import {
  fitStandardisation,
  prefixInputs,
  prefixTargets,
  type Standardisation,
} from "./standardisation.ts";

/** Prefixes predicted at a time. */
const PREDICTED = 512;

/** What is trained, and for how long. */
export interface TrainingOptions {
  readonly network: PredictorName;
  /** Whether it reads the checkpoints. */
  readonly readsPrefix: boolean;
  /** Whether it reads what is known before a run. */
  readonly readsContext: boolean;
  readonly attention: boolean;
  /** Horizons before the end that it foretells too, as shares of a run from a prefix's last checkpoint on. */
  readonly ahead: readonly number[];
  /** Default: the targets' values. */
  readonly answer?: Answer;
  /** The part of the documented rates of dropout that is used. Default 1. */
  readonly dropout?: number;
  readonly epochs: number;
}

/** A network with all that it takes to ask it. */
export interface Foreteller {
  readonly network: tfl.LayersModel;
  readonly options: TrainingOptions;
  readonly standardisation: Standardisation;
  /** The targets at every horizon of these prefixes, the end last: f32 `[count, horizons · targets]`, in their units. */
  foretell(prefixes: Prefixes): Promise<Float32Array>;
  /** Releases the network. */
  dispose(): void;
}

/** A trained predictor: its network has the weights of the best epoch. */
export interface Predictor extends Foreteller {
  readonly fitted: Fitted;
  /** Those of the last epoch. */
  readonly lastWeights: ReadonlyMap<string, ShapedArray>;
}

/**
 * Trains on prefixes of the training runs and keeps the epoch that is best on those of the validation runs: batches
 * of 32, Adam at 1e-3, halved after 10 epochs without improvement down to 1e-7, at an end after 20.
 *
 * @param key Source of weights, order and dropout.
 * @param fit How the training is run: `(model, options) => ctx.fit(name, model, options)`.
 */
export async function trainPredictor(
  key: Key,
  { train, validation }: Readonly<Record<"train" | "validation", Prefixes>>,
  options: TrainingOptions,
  fit: (model: Trainable, options: FitOptions) => Promise<Fitted>,
): Promise<Predictor> {
  const network = networkFor(key.key("weights"), train.histories, options);
  const model = modelTrainable(network, horizonLoss);
  const standardisation = fitStandardisation(train, options.ahead, options.answer);
  const samplesOf = (prefixes: Prefixes) => predictorSamples(prefixes, standardisation, options);
  const [learned, chosen] = [train, validation].map(samplesOf) as [Samples, Samples];
  let lastWeights = new Map<string, ShapedArray>();
  try {
    const fitted = await fit(model, {
      train: learned,
      validation: chosen,
      key: key.key("fit"),
      epochs: options.epochs,
      batchSize: 32,
      learningRate: 1e-3,
      patience: 20,
      // The tenth bad epoch cuts.
      plateau: { factor: 0.5, patience: 9, floor: 1e-7 },
      onEnd: async () =>
        void (lastWeights = await readState(variablesState(model.weights).state())),
    });
    return { ...foreteller(network, options, standardisation), fitted, lastWeights };
  } finally {
    learned.dispose();
    chosen.dispose();
  }
}

/** The network, not trained, that these options mean for such histories. */
export function networkFor(
  key: Key,
  { features, context, targets }: Pick<Histories, "features" | "context" | "targets">,
  { network, readsPrefix, readsContext, attention, ahead, dropout = 1 }: TrainingOptions,
): tfl.LayersModel {
  return predictorNetwork(key, network, {
    features: readsPrefix ? features.length : 0,
    context: readsContext ? context.length : 0,
    outputs: (ahead.length + 1) * targets.length,
    attention,
    dropout,
  });
}

/** A network that has learned, ready to be asked. */
export function foreteller(
  network: tfl.LayersModel,
  options: TrainingOptions,
  standardisation: Standardisation,
): Foreteller {
  const { ahead, answer = "value" } = options;
  return {
    network,
    options,
    standardisation,
    async foretell(prefixes) {
      const samples = predictorSamples(prefixes, standardisation, options);
      try {
        const answers = await predict(network, samples, PREDICTED);
        const unscaled = unscaleValues(standardisation.targets, answers);
        return answeredValues(prefixes, ahead, answer, unscaled);
      } finally {
        samples.dispose();
      }
    },
    dispose: () => void network.dispose(),
  };
}

/**
 * Prefixes on the device, as a network with these options takes them; targets as {@linkcode horizonLoss} does.
 */
export function predictorSamples(
  prefixes: Prefixes,
  standardisation: Standardisation,
  { readsPrefix, readsContext, ahead, answer = "value" }: TrainingOptions,
): Samples {
  const count = prefixes.run.length;
  const { time, steps, mask, context } = prefixInputs(prefixes, standardisation);
  const { values, weights } = prefixTargets(prefixes, standardisation, ahead, answer);
  const rows = (values: Float32Array) => tf.tensor2d(values, [count, values.length / count]);
  const inputs = [
    ...readsPrefix
      ? [tf.tensor3d(steps, [count, time, steps.length / count / time]), rows(mask)]
      : [],
    ...readsContext ? [rows(context)] : [],
  ] as [tf.Tensor, ...tf.Tensor[]];
  const y = tf.tidy(() => tf.concat([rows(values), rows(weights.map(Math.sqrt))], 1));
  return tensorSamples(inputs, y);
}

/**
 * The mean of weighed squared errors.
 *
 * @param predicted f32 `[batch, outputs]`.
 * @param expected f32 `[batch, 2 outputs]`: the targets, then the square roots of their weights.
 */
export function horizonLoss(predicted: tf.Tensor, expected: tf.Tensor): tf.Scalar {
  const [batch, outputs] = predicted.shape as [number, number];
  const [targets, roots] = [0, outputs].map((from) =>
    tf.slice(expected, [0, from], [batch, outputs])
  );
  return mseLoss(tf.mul(predicted, roots!), tf.mul(targets!, roots!));
}
