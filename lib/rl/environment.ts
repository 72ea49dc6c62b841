/**
 * What an agent acts in: environments side by side, so that one forward pass of its network serves all.
 *
 * @module
 */

import type { Resumable } from "../train/state.ts";

/**
 * `count` independent environments with discrete actions that step together. An environment draws from keys of
 * its own, never from anything ambient: its state and the actions determine what it does.
 */
export interface VectorEnvironment extends Resumable {
  /** Environments side by side. */
  readonly count: number;
  /** Numbers in a state. */
  readonly stateSize: number;
  /** Actions, numbered from 0. */
  readonly actions: number;
  /** Begins everything anew, as it was made: the same actions meet the same fate as the first time. */
  reset(): void;
  /** Writes the states of all environments into f32 `[count, stateSize]`. */
  observe(into: Float32Array): void;
  /**
   * Takes an action in each environment. One that is done starts its next episode at once: `observe()` then
   * gives the first state of that.
   *
   * @param actions `[count]`.
   * @param rewards f32 `[count]`, written.
   * @param dones `[count]`, written: 1 where the episode ended with this step, and else 0.
   */
  step(actions: Int32Array, rewards: Float32Array, dones: Uint8Array): void;
}
