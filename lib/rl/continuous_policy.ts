/**
 * Ways to act where actions are continuous.
 *
 * @module
 */

import { readBack } from "../device/read_back.ts";
import type { ContinuousEnvironment } from "./environment.ts";
import { FrameStacks } from "./frame_stacks.ts";
import type { Td3Learner } from "./td3_learner.ts";

/**
 * Writes an action for each environment.
 *
 * @param actions f32 `[count, actionSize]`, written.
 * @param step How many times it was asked before, so that what it draws depends on nothing else.
 */
export type ContinuousPolicy = (
  environment: ContinuousEnvironment,
  actions: Float32Array,
  step: number,
) => void | Promise<void>;

/**
 * What a learner would do, without noise. One read-back serves all environments. It remembers the last frames of
 * the environments that it acts in, so it is to be asked at every step of them.
 *
 * @param stack Frames that make an image. Default 4.
 *
 * @example
 * ```ts
 * import { dense, type Key, openDevice, rootKey, tfl } from "assay";
 * import { aiming } from "./continuous_testing.ts";
 * import { Td3Learner } from "./td3_learner.ts";
 * import { assert } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const head = (inputs: number, activation: "tanh" | "linear") => (key: Key) => {
 *   const input = tfl.input({ shape: [inputs] });
 *   const outputs = dense({ units: 1, activation, key, name: "head" }).apply(input);
 *   return tfl.model({ inputs: input, outputs: outputs as tfl.SymbolicTensor });
 * };
 * const networks = { actor: head(1, "tanh"), critic: head(2, "linear") };
 * const learner = new Td3Learner({ networks, key: rootKey(1) });
 * const actions = new Float32Array(3).fill(NaN);
 * await actorPolicy(learner)(aiming({ key: rootKey(2), count: 3 }), actions, 0);
 * assert(actions.every((action) => Math.abs(action) < 1));
 * learner.dispose();
 * ```
 */
export function actorPolicy(learner: Td3Learner, stack = 4): ContinuousPolicy {
  let known: ContinuousEnvironment | null = null;
  let stacks = new FrameStacks(0, 0, stack);
  return async (environment, actions) => {
    const { count, stateSize, frameSide } = environment;
    if (environment !== known) stacks = new FrameStacks(count, frameSide, stack);
    known = environment;
    const vectors = new Float32Array(count * stateSize);
    const frames = new Uint8Array(count * frameSide * frameSide);
    environment.observe(vectors, frames);
    const fresh = Uint8Array.from({ length: count }, (_, i) => Number(environment.begins(i)));
    stacks.push(frames, fresh);
    const chosen = learner.act({ images: stacks.images(), vectors }, count);
    const [read] = await readBack([chosen]);
    chosen.dispose();
    actions.set(read!);
  };
}
