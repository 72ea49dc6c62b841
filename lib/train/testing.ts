/**
 * Test support: a small network of every layer for sequences, its data, and a training of it in bits.
 *
 * @module
 */

import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { attentionPooling } from "../layers/attention_pooling.ts";
import { batchNorm } from "../layers/batch_norm.ts";
import { bidirectional } from "../layers/bidirectional.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { layerNormalization } from "../layers/layer_norm.ts";
import { lstm } from "../layers/lstm.ts";
import { digestArrays } from "../numeric/digest.ts";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { fit } from "./fit.ts";
import { mseLoss } from "./loss.ts";
import { tensorSamples } from "./samples.ts";
import { modelTrainable } from "./trainable.ts";
import type { FitHooks, FitOptions } from "./fit_types.ts";
import type { Samples } from "./types.ts";

const key = rootKey(6);
const TIME = 7;
const FEATURES = 3;
const TARGETS = 2;

/** Every layer for sequences, in odd sizes. */
export function everyLayer(): tfl.LayersModel {
  const input = tfl.input({ shape: [TIME, FEATURES] });
  const own = (name: string) => ({ key: key.key(name), name });
  const layers = [
    lstm({ units: 9, biases: 2, returnSequences: true, ...own("first") }),
    layerNormalization({ axes: "last", name: "layer_norm" }),
    dropout({ rate: 0.2, name: "dropout" }),
    bidirectional({ units: 5, biases: 1, returnSequences: true, ...own("both") }),
    attentionPooling({ units: 4, ...own("attention") }),
    batchNorm({ name: "batch_norm" }),
    lstm({ units: 6, steps: 4, biases: 1, returnSequences: false, ...own("again") }),
    dense({ units: 8, activation: "leakyRelu", ...own("hidden") }),
    dense({ units: TARGETS, activation: "linear", ...own("head") }),
  ];
  const output = layers.reduce<tfl.SymbolicTensor>(
    (x, layer) => layer.apply(x) as tfl.SymbolicTensor,
    input,
  );
  return tfl.model({ inputs: input, outputs: output });
}

/** `count` sequences that {@linkcode everyLayer} takes. */
export function sequences(name: string, count: number): Samples {
  const values = (part: string, width: number) =>
    Float32Array.from(uniform(key.key(`${name}/${part}`), count * width, -1, 1));
  return tensorSamples(
    tf.tensor3d(values("x", TIME * FEATURES), [count, TIME, FEATURES]),
    tf.tensor2d(values("y", TARGETS), [count, TARGETS]),
  );
}

/** Trains {@linkcode everyLayer} for 12 steps an epoch, and digests losses and weights. */
export async function trainedDigest(
  epochs: number,
  options: Partial<FitOptions> = {},
  hooks: FitHooks = { clock: () => 0 },
): Promise<string> {
  const model = everyLayer();
  const trainable = modelTrainable(model, mseLoss);
  const [train, validation] = [sequences("train", 139), sequences("validation", 30)];
  const { trace } = await fit(trainable, {
    ...{ train, validation, key, epochs, batchSize: 12, learningRate: 0.01 },
    ...{ clipNorm: 1, weightDecay: 0.01 },
    ...options,
  }, hooks);
  const weights = await readBack(trainable.weights.map(({ variable }) => variable));
  train.dispose();
  validation.dispose();
  model.dispose();
  return digestArrays({
    stepLoss: trace.losses,
    ...Object.fromEntries(trainable.weights.map(({ name }, i) => [name, weights[i]!])),
  });
}
