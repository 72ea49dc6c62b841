/**
 * Test support: environments with continuous actions that are small enough to be seen through.
 *
 * @module
 */

import { uniform } from "../random/distributions.ts";
import { numbers, type SavedState, type State } from "../train/state.ts";
import type { ContinuousEnvironment } from "./environment.ts";
import type { Side } from "./testing.ts";

/** What a {@linkcode walking} environment looks like, and when its episodes end. */
export interface WalkingOptions extends Side {
  /** Default 0: no camera. */
  readonly frameSide?: number;
  /** Steps after which an episode is broken off. Default 12. */
  readonly steps?: number;
  /** Distance from the middle beyond which it ends. Default 2. */
  readonly limit?: number;
}

/**
 * A point on a line that moves by its action, and is paid for being near the middle. It sees where it is, the
 * number of its episode and that of the step; every pixel of a frame is `16 · episode + step`.
 */
export function walking(
  { key, count, frameSide = 0, steps = 12, limit = 2 }: WalkingOptions,
): ContinuousEnvironment {
  const at = new Float64Array(count), episodes = new Float64Array(count);
  const taken = new Float64Array(count), ended = new Float64Array(count);
  const begin = (i: number) => {
    const [start] = uniform(key.at(i).at(episodes[i]!++), 1, -1, 1);
    at[i] = start!;
    taken[i] = ended[i] = 0;
  };
  const environment: ContinuousEnvironment = {
    ...{ count, frameSide, stateSize: 3, actionSize: 1 },
    reset() {
      episodes.fill(0);
      for (let i = 0; i < count; i++) begin(i);
    },
    observe(states, frames) {
      const pixels = frameSide * frameSide;
      for (let i = 0; i < count; i++) {
        states.set([at[i]!, episodes[i]!, taken[i]!], 3 * i);
        frames.fill(16 * episodes[i]! + taken[i]!, i * pixels, (i + 1) * pixels);
      }
    },
    step(actions, rewards, terminals, truncations) {
      for (let i = 0; i < count; i++) {
        at[i]! += 0.5 * actions[i]!;
        taken[i]!++;
        rewards[i] = 1 - Math.abs(at[i]!);
        terminals[i] = Number(Math.abs(at[i]!) > limit);
        truncations[i] = Number(terminals[i] === 0 && taken[i] === steps);
        ended[i] = terminals[i]! + truncations[i]!;
      }
    },
    renew() {
      for (let i = 0; i < count; i++) if (ended[i] === 1) begin(i);
    },
    begins: (i) => taken[i] === 0,
    state: (): State => ({ now: numbers([...at, ...episodes, ...taken, ...ended]) }),
    restore(saved: SavedState) {
      const now = saved.numbers("now");
      [at, episodes, taken, ended].forEach((array, k) =>
        array.set(now.subarray(k * count, (k + 1) * count))
      );
    },
  };
  environment.reset();
  return environment;
}

/** An episode is one step, and the best action is the state, a number in [-0.8, 0.8]. */
export function aiming({ key, count }: Side): ContinuousEnvironment {
  const at = new Float32Array(count);
  let episode = 0;
  const begin = () => at.set(uniform(key.at(episode++), count, -0.8, 0.8));
  begin();
  return {
    ...{ count, frameSide: 0, stateSize: 1, actionSize: 1 },
    reset() {
      episode = 0;
      begin();
    },
    observe: (states) => states.set(at),
    step(actions, rewards, terminals, truncations) {
      for (let i = 0; i < count; i++) rewards[i] = -Math.abs(actions[i]! - at[i]!);
      terminals.fill(1);
      truncations.fill(0);
    },
    renew: begin,
    begins: () => true,
    state: (): State => ({ episode: numbers([episode]), at: { shape: [count], data: at } }),
    restore(saved: SavedState) {
      episode = saved.number("episode");
      at.set(saved.floats("at"));
    },
  };
}
