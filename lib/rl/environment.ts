/**
 * What an agent learns in: several copies of one environment that step together.
 *
 * @module
 */

import type { SavedState } from "../train/state.ts";

/**
 * Environments side by side, with vectors as states and numbered actions. An environment that is done
 * starts its next episode at once: `observe` then gives that episode's first state.
 */
export interface VectorEnvironment {
  /** How many environments step together. */
  readonly count: number;
  /** Elements of a state. */
  readonly stateSize: number;
  /** How many actions there are; an action is an integer from 0 to `actions` − 1. */
  readonly actions: number;
  /** Starts every environment's first episode. */
  reset(): void;
  /** Writes the states of this moment, `[count, stateSize]`. */
  observe(into: Float32Array): void;
  /**
   * Takes one action in every environment.
   *
   * @param actions `[count]`.
   * @param rewards `[count]`, written.
   * @param dones `[count]`, written: 1 where the action ended an episode, else 0.
   */
  step(actions: Int32Array, rewards: Float32Array, dones: Uint8Array): void;
  /** All that determines what comes next. */
  save(): SavedState;
  /** Goes on from what `save` gave, in this process or another. */
  load(state: SavedState): void;
}
