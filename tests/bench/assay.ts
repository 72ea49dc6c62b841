/**
 * Assay's side of the bench: our layers and our Adam through the step that `fit` takes.
 *
 * @module
 */

import { openDevice } from "../../lib/device/device.ts";
import { readBack } from "../../lib/device/read_back.ts";
import { tf, tfl } from "../../lib/device/tf.ts";
import { batchNorm } from "../../lib/layers/batch_norm.ts";
import { dense } from "../../lib/layers/dense.ts";
import { dropout } from "../../lib/layers/dropout.ts";
import { lstm } from "../../lib/layers/lstm.ts";
import { repeat } from "../../lib/layers/repeat.ts";
import { normal } from "../../lib/random/distributions.ts";
import { type Key, rootKey } from "../../lib/random/key.ts";
import { Adam } from "../../lib/train/adam.ts";
import { mseLoss } from "../../lib/train/loss.ts";
import { trainStep } from "../../lib/train/step.ts";
import { modelTrainable } from "../../lib/train/trainable.ts";
import type { Case, LayerSpec } from "./cases.ts";
import { type BenchBackend, CannotRun, type Task } from "./protocol.ts";
import type { Training } from "./worker.ts";

/** Builds the network of a task, and its data from a fixed key. */
export async function open(task: Task): Promise<Training> {
  const { case: spec, backend, threads, learningRate } = task;
  const device = await openDevice({ backend, ...(threads === null ? {} : { threads }) });
  const key = rootKey(1);
  const model = buildModel(spec, backend, key.key("weights"));
  const trainable = modelTrainable(model, mseLoss);
  const adam = new Adam(trainable.trainable, { learningRate });
  const noise = (name: string, shape: number[]) =>
    tf.tensor(Float32Array.from(normal(key.key(name), tf.util.sizeFromShape(shape), 0, 1)), shape);
  const batch = {
    x: noise("x", [spec.batch, ...spec.input]),
    y: noise("y", [spec.batch, ...(model.outputShape as number[]).slice(1)]),
  };
  const stepKey = key.key("step");
  let taken = 0;
  return {
    about: device.numerics,
    parameters: trainable.trainable.reduce((sum, { variable }) => sum + variable.size, 0),
    async run(steps) {
      const losses: tf.Scalar[] = [];
      for (let s = 0; s < steps; s++) {
        losses.push(trainStep(trainable, adam, batch, stepKey.at(taken++)));
      }
      const read = await readBack(losses);
      tf.dispose(losses);
      const bad = read.find(([loss]) => !Number.isFinite(loss));
      if (bad) throw new Error(`The loss of ${spec.name} became ${bad[0]}`);
    },
  };
}

/**
 * The network of a case.
 *
 * @throws {CannotRun} When a layer of ours is missing.
 */
export function buildModel(spec: Case, backend: BenchBackend, key: Key): tfl.LayersModel {
  if (spec.carried) throw new CannotRun("the lstm layer takes no state yet");
  const input = tfl.input({ batchShape: [spec.batch, ...spec.input] });
  const output = spec.layers.reduce((x, layer, i) => {
    const name = `${layer.kind}${i + 1}`;
    return apply(layer, x, { backend, name, key: key.key(name) });
  }, input);
  return tfl.model({ inputs: input, outputs: output });
}

function apply(
  layer: LayerSpec,
  x: tfl.SymbolicTensor,
  { backend, name, key }: {
    readonly backend: BenchBackend;
    readonly name: string;
    readonly key: Key;
  },
): tfl.SymbolicTensor {
  const through = (layer: tfl.layers.Layer) => layer.apply(x) as tfl.SymbolicTensor;
  switch (layer.kind) {
    case "lstm": {
      const { units, sequences: returnSequences, both } = layer;
      const one = { units, biases: 2, returnSequences } as const;
      if (!both) return through(lstm({ ...one, key, name }));
      const way = (goBackwards: boolean, name: string) =>
        through(lstm({ ...one, goBackwards, key: key.key(name), name }));
      const [ahead, back] = [way(false, `${name}_forward`), way(true, `${name}_backward`)];
      const aligned = returnSequences ? new Reverse().apply(back) as tfl.SymbolicTensor : back;
      return tfl.layers.concatenate({ axis: -1 }).apply([ahead, aligned]) as tfl.SymbolicTensor;
    }
    case "repeat":
      return through(repeat({ steps: layer.steps, name }));
    case "dense":
      return through(dense({ units: layer.units, activation: layer.activation, key, name }));
    case "dropout":
      return through(dropout({ rate: layer.rate, name }));
    case "batchNorm":
      return through(batchNorm({ name }));
    case "conv": {
      const { filters, size: kernelSize, stride: strides } = layer;
      if (backend === "wasm") {
        throw new CannotRun(
          "there is no conv2d layer yet, and tfjs-wasm lacks its filter gradient",
        );
      }
      return through(tfl.layers.conv2d({ filters, kernelSize, strides, name }));
    }
    case "layerNorm":
      return through(
        tfl.layers.layerNormalization({ axis: x.shape.map((_, i) => i).slice(1), name }),
      );
    case "leakyRelu":
      return through(tfl.layers.leakyReLU({ alpha: layer.slope, name }));
    case "flatten":
      return through(tfl.layers.flatten({ name }));
  }
}

/** Turns a sequence around. */
class Reverse extends tfl.layers.Layer {
  static readonly className = "BenchReverse";

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.reverse(Array.isArray(inputs) ? inputs[0]! : inputs, 1);
  }
}
