/**
 * Making things trainable: a tf.layers model with a loss, or a closure over variables.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";
import { inputsOf } from "./batch.ts";
import type { Loss } from "./loss.ts";
import type { Batch, NamedVariable, Trainable } from "./types.ts";

/**
 * A model, of one input or several, as something `fit` can train. Weights are named `layer/weight` (`lstm1/kernel`), nested models
 * `model/layer/weight`, whatever else lives in the process; a layer with weights needs a name of its own.
 *
 * @throws {RangeError} When two weights get the same name.
 *
 * @example
 * ```ts
 * import { dense, mseLoss, modelTrainable, openDevice, rootKey, tfl } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const x = tfl.input({ shape: [3] });
 * const head = dense({ units: 1, activation: "linear", key: rootKey(1), name: "head" });
 * const model = tfl.model({ inputs: x, outputs: head.apply(x) as tfl.SymbolicTensor });
 * const names = modelTrainable(model, mseLoss).trainable.map(({ name }) => name);
 * assertEquals(names, ["head/kernel", "head/bias"]);
 * ```
 */
export function modelTrainable(model: tfl.LayersModel, loss: Loss): Trainable {
  return {
    ...weightsOf(model),
    loss: (batch: Batch, training: boolean) =>
      tf.tidy(() => loss(model.apply(inputsOf(batch), { training }) as tf.Tensor, batch.y)),
  };
}

/**
 * The weights of a model, named as {@linkcode modelTrainable} says, and those that an optimiser moves.
 *
 * @throws {RangeError} When two weights get the same name.
 */
export function weightsOf(model: tfl.LayersModel): Pick<Trainable, "weights" | "trainable"> {
  const weights = namedWeights(model.layers, "");
  const names = new Set<string>();
  for (const { name } of weights) {
    if (names.has(name)) {
      throw new RangeError(
        `Cannot train the model: two of its weights are called "${name}". Give every layer its own name`,
      );
    }
    names.add(name);
  }
  return { weights, trainable: weights.filter(({ variable }) => variable.trainable) };
}

/**
 * Variables and a loss over them as something `fit` can train.
 *
 * @example
 * ```ts
 * import { closureTrainable, mseLoss, openDevice, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const slope = { name: "slope", variable: tf.variable(tf.scalar(0)) };
 * const line = closureTrainable({
 *   trainable: [slope],
 *   loss: ({ x, y }) => mseLoss(tf.mul(x, slope.variable), y),
 * });
 * assertEquals(line.weights, [slope]);
 * ```
 */
export function closureTrainable(
  { trainable, weights = trainable, loss }: {
    readonly trainable: readonly NamedVariable[];
    /** All that prediction needs; `trainable` when absent. */
    readonly weights?: readonly NamedVariable[];
    readonly loss: (batch: Batch, training: boolean) => tf.Scalar;
  },
): Trainable {
  return { trainable, weights, loss: (batch, training) => tf.tidy(() => loss(batch, training)) };
}

/** The weights of layers, named `layer/weight`, nested models `model/layer/weight`. */
export function namedWeights(layers: readonly tfl.layers.Layer[], path: string): NamedVariable[] {
  return layers.flatMap((layer) => {
    const inner = (layer as { layers?: tfl.layers.Layer[] }).layers;
    if (inner !== undefined) return namedWeights(inner, `${path}${layer.name}/`);
    return layer.weights.map((weight) => ({
      // tfjs makes names unique in the process by numbering them; the original is the same every time.
      name: `${path}${layer.name}/${
        weight.originalName.slice(weight.originalName.indexOf("/") + 1)
      }`,
      variable: weight.read() as tf.Variable,
    }));
  });
}
