/**
 * What an agent has been paid so far.
 *
 * @module
 */

import { numbers, type Resumable, type SavedState, type State } from "../train/state.ts";

/** What has been collected since the beginning, over all environments. */
export interface Collected {
  /** Steps of single environments. */
  readonly transitions: number;
  /** Episodes that ended. */
  readonly episodes: number;
  /** Sum of all rewards. */
  readonly reward: number;
}

/** Counts what is collected. */
export class Tally implements Resumable {
  #collected: Collected = { transitions: 0, episodes: 0, reward: 0 };

  get collected(): Collected {
    return this.#collected;
  }

  /**
   * Counts a step of every environment.
   *
   * @param ended Whether the episode of environment `i` has.
   */
  add(rewards: Float32Array, ended: (i: number) => boolean): void {
    let { transitions, episodes, reward } = this.#collected;
    transitions += rewards.length;
    for (let i = 0; i < rewards.length; i++) {
      reward += rewards[i]!;
      if (ended(i)) episodes++;
    }
    this.#collected = { transitions, episodes, reward };
  }

  state(): State {
    const { transitions, episodes, reward } = this.#collected;
    return { collected: numbers([transitions, episodes, reward]) };
  }

  restore(saved: SavedState): void {
    const [transitions, episodes, reward] = saved.numbers("collected");
    this.#collected = { transitions: transitions!, episodes: episodes!, reward: reward! };
  }
}
