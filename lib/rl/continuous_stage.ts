/**
 * An environment with continuous actions as an agent that learns sees it: what it does goes to its memory, and
 * what it is paid is counted.
 *
 * @module
 */

import { numbers, type Resumable, type SavedState, type State, together } from "../train/state.ts";
import type { ContinuousEnvironment } from "./environment.ts";
import type { EpisodeReplay } from "./episode_replay.ts";
import { type Collected, Tally } from "./tally.ts";

/** Episodes that ended. */
export interface EndedEpisodes {
  readonly count: number;
  /** Sum of an episode's rewards, mean over them; NaN of none. */
  readonly meanReturn: number;
  /** Steps of an episode, likewise. */
  readonly meanLength: number;
}

/** Takes the steps of an agent in an environment, from its beginning, and keeps them in a memory. */
export class ContinuousStage implements Resumable {
  readonly environment: ContinuousEnvironment;
  readonly #replay: EpisodeReplay;
  readonly #states: Float32Array;
  readonly #frames: Uint8Array;
  /** Of the episode that each environment is in. */
  readonly #returns: Float64Array;
  readonly #lengths: Float64Array;
  readonly #parts: Resumable;
  readonly #tally = new Tally();
  /** Episodes that ended since somebody asked, and sums over them. */
  #ended = { count: 0, returns: 0, lengths: 0 };

  constructor(environment: ContinuousEnvironment, replay: EpisodeReplay) {
    const { count, stateSize, frameSide } = environment;
    this.environment = environment;
    this.#replay = replay;
    this.#states = new Float32Array(count * stateSize);
    this.#frames = new Uint8Array(count * frameSide * frameSide);
    this.#returns = new Float64Array(count);
    this.#lengths = new Float64Array(count);
    this.#parts = together({ environment, replay });
    environment.reset();
    this.#begin();
  }

  get collected(): Collected {
    return this.#tally.collected;
  }

  /** What ended since this was last asked. */
  takeEnded(): EndedEpisodes {
    const { count, returns, lengths } = this.#ended;
    this.#ended = { count: 0, returns: 0, lengths: 0 };
    return { count, meanReturn: returns / count, meanLength: lengths / count };
  }

  /**
   * Acts in every environment.
   *
   * @param actions f32 `[count, actionSize]`.
   * @throws {RangeError} When the environment gives a number that is not finite.
   */
  act(actions: Float32Array): void {
    const { count } = this.environment;
    const rewards = new Float32Array(count);
    const terminals = new Uint8Array(count), truncations = new Uint8Array(count);
    this.environment.step(actions, rewards, terminals, truncations);
    this.environment.observe(this.#states, this.#frames);
    const scene = { states: this.#states, frames: this.#frames };
    this.#replay.add({ actions, rewards, terminals }, scene);
    const hasEnded = (i: number) => terminals[i] === 1 || truncations[i] === 1;
    this.#tally.add(rewards, hasEnded);
    let ended = false;
    for (let i = 0; i < count; i++) {
      this.#returns[i]! += rewards[i]!;
      this.#lengths[i]!++;
      if (!hasEnded(i)) continue;
      ended = true;
      this.#ended.count++;
      this.#ended.returns += this.#returns[i]!;
      this.#ended.lengths += this.#lengths[i]!;
      this.#returns[i] = this.#lengths[i] = 0;
    }
    if (!ended) return;
    this.environment.renew();
    this.#begin();
  }

  /** Environment and memory, and what was counted. */
  state(): State {
    const { count, returns, lengths } = this.#ended;
    return {
      ...this.#parts.state(),
      ...this.#tally.state(),
      under_way: numbers([...this.#returns, ...this.#lengths]),
      ended: numbers([count, returns, lengths]),
    };
  }

  restore(saved: SavedState): void {
    this.#parts.restore(saved);
    this.#tally.restore(saved);
    const underWay = saved.numbers("under_way");
    this.#returns.set(underWay.subarray(0, this.#returns.length));
    this.#lengths.set(underWay.subarray(this.#returns.length));
    const [count, returns, lengths] = saved.numbers("ended");
    this.#ended = { count: count!, returns: returns!, lengths: lengths! };
  }

  /** Keeps the first moments of episodes. */
  #begin(): void {
    this.environment.observe(this.#states, this.#frames);
    const fresh = Uint8Array.from(
      { length: this.environment.count },
      (_, i) => Number(this.environment.begins(i)),
    );
    this.#replay.begin({ states: this.#states, frames: this.#frames }, fresh);
  }
}
