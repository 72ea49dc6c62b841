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

/**
 * `count` independent environments with continuous actions that step together, seen as numbers, as pictures, or
 * as both. As in {@linkcode VectorEnvironment} nothing ambient has a say.
 *
 * An episode ends in one of two ways, and what it then reached is still there to be observed: after a
 * truncation it has a future, whose value is to be reckoned with. `renew()` begins the next one.
 *
 * ```ts ignore
 * environment.observe(states, frames);
 * environment.step(actions, rewards, terminals, truncations);
 * environment.observe(nextStates, nextFrames); // where an episode ended, its last state
 * environment.renew(); // there the next observe() gives the first state of another
 * ```
 */
export interface ContinuousEnvironment extends Resumable {
  /** Environments side by side. */
  readonly count: number;
  /** Numbers in a state. */
  readonly stateSize: number;
  /** Numbers in an action. */
  readonly actionSize: number;
  /** Width and height of a frame in pixels; 0 where there is no camera. */
  readonly frameSide: number;
  /** Begins everything anew, as it was made: the same actions meet the same fate as the first time. */
  reset(): void;
  /**
   * Writes what is seen at this moment. Frames are single: stacks are their reader's.
   *
   * @param states f32 `[count, stateSize]`, written.
   * @param frames u8 grey `[count, frameSide, frameSide]`, written, rows from the top; empty without a camera.
   */
  observe(states: Float32Array, frames: Uint8Array): void;
  /**
   * Takes an action in each environment.
   *
   * @param actions f32 `[count, actionSize]`; numbers beyond [-1, 1] count as the nearer end.
   * @param rewards f32 `[count]`, written.
   * @param terminals `[count]`, written: 1 where the episode ended with this step and has no future, else 0.
   * @param truncations `[count]`, written: 1 where it was broken off with this step and has one, else 0.
   * @throws {RangeError} When an episode has ended and was not renewed, or an action is NaN.
   */
  step(
    actions: Float32Array,
    rewards: Float32Array,
    terminals: Uint8Array,
    truncations: Uint8Array,
  ): void;
  /** Begins the next episode wherever the last step ended one. */
  renew(): void;
  /** Whether what environment `i` shows is the first of its episode: whoever stacks frames begins anew there. */
  begins(i: number): boolean;
}
