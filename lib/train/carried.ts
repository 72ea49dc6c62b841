/**
 * Recurrent models whose state goes on from one batch to the next.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";
import type { Loss } from "./loss.ts";
import { namedWeights } from "./trainable.ts";
import type { Batch, NamedVariable, Trainable } from "./types.ts";

/** A model step by step: from inputs and the states before them to answers and the states after them. */
export interface StatefulModel {
  /** Its layers with weights, each with a name of its own. */
  readonly layers: readonly tfl.layers.Layer[];
  /** Width of the inputs. */
  readonly features: number;
  /** Widths of the states, such as hidden and cell state of an LSTM. */
  readonly states: readonly number[];
  /**
   * @param x f32 `[batch, time, features]`.
   * @param states f32 `[batch, width]` each.
   */
  forward(
    x: tf.Tensor,
    states: readonly tf.Tensor[],
  ): { readonly y: tf.Tensor; readonly states: readonly tf.Tensor[] };
}

/**
 * An LSTM and a head over its output at every step, as a {@linkcode StatefulModel}.
 *
 * @param memory An `lstm()` with `returnSequences` and `returnState`.
 * @param head A layer from `[batch, time, units]` to answers, such as `dense()`.
 *
 * @example
 * ```ts
 * import { dense, lstm, openDevice, rootKey, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const key = rootKey(1);
 * const states = { returnSequences: true, returnState: true };
 * const memory = lstm({ units: 4, biases: 1, ...states, key: key.key("memory"), name: "memory" });
 * const head = dense({ units: 1, activation: "linear", key: key.key("head"), name: "head" });
 * const model = statefulLstm(memory, head, { features: 2, units: 4 });
 * const { y, states: after } = model.forward(tf.zeros([3, 5, 2]), [tf.zeros([3, 4]), tf.zeros([3, 4])]);
 * assertEquals([y.shape, ...after.map(({ shape }) => shape)], [[3, 5, 1], [3, 4], [3, 4]]);
 * ```
 */
export function statefulLstm(
  memory: tfl.layers.Layer,
  head: tfl.layers.Layer,
  { features, units }: { readonly features: number; readonly units: number },
): StatefulModel {
  return {
    layers: [memory, head],
    features,
    states: [units, units],
    forward(x, states) {
      const [sequence, ...after] = memory.apply([x, ...states]) as tf.Tensor[];
      return { y: head.apply(sequence!) as tf.Tensor, states: after };
    },
  };
}

/**
 * A stateful model as something `fit` can train by truncated back-propagation through time: a training
 * batch goes on from the states that the one before it left (values only, no gradient), and from zero where
 * it is `fresh`. Everywhere else, validation included, sequences are whole and begin at zero.
 *
 * @param streams Sequences side by side in a training batch.
 *
 * @example
 * ```ts
 * import { dense, lstm, mseLoss, openDevice, rootKey, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const key = rootKey(1);
 * const states = { returnSequences: true, returnState: true };
 * const memory = lstm({ units: 4, biases: 2, ...states, key: key.key("memory"), name: "memory" });
 * const head = dense({ units: 1, activation: "linear", key: key.key("head"), name: "head" });
 * const model = carriedTrainable(statefulLstm(memory, head, { features: 2, units: 4 }), mseLoss, 3);
 * assertEquals(model.trainable.length, 6);
 * assertEquals(model.carried?.map(({ variable }) => variable.shape), [[3, 4], [3, 4]]);
 * const batch = { x: tf.zeros([3, 5, 2]), y: tf.zeros([3, 5, 1]), fresh: true };
 * assertEquals(model.loss(batch, true).shape, []);
 * ```
 */
export function carriedTrainable(model: StatefulModel, loss: Loss, streams: number): Trainable {
  const zeros = (batch: number) => zeroStates(model, batch);
  // Layers have weights only once they have seen an input.
  tf.tidy(() => void model.forward(tf.zeros([1, 1, model.features]), zeros(1)));
  const weights = namedWeights(model.layers, "");
  const carried: NamedVariable[] = tf.tidy(() =>
    zeros(streams).map((value, i) => ({ name: `state${i}`, variable: tf.variable(value, false) }))
  );
  return {
    weights,
    trainable: weights.filter(({ variable }) => variable.trainable),
    carried,
    loss: ({ x, y, fresh = false }: Batch, training: boolean) =>
      tf.tidy(() => {
        if (!training) return loss(fromRest(model)(x), y);
        const before = fresh ? zeros(streams) : carried.map(({ variable }) => variable);
        const { y: answer, states } = model.forward(x, before);
        states.forEach((state, i) => carried[i]!.variable.assign(state));
        return loss(answer, y);
      }),
  };
}

/**
 * A stateful model as a function of whole sequences, which begin at zero: `[batch, time, features]` to answers.
 *
 * @example
 * ```ts
 * import { dense, lstm, openDevice, rootKey, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const key = rootKey(1);
 * const states = { returnSequences: true, returnState: true };
 * const memory = lstm({ units: 4, biases: 1, ...states, key: key.key("memory"), name: "memory" });
 * const head = dense({ units: 1, activation: "linear", key: key.key("head"), name: "head" });
 * const answer = fromRest(statefulLstm(memory, head, { features: 2, units: 4 }));
 * assertEquals(answer(tf.zeros([3, 5, 2])).shape, [3, 5, 1]);
 * ```
 */
export function fromRest(model: StatefulModel): (x: tf.Tensor) => tf.Tensor {
  return (x) => tf.tidy(() => model.forward(x, zeroStates(model, x.shape[0]!)).y);
}

/**
 * A stateful model as a tf.layers model of sequences of any length, to be exported: inputs
 * `[x, ...states]`, outputs `[y, ...states after]`. Zero states are a sequence's beginning; the states after
 * a piece are those before the next. It has the stateful model's own layers: whichever is disposed first
 * disposes the weights of both.
 *
 * @param model One whose `forward` applies layers and nothing else, as that of {@linkcode statefulLstm} does.
 *
 * @example
 * ```ts
 * import { dense, exportOnnx, lstm, openDevice, readOnnx, rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const key = rootKey(1);
 * const states = { returnSequences: true, returnState: true };
 * const memory = lstm({ units: 4, biases: 1, ...states, key: key.key("memory"), name: "memory" });
 * const head = dense({ units: 1, activation: "linear", key: key.key("head"), name: "head" });
 * const model = streamingModel(statefulLstm(memory, head, { features: 2, units: 4 }));
 * const file = await exportOnnx(model, {
 *   inputNames: ["x", "h0", "c0"],
 *   outputNames: ["y", "hn", "cn"],
 * });
 * assertEquals(readOnnx(file, "a file").outputs, [
 *   { name: "y", shape: ["batch", "y_1", 1] },
 *   { name: "hn", shape: ["batch", 4] },
 *   { name: "cn", shape: ["batch", 4] },
 * ]);
 * ```
 */
export function streamingModel(model: StatefulModel): tfl.LayersModel {
  const x = tfl.input({ shape: [null, model.features] });
  const before = model.states.map((width) => tfl.input({ shape: [width] }));
  // Layers take symbolic tensors wherever they take values, which the types of `forward` leave out.
  const values = (tensors: readonly tfl.SymbolicTensor[]) => tensors as unknown as tf.Tensor[];
  const { y, states } = model.forward(values([x])[0]!, values(before));
  const outputs = [y, ...states] as unknown as tfl.SymbolicTensor[];
  return tfl.model({ inputs: [x, ...before], outputs });
}

function zeroStates({ states }: StatefulModel, batch: number): tf.Tensor[] {
  return states.map((width) => tf.zeros([batch, width]));
}
