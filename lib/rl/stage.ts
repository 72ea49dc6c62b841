/**
 * An environment as an agent that learns sees it: the states before it, and what it has been paid so far.
 *
 * @module
 */

import type { Resumable, SavedState, State } from "../train/state.ts";
import type { VectorEnvironment } from "./environment.ts";
import type { Transitions } from "./replay.ts";
import { type Collected, Tally } from "./tally.ts";

/** Takes the steps of an agent in an environment, from its beginning. */
export class Stage implements Resumable {
  readonly environment: VectorEnvironment;
  readonly #tally = new Tally();

  constructor(environment: VectorEnvironment) {
    environment.reset();
    this.environment = environment;
  }

  get collected(): Collected {
    return this.#tally.collected;
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
    this.#tally.add(rewards, (i) => dones[i] === 1);
    return { states, actions, rewards, nextStates: this.observe(), dones };
  }

  state(): State {
    const own = Object.entries(this.environment.state())
      .map(([name, value]) => [`environment/${name}`, value] as const);
    return { ...Object.fromEntries(own), ...this.#tally.state() };
  }

  restore(saved: SavedState): void {
    this.environment.restore(saved.within("environment"));
    this.#tally.restore(saved);
  }
}
