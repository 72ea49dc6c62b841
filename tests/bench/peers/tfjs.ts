/**
 * Stock TensorFlow.js: its own layers, optimiser and flags. It is imported past `lib/device`, which mends
 * and replaces parts of it; a rival is timed as it comes.
 *
 * @module
 */

import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-wasm";
import "@tensorflow/tfjs-backend-webgpu";
import type { Case, LayerSpec } from "../cases.ts";
import { CannotRun, type Task } from "../protocol.ts";
import type { Training } from "../worker.ts";

/** Builds the network of a task, and random data. */
export async function open(task: Task): Promise<Training> {
  const { case: spec, backend, learningRate } = task;
  if (backend === "wasm" && spec.layers.some(({ kind }) => kind === "conv")) {
    throw new CannotRun("tfjs-wasm lacks the filter gradient of a convolution");
  }
  if (!await tf.setBackend(backend)) throw new CannotRun(`tfjs could not open ${backend}`);
  const model = tfl.sequential();
  spec.layers.forEach((layer, i) => {
    const first = i === 0 ? { batchInputShape: [spec.batch, ...spec.input] } : {};
    for (const one of layersOf(layer, spec, first, model)) model.add(one);
  });
  const weights = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const x = tf.randomNormal([spec.batch, ...spec.input]);
  const y = tf.randomNormal([spec.batch, ...(model.outputShape as number[]).slice(1)]);
  const adam = tf.train.adam(learningRate);
  const loss = () =>
    tf.losses.meanSquaredError(y, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar;
  return {
    about: `TensorFlow.js ${tf.version_core}`,
    parameters: weights.reduce((sum, { size }) => sum + size, 0),
    async run(steps) {
      const losses: tf.Scalar[] = [];
      for (let s = 0; s < steps; s++) losses.push(adam.minimize(loss, true, weights)!);
      const read = await tf.tidy(() => tf.stack(losses)).data();
      tf.dispose(losses);
      const bad = read.find((loss) => !Number.isFinite(loss));
      if (bad !== undefined) throw new Error(`The loss of ${spec.name} became ${bad}`);
    },
  };
}

function layersOf(
  layer: LayerSpec,
  { carried }: Case,
  first: { readonly batchInputShape?: number[] },
  model: tfl.Sequential,
): tfl.layers.Layer[] {
  switch (layer.kind) {
    case "lstm": {
      const lstm = tfl.layers.lstm({
        units: layer.units,
        returnSequences: layer.sequences,
        stateful: carried,
        // Its default, orthogonal, needs the chained methods, which tfjs-core leaves out.
        recurrentInitializer: "glorotUniform",
        ...(layer.both ? {} : first),
      }) as tfl.RNN;
      if (!layer.both) return [lstm];
      return [tfl.layers.bidirectional({ layer: lstm, mergeMode: "concat", ...first })];
    }
    case "repeat":
      return [tfl.layers.repeatVector({ n: layer.steps })];
    case "dense":
      return [tfl.layers.dense({ units: layer.units, activation: layer.activation, ...first })];
    case "dropout":
      return [tfl.layers.dropout({ rate: layer.rate })];
    case "batchNorm":
      return [tfl.layers.batchNormalization()];
    case "conv": {
      const { filters, size: kernelSize, stride: strides } = layer;
      return [tfl.layers.conv2d({ filters, kernelSize, strides, ...first })];
    }
    case "layerNorm": {
      const axes = (model.outputShape as number[]).map((_, i) => i).slice(1);
      return [tfl.layers.layerNormalization({ axis: axes })];
    }
    case "leakyRelu":
      return [tfl.layers.leakyReLU({ alpha: layer.slope })];
    case "flatten":
      return [tfl.layers.flatten()];
  }
}
