/**
 * An environment as an agent that learns sees it: the states before it, and what it has been paid so far.
 *
 * @module
 */

import { numbers, type Resumable, type SavedState, type State } from "../train/state.ts";
import type { VectorEnvironment } from "./environment.ts";
import type { Transitions } from "./replay.ts";

/** What has been collected since the beginning, over all environments. */
export interface Collected {
  /** Steps of single environments. */
  readonly transitions: number;
  /** Episodes that ended. */
  readonly episodes: number;
  /** Sum of all rewards. */
  readonly reward: number;
}

/** Takes the steps of an agent in an environment, from its beginning. */
export class Stage implements Resumable {
  readonly environment: VectorEnvironment;
  #transitions = 0;
  #episodes = 0;
  #reward = 0;

  constructor(environment: VectorEnvironment) {
    environment.reset();
    this.environment = environment;
  }

  get collected(): Collected {
    return { transitions: this.#transitions, episodes: this.#episodes, reward: this.#reward };
  }

  /** The states, f32 `[count, stateSize]`, in a new array. */
  observe(): Float32Array<ArrayBuffer> {
    const { count, stateSize } = this.environment;
    const states = new Float32Array(count * stateSize);
    this.environment.observe(states);
    return states;
  }

  /** Acts on `states`, what was observed last. */
  act(states: Float32Array<ArrayBuffer>, actions: Int32Array): Transitions {
    const { count } = this.environment;
    const rewards = new Float32Array(count);
    const dones = new Uint8Array(count);
    this.environment.step(actions, rewards, dones);
    this.#transitions += count;
    for (let i = 0; i < count; i++) {
      this.#reward += rewards[i]!;
      this.#episodes += dones[i]!;
    }
    return { states, actions, rewards, nextStates: this.observe(), dones };
  }

  state(): State {
    const own = Object.entries(this.environment.state())
      .map(([name, value]) => [`environment/${name}`, value] as const);
    const collected = numbers([this.#transitions, this.#episodes, this.#reward]);
    return { ...Object.fromEntries(own), collected };
  }

  restore(saved: SavedState): void {
    this.environment.restore(saved.within("environment"));
    const [transitions, episodes, reward] = saved.numbers("collected");
    this.#transitions = transitions!;
    this.#episodes = episodes!;
    this.#reward = reward!;
  }
}
