/**
 * Ways to act.
 *
 * @module
 */

import { readBack } from "../device/read_back.ts";
import { tf, type tfl } from "../device/tf.ts";
import { integers } from "../random/distributions.ts";
import type { Key } from "../random/key.ts";

/**
 * Chooses an action for each of `count` states.
 *
 * @param states f32 `[count, stateSize]`.
 * @param step How many times it was asked before, so that what it draws depends on nothing else.
 * @returns `[count]`.
 */
export type Policy = (
  states: Float32Array<ArrayBuffer>,
  count: number,
  step: number,
) => Int32Array | Promise<Int32Array>;

/**
 * Always the same action.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(constantPolicy(2)(new Float32Array(6), 3, 0), Int32Array.of(2, 2, 2));
 * ```
 */
export function constantPolicy(action: number): Policy {
  return (_, count) => new Int32Array(count).fill(action);
}

/**
 * Any of the actions, equally likely.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assert } from "@std/assert";
 *
 * const drawn = await randomPolicy(rootKey(1), 3)(new Float32Array(100), 100, 0);
 * assert([0, 1, 2].every((action) => drawn.includes(action)));
 * ```
 */
export function randomPolicy(key: Key, actions: number): Policy {
  return (_, count, step) => integers(key.at(step), count, 0, actions);
}

/**
 * The action to which a network gives the highest score, the first of equals; dropout off. One read-back serves
 * all states.
 *
 * @param network From `[batch, stateSize]` to `[batch, actions]`, or to several outputs of which that is the
 * first: values of actions (DQN), or logits (PPO).
 *
 * @example
 * ```ts
 * import { dense, openDevice, rootKey, tfl } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const input = tfl.input({ shape: [2] });
 * const head = dense({ units: 3, activation: "linear", key: rootKey(1), name: "head" });
 * const network = tfl.model({ inputs: input, outputs: head.apply(input) as tfl.SymbolicTensor });
 * const actions = await greedyPolicy(network)(new Float32Array(8), 4, 0);
 * assertEquals(actions.length, 4);
 * ```
 */
export function greedyPolicy(network: tfl.LayersModel): Policy {
  return async (states, count) => {
    const scores = tf.tidy(() => outputsOf(network, states, count)[0]!);
    const [read] = await readBack([scores]);
    scores.dispose();
    return highest(read!, count);
  };
}

/** What a network makes of states on the host, its dropout off; belongs to the tidy around it. */
export function outputsOf(
  network: tfl.LayersModel,
  states: Float32Array,
  count: number,
): tf.Tensor[] {
  const outputs = network.apply(tf.tensor2d(states, [count, states.length / count]));
  return Array.isArray(outputs) ? outputs as tf.Tensor[] : [outputs as tf.Tensor];
}

/** The column of the largest number of each of `count` rows, the first of equals. */
export function highest(scores: Float32Array, count: number): Int32Array {
  const width = scores.length / count;
  const columns = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    let best = 0;
    for (let j = 1; j < width; j++) {
      if (scores[i * width + j]! > scores[i * width + best]!) best = j;
    }
    columns[i] = best;
  }
  return columns;
}
