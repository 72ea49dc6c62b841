/**
 * Test support: random models' exports held against the models.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { tf, tfl } from "../device/tf.ts";
import { activations } from "../kernels/arithmetic/activation.ts";
import { activation } from "../layers/activation.ts";
import { attentionPooling } from "../layers/attention_pooling.ts";
import { batchNorm } from "../layers/batch_norm.ts";
import { bidirectional } from "../layers/bidirectional.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { lastStep } from "../layers/last_step.ts";
import { layerNormalization } from "../layers/layer_norm.ts";
import { lstm } from "../layers/lstm.ts";
import { repeat } from "../layers/repeat.ts";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { everyLayer } from "../train/testing.ts";
import { checkParity, type Parity } from "./check.ts";
import { exportOnnx, type ExportOptions } from "./export.ts";
import type { Floats } from "./graph.ts";
import type { Provider } from "./runtime.ts";
import { openSession } from "./sessions.ts";

/** Uniform values on [-1, 1) of a shape. */
export function uniformFloats(name: string, shape: readonly number[]): Floats {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, data: Float32Array.from(uniform(rootKey(1).key(name), size, -1, 1)) };
}

/** What open axes of samples are. */
const OPEN = 6;

/** Samples for every input of a model; a second one `[batch, time]` is a mask, of all lengths from 0 on. */
export function samplesFor(model: tfl.LayersModel, count: number): Floats[] {
  return model.inputs.map(({ shape }, i) => {
    const sizes = [count, ...shape.slice(1).map((extent) => extent ?? OPEN)];
    const samples = uniformFloats(`samples/${i}`, sizes);
    const isMask = i === 1 && sizes.length === 2 && model.inputs.length === 2;
    if (!isMask) return samples;
    const [, time] = sizes as [number, number];
    return {
      shape: sizes,
      data: samples.data.map((_, at) => +(at % time < Math.floor(at / time) % (time + 1))),
    };
  });
}

/**
 * Gives all weights but the kernels, which have them, values of their own, so that ones and zeros hide nothing;
 * variances stay positive.
 */
export function scramble(model: tfl.LayersModel): void {
  model.weights.forEach((weight, i) => {
    if (weight.originalName.endsWith("kernel")) return;
    const { data } = uniformFloats(`weights/${i}`, weight.shape as number[]);
    const values = data.map((v) => weight.originalName.endsWith("variance") ? 1.5 + v : v / 2);
    tf.tidy(() => void weight.write(tf.tensor(values, weight.shape as number[])));
  });
}

/** Exports a model, opens it and fails unless it predicts the same; the model is disposed. */
export async function assertExported(
  model: tfl.LayersModel,
  { inputs = samplesFor(model, 9), provider = "wasm", ...options }: ExportOptions & {
    readonly inputs?: readonly Floats[];
    readonly provider?: Provider;
  } = {},
): Promise<{ readonly file: Uint8Array<ArrayBuffer>; readonly parity: Parity }> {
  const file = await exportOnnx(model, options);
  const session = await openSession(file, { provider, source: "the test's model" });
  try {
    const parity = await checkParity(model, session, { inputs, ...options });
    assert(parity.maxAbsolute <= 1e-5, `${parity.maxAbsolute}`);
    assertEquals(parity.verdict, "equal");
    return { file, parity };
  } finally {
    await session.close();
    model.dispose();
  }
}

/** A model of one layer on inputs of these shapes. */
export function alone(
  shapes: readonly (readonly (number | null)[])[],
  layer: tfl.layers.Layer,
): tfl.LayersModel {
  const inputs = shapes.map((shape) => tfl.input({ shape: [...shape] }));
  const outputs = layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as tfl.SymbolicTensor;
  return tfl.model({ inputs, outputs });
}

const own = { key: rootKey(3), name: "layer" };
const sequence = [[5, 3]];
const masked = [[null, 6], [null]];

/** Every layer in every form, by what it is called here. */
export const everyForm: Readonly<Record<string, () => tfl.LayersModel>> = {
  ...Object.fromEntries(activations.flatMap((activation) => [
    [`dense, ${activation}`, () => alone([[3]], dense({ units: 5, activation, ...own }))],
  ])),
  "dense of a sequence": () => alone(sequence, dense({ units: 1, activation: "tanh", ...own })),
  "activation": () => alone([[2, 3, 1]], activation({ activation: "leakyRelu", name: "layer" })),
  "batchNorm of rows": () => alone([[5]], batchNorm({ name: "layer" })),
  "batchNorm of images": () => alone([[3, 2, 5]], batchNorm({ name: "layer", epsilon: 0.1 })),
  "layerNormalization, last axis": () =>
    alone([[4, 7]], layerNormalization({ axes: "last", name: "layer" })),
  "layerNormalization, whole sample": () =>
    alone([[4, 3, 2]], layerNormalization({ axes: "sample", epsilon: 0.01, name: "layer" })),
  "conv2d, valid": () =>
    alone([[7, 9, 3]], conv2d({ filters: 5, kernelSize: [3, 2], strides: [2, 3], ...own })),
  "conv2d, same, relu": () =>
    alone(
      [[5, 6, 1]],
      conv2d({
        filters: 2,
        kernelSize: 4,
        strides: [1, 2],
        padding: "same",
        activation: "relu",
        ...own,
      }),
    ),
  "attentionPooling": () => alone(sequence, attentionPooling({ units: 4, ...own })),
  "repeat": () => alone([[3]], repeat({ steps: 4, name: "layer" })),
  "dropout": () => alone([[3]], dropout({ rate: 0.5, name: "layer" })),
  "tfl.layers.flatten": () => alone([[2, 3, 4]], tfl.layers.flatten({ name: "layer" })),
  "tfl.layers.reshape": () =>
    alone([[2, 6]], tfl.layers.reshape({ targetShape: [3, -1], name: "layer" })),
  "tfl.layers.concatenate": () =>
    alone([[2, 3], [1, 3]], tfl.layers.concatenate({ axis: 1, name: "layer" })),
  ...Object.fromEntries(
    ([1, 2] as const).flatMap((biases) =>
      [true, false].flatMap((returnSequences) => {
        const form = `biases ${biases}, ${returnSequences ? "sequences" : "last state"}`;
        const cell = { units: 4, biases, returnSequences, ...own };
        return [
          [`lstm, ${form}`, () => alone(sequence, lstm(cell))],
          [`lstm, ${form}, backwards`, () => alone(sequence, lstm({ ...cell, goBackwards: true }))],
          [`lstm, ${form}, steps`, () => alone([[3]], lstm({ ...cell, steps: 6 }))],
          [`bidirectional, ${form}`, () => alone(sequence, bidirectional(cell))],
          [`lstm, ${form}, masked`, () => alone(masked, lstm(cell))],
          [`bidirectional, ${form}, masked`, () => alone(masked, bidirectional(cell))],
        ];
      })
    ),
  ),
  "lstm of one unit, one step": () =>
    alone([[1, 1]], lstm({ units: 1, biases: 2, returnSequences: true, ...own })),
  "lstm with states": () =>
    alone(
      [[5, 3], [4], [4]],
      lstm({ units: 4, biases: 2, returnSequences: true, returnState: true, ...own }),
    ),
  "lstm of an open time": () =>
    alone(
      [[null, 3], [4], [4]],
      lstm({ units: 4, biases: 2, returnSequences: true, returnState: true, ...own }),
    ),
  "bidirectional of an open time": () =>
    alone([[null, 3]], bidirectional({ units: 4, biases: 2, returnSequences: true, ...own })),
  "attentionPooling of an open time": () =>
    alone([[null, 3]], attentionPooling({ units: 4, ...own })),
  "lstm, last state, backwards, masked": () =>
    alone(
      masked,
      lstm({ units: 4, biases: 2, returnSequences: false, goBackwards: true, ...own }),
    ),
  "attentionPooling, masked": () => alone(masked, attentionPooling({ units: 4, ...own })),
  "lastStep, masked": () => alone(masked, lastStep({ name: "layer" })),
  "lastStep, bidirectional, masked": () =>
    alone(masked, lastStep({ bidirectional: true, name: "layer" })),
  "tfl.layers.lstm": () => alone(sequence, stockLstm(own.name)),
  "tfl.layers.bidirectional": () =>
    alone(
      sequence,
      tfl.layers.bidirectional({
        layer: stockLstm("one") as tfl.RNN,
        mergeMode: "concat",
        name: own.name,
      }),
    ),
  "every layer": everyLayer,
};

/** The stock layer that one of ours is loaded as. */
function stockLstm(name: string): tfl.layers.Layer {
  // Of tfjs, since a stock wrapper makes its layers from their settings and knows no initializers of ours.
  const drawn = tfl.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed: 5 });
  return tfl.layers.lstm({
    units: 4,
    recurrentActivation: "sigmoid",
    kernelInitializer: drawn,
    recurrentInitializer: drawn,
    returnSequences: true,
    name,
  });
}
