/**
 * Test support: environments with continuous actions that are small enough to be seen through, and networks for
 * them.
 *
 * @module
 */

import { tfl } from "../device/tf.ts";
import type { Activation } from "../kernels/arithmetic/activation.ts";
import { activation } from "../layers/activation.ts";
import { dense } from "../layers/dense.ts";
import { constant, kaimingNormal } from "../layers/initializers.ts";
import { layerNormalization } from "../layers/layer_norm.ts";
import { uniform } from "../random/distributions.ts";
import type { Key } from "../random/key.ts";
import { numbers, type SavedState, type State } from "../train/state.ts";
import type { ActorCriticNetworks } from "./actor_critic.ts";
import type { ContinuousEnvironment } from "./environment.ts";
import type { Side } from "./testing.ts";

/** What a {@linkcode walking} environment looks like, and when its episodes end. */
export interface WalkingOptions extends Side {
  /** Default 0: no camera. */
  readonly frameSide?: number;
  /** Whether it also sees the numbers of its episode and of the step. Default `false`. */
  readonly numbered?: boolean;
  /** Steps after which an episode is broken off. Default 12. */
  readonly steps?: number;
  /** Distance from the middle beyond which it ends. Default 2. */
  readonly limit?: number;
}

/**
 * A point on a line that moves by its action, and is paid for being near the middle. It sees where it is; every
 * pixel of a frame is `16 · episode + step`.
 */
export function walking(
  { key, count, frameSide = 0, numbered = false, steps = 12, limit = 2 }: WalkingOptions,
): ContinuousEnvironment {
  const at = new Float64Array(count), episodes = new Float64Array(count);
  const taken = new Float64Array(count), ended = new Float64Array(count);
  const begin = (i: number) => {
    const [start] = uniform(key.at(i).at(episodes[i]!++), 1, -1, 1);
    at[i] = start!;
    taken[i] = ended[i] = 0;
  };
  const environment: ContinuousEnvironment = {
    ...{ count, frameSide, stateSize: numbered ? 3 : 1, actionSize: 1 },
    reset() {
      episodes.fill(0);
      for (let i = 0; i < count; i++) begin(i);
    },
    observe(states, frames) {
      const pixels = frameSide * frameSide;
      for (let i = 0; i < count; i++) {
        if (numbered) states.set([at[i]!, episodes[i]!, taken[i]!], 3 * i);
        else states[i] = at[i]!;
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

/** Sizes of {@linkcode networksOf}. */
export interface NetworkSizes {
  /** Shape of an image; none where it is left out. */
  readonly image?: readonly number[];
  /** Numbers beside it. */
  readonly stateSize: number;
  readonly actionSize: number;
  /** Units of a hidden layer. */
  readonly hidden: number;
  /** Features of an image. Default 8. */
  readonly features?: number;
  /** Whether they are normalised. Default `true`. */
  readonly layerNorm?: boolean;
}

/** An encoder of one dense layer, and heads with two hidden ones. */
export function networksOf(sizes: NetworkSizes): ActorCriticNetworks {
  const { image, stateSize, actionSize, hidden, features = 8, layerNorm = true } = sizes;
  const own = (key: Key, name: string) => ({ key: key.key(name), name });
  const stack = (shape: readonly number[], layers: readonly tfl.layers.Layer[]) => {
    const input = tfl.input({ shape: [...shape] });
    const outputs = layers.reduce<tfl.SymbolicTensor>(
      (x, layer) => layer.apply(x) as tfl.SymbolicTensor,
      input,
    );
    return tfl.model({ inputs: input, outputs });
  };
  const head = (inputs: number, units: number, activation: Activation) => (key: Key) =>
    stack([inputs], [
      dense({ units: hidden, activation: "relu", ...own(key, "first") }),
      dense({ units: hidden, activation: "relu", ...own(key, "second") }),
      dense({ units, activation, ...own(key, "last") }),
    ]);
  const width = stateSize + (image === undefined ? 0 : features);
  return {
    ...image === undefined ? {} : {
      encoder: (key: Key) =>
        stack(image, [
          ...image.length > 1 ? [tfl.layers.flatten({ name: "flat" })] : [],
          dense({
            units: features,
            activation: "linear",
            init: { kernel: kaimingNormal(key), bias: constant(0) },
            ...own(key, "features"),
          }),
          ...layerNorm ? [layerNormalization({ axes: "last", name: "norm" })] : [],
          activation({ activation: "leakyRelu", name: "leaky" }),
        ]),
    },
    actor: head(width, actionSize, "tanh"),
    critic: head(width + actionSize, 1, "linear"),
  };
}
