/**
 * Assay's side of the bench: our layers and our Adam through the step that `fit` takes.
 *
 * @module
 */

import { openDevice } from "../../lib/device/device.ts";
import { readBack } from "../../lib/device/read_back.ts";
import { tf, tfl } from "../../lib/device/tf.ts";
import { activation } from "../../lib/layers/activation.ts";
import { bidirectional } from "../../lib/layers/bidirectional.ts";
import { batchNorm } from "../../lib/layers/batch_norm.ts";
import { conv2d } from "../../lib/layers/conv2d.ts";
import { dense } from "../../lib/layers/dense.ts";
import { dropout } from "../../lib/layers/dropout.ts";
import { layerNormalization } from "../../lib/layers/layer_norm.ts";
import { lstm } from "../../lib/layers/lstm.ts";
import { normal } from "../../lib/random/distributions.ts";
import { type Key, rootKey } from "../../lib/random/key.ts";
import { Adam } from "../../lib/train/adam.ts";
import { mseLoss } from "../../lib/train/loss.ts";
import { trainStep } from "../../lib/train/step.ts";
import { closureTrainable, modelTrainable } from "../../lib/train/trainable.ts";
import type { Batch, Trainable } from "../../lib/train/types.ts";
import type { Case, LayerSpec } from "./cases.ts";
import { CannotRun, type Task } from "./protocol.ts";
import type { Training } from "./worker.ts";

/** A network of our own under training. */
export interface AssayTraining extends Training {
  readonly variables: readonly tf.Variable[];
}

/** Builds the network of a task, and its data from a fixed key. */
export async function open(
  task: Pick<Task, "case" | "backend" | "threads" | "learningRate">,
): Promise<AssayTraining> {
  const { case: spec, backend, threads, learningRate } = task;
  const device = await openDevice({ backend, ...(threads === null ? {} : { threads }) });
  const key = rootKey(1);
  const { trainable, batch } = assemble(spec, key);
  const adam = new Adam(trainable.trainable, { learningRate });
  const stepKey = key.key("step");
  const variables = trainable.trainable.map(({ variable }) => variable);
  let taken = 0;
  return {
    about: device.numerics,
    variables,
    parameters: variables.reduce((sum, { size }) => sum + size, 0),
    async run(steps) {
      const losses: tf.Scalar[] = [];
      for (let s = 0; s < steps; s++) {
        const { loss, gradientNorm } = trainStep(trainable, adam, batch, stepKey.at(taken++));
        gradientNorm.dispose();
        losses.push(loss);
      }
      const read = await readBack(losses);
      tf.dispose(losses);
      const bad = read.find(([loss]) => !Number.isFinite(loss));
      if (bad) throw new Error(`The loss of ${spec.name} became ${bad[0]}`);
    },
  };
}

/** The network of a case under its loss, and the one batch of noise that it is trained on. */
export function assemble(
  spec: Case,
  key: Key,
): { readonly trainable: Trainable; readonly batch: Batch } {
  const model = buildModel(spec, key.key("weights"));
  const noise = (name: string, shape: number[]) =>
    tf.tensor(Float32Array.from(normal(key.key(name), tf.util.sizeFromShape(shape), 0, 1)), shape);
  return {
    trainable: spec.carried ? carrying(spec, key.key("weights")) : modelTrainable(model, mseLoss),
    batch: {
      x: noise("x", [spec.batch, ...spec.input]),
      y: noise("y", [spec.batch, ...(model.outputShape as number[]).slice(1)]),
    },
  };
}

/** The network of a case. */
export function buildModel(spec: Case, key: Key): tfl.LayersModel {
  const input = tfl.input({ batchShape: [spec.batch, ...spec.input] });
  let steps = 1;
  const output = spec.layers.reduce((x, layer, i) => {
    const name = `${layer.kind}${i + 1}`;
    if (layer.kind === "repeat") steps = layer.steps;
    return apply(layer, x, { steps, name, key: key.key(name) });
  }, input);
  return tfl.model({ inputs: input, outputs: output });
}

/** The recurrent layer and the dense one of a case whose state goes on from batch to batch. */
function carrying({ batch, input, layers }: Case, key: Key): Trainable {
  const [recurrent, head] = layers;
  if (recurrent?.kind !== "lstm" || head?.kind !== "dense" || layers.length !== 2) {
    throw new CannotRun("state is carried through an lstm and a dense layer only");
  }
  const { units } = recurrent;
  const symbols = [input, [units], [units]]
    .map((shape) => tfl.input({ batchShape: [batch, ...shape] }));
  const memory = lstm({
    units,
    biases: 2,
    returnSequences: true,
    returnState: true,
    key: key.key("lstm"),
    name: "lstm",
  });
  const readout = dense({
    units: head.units,
    activation: head.activation,
    key: key.key("dense"),
    name: "dense",
  });
  const [sequence] = memory.apply(symbols) as tfl.SymbolicTensor[];
  const model = tfl.model({
    inputs: symbols,
    outputs: readout.apply(sequence!) as tfl.SymbolicTensor,
  });
  const states = [0, 1].map(() => tf.variable(tf.zeros([batch, units]), false));
  const { trainable, weights } = modelTrainable(model, mseLoss);
  return closureTrainable({
    trainable,
    weights,
    loss({ x, y }) {
      // Not through the model: a tfjs model calls a layer once for each of its outputs.
      const [hidden, ...next] = memory.apply([x, ...states]) as tf.Tensor[];
      next.forEach((state, i) => states[i]!.assign(state));
      return mseLoss(readout.apply(hidden!) as tf.Tensor, y);
    },
  });
}

function apply(
  layer: LayerSpec,
  x: tfl.SymbolicTensor,
  { steps, name, key }: {
    /** Times that a recurrent layer reads a vector. */
    readonly steps: number;
    readonly name: string;
    readonly key: Key;
  },
): tfl.SymbolicTensor {
  const through = (layer: tfl.layers.Layer) => layer.apply(x) as tfl.SymbolicTensor;
  switch (layer.kind) {
    case "lstm": {
      const { units, sequences: returnSequences, both } = layer;
      const one = { units, biases: 2, returnSequences, key, name } as const;
      if (both) return through(bidirectional(one));
      return through(lstm(x.rank === 2 ? { ...one, steps } : one));
    }
    case "repeat":
      // The next recurrent layer reads the vector so many times.
      return x;
    case "dense":
      return through(dense({ units: layer.units, activation: layer.activation, key, name }));
    case "dropout":
      return through(dropout({ rate: layer.rate, name }));
    case "batchNorm":
      return through(batchNorm({ name }));
    case "conv": {
      const { filters, size: kernelSize, stride: strides } = layer;
      return through(conv2d({ filters, kernelSize, strides, key, name }));
    }
    case "layerNorm":
      return through(layerNormalization({ axes: "sample", name }));
    case "leakyRelu":
      return through(activation({ activation: "leakyRelu", name }));
    case "flatten":
      return through(tfl.layers.flatten({ name }));
  }
}
