/**
 * Test support: environments given by a table, small enough for their values to be computed exactly.
 *
 * @module
 */

import { decodeSafetensors, safetensorsParts } from "../dataset/safetensors.ts";
import { openDevice } from "../device/device.ts";
import { tf, tfl } from "../device/tf.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { layerNormalization } from "../layers/layer_norm.ts";
import { integers } from "../random/distributions.ts";
import type { Key } from "../random/key.ts";
import { loop } from "../train/loop.ts";
import { digestState, numbers, readState, SavedState, type State } from "../train/state.ts";
import type { Agent } from "./best_policy.ts";
import type { VectorEnvironment } from "./environment.ts";

/** What an action in a state leads to. */
export interface Outcome {
  readonly next: number;
  readonly reward: number;
  readonly done: boolean;
}

/** A Markov decision process: outcomes by state and action, and the states in which episodes begin. */
export interface Decisions {
  readonly outcomes: readonly (readonly Outcome[])[];
  readonly starts: readonly number[];
}

/** Where environments draw their first states from, and how many there are. */
export interface Side {
  readonly key: Key;
  readonly count: number;
}

/** A table as environments side by side; a state is seen one-hot. */
export function tabular({ outcomes, starts }: Decisions, { key, count }: Side): VectorEnvironment {
  const stateSize = outcomes.length;
  const at = new Int32Array(count);
  const episodes = new Int32Array(count);
  const begin = (i: number) => {
    const [drawn] = integers(key.at(i).at(episodes[i]!++), 1, 0, starts.length);
    at[i] = starts[drawn!]!;
  };
  const environment: VectorEnvironment = {
    count,
    stateSize,
    actions: outcomes[0]!.length,
    reset() {
      episodes.fill(0);
      for (let i = 0; i < count; i++) begin(i);
    },
    observe(into) {
      into.fill(0);
      for (let i = 0; i < count; i++) into[i * stateSize + at[i]!] = 1;
    },
    step(actions, rewards, dones) {
      for (let i = 0; i < count; i++) {
        const { next, reward, done } = outcomes[at[i]!]![actions[i]!]!;
        rewards[i] = reward;
        dones[i] = Number(done);
        at[i] = next;
        if (done) begin(i);
      }
    },
    state: (): State => ({ at: numbers(at), episodes: numbers(episodes) }),
    restore(saved: SavedState) {
      at.set(saved.numbers("at"));
      episodes.set(saved.numbers("episodes"));
    },
  };
  environment.reset();
  return environment;
}

/** A contextual bandit: `rewards[context][arm]`, and every step is an episode. */
export function bandit(rewards: readonly (readonly number[])[], side: Side): VectorEnvironment {
  const outcomes = rewards.map((arms, next) =>
    arms.map((reward) => ({ next, reward, done: true }))
  );
  return tabular({ outcomes, starts: rewards.map((_, context) => context) }, side);
}

/** Rewards of four contexts whose best arms differ: {@linkcode BEST_ARMS}. */
export const ARMS = [[0, 0.5, 1], [1, 0, 0.5], [0.5, 1, 0], [0.2, 0.4, 0.3]];

/** The arm of each context that pays most. */
export const BEST_ARMS = Int32Array.of(2, 0, 1, 1);

/** Five states in a row: left is worth 0.1 at the left end, right 1 at the right end; both end the episode. */
export const chain: Decisions = {
  outcomes: Array.from({ length: 5 }, (_, s) => [
    { next: Math.max(0, s - 1), reward: s === 0 ? 0.1 : 0, done: s === 0 },
    { next: Math.min(4, s + 1), reward: s === 4 ? 1 : 0, done: s === 4 },
  ]),
  starts: [0, 1, 2, 3, 4],
};

/** The first of two steps decides what the second is paid, whatever is done in it. */
export const delayed: Decisions = {
  outcomes: [
    [{ next: 1, reward: 0.2, done: false }, { next: 2, reward: 0, done: false }],
    [{ next: 0, reward: 0, done: true }, { next: 0, reward: 0, done: true }],
    [{ next: 0, reward: 1, done: true }, { next: 0, reward: 1, done: true }],
  ],
  starts: [0],
};

/** The values of the best policy by value iteration, `[state][action]`. */
export function bestValues({ outcomes }: Decisions, gamma: number): number[][] {
  let values = outcomes.map((actions) => actions.map(() => 0));
  for (let sweep = 0; sweep < 1000; sweep++) {
    values = outcomes.map((actions) =>
      actions.map(({ next, reward, done }) =>
        reward + (done ? 0 : gamma * Math.max(...values[next]!))
      )
    );
  }
  return values;
}

/** A network of one hidden layer with normalisation and dropout, and heads of the given widths. */
export function network(
  key: Key,
  { stateSize, hidden, heads }: {
    readonly stateSize: number;
    readonly hidden: number;
    readonly heads: readonly number[];
  },
): tfl.LayersModel {
  const input = tfl.input({ shape: [stateSize] });
  const layers = [
    dense({ units: hidden, activation: "relu", key: key.key("hidden"), name: "hidden" }),
    layerNormalization({ axes: "last", name: "norm" }),
    dropout({ rate: 0.1, name: "dropout" }),
  ];
  const seen = layers.reduce<tfl.SymbolicTensor>(
    (x, layer) => layer.apply(x) as tfl.SymbolicTensor,
    input,
  );
  const outputs = heads.map((units, i) => {
    const name = `head${i}`;
    const head = dense({ units, activation: "linear", key: key.key(name), name });
    return head.apply(seen) as tfl.SymbolicTensor;
  });
  return tfl.model({ inputs: input, outputs });
}

/** An agent that holds tensors. */
type Disposable = Agent & { dispose(): void };

/** Opens the device that agents are tested on. */
export async function openWasm(threads = 1): Promise<void> {
  await openDevice({ backend: "wasm", threads });
}

/** Lets an agent learn from step `from + 1` to step `to`; its losses. */
export async function learn(agent: Agent, to: number, from = 0): Promise<Float32Array> {
  const { trace } = await loop({
    state: { state: () => ({}), restore() {} },
    weights: agent.weights,
    fingerprintEvery: 256,
    steps: to - from,
    step: (n, trace) => agent.step(from + n, trace),
  }, { clock: () => 0 });
  return trace.losses;
}

/** Digest of everything that an agent is. */
export async function digestOf(agent: Agent): Promise<string> {
  return digestState(await readState(agent.state()));
}

/**
 * Digests of an agent after `to` steps: of one that took them all, and of one that took over from
 * its checkpoint at `from`.
 */
export async function interrupted(
  make: () => Disposable,
  from: number,
  to: number,
): Promise<[whole: string, continued: string]> {
  const whole = make();
  await learn(whole, from);
  const arrays = Object.fromEntries(await readState(whole.state()));
  const file = new Uint8Array(await new Blob(safetensorsParts(arrays)).arrayBuffer());
  const saved = new SavedState(decodeSafetensors(file, "test").tensors, "test");
  await learn(whole, to, from);
  const other = make();
  await learn(other, 3);
  other.restore(saved);
  await learn(other, to, from);
  const digests: [string, string] = [await digestOf(whole), await digestOf(other)];
  whole.dispose();
  other.dispose();
  return digests;
}

/** Digests of an agent after 20 steps, on one, two and three threads. */
export async function onThreads(make: () => Disposable): Promise<string[]> {
  const digests: string[] = [];
  for (const threads of [1, 2, 3]) {
    await openWasm(threads);
    const agent = make();
    await learn(agent, 20);
    digests.push(await digestOf(agent));
    agent.dispose();
  }
  return digests;
}

/** How many tensors there are before an agent is made, after each of four times 250 steps, and after its end. */
export async function tensorsThrough(
  make: () => Disposable,
): Promise<{ before: number; during: number[]; after: number }> {
  const before = tf.memory().numTensors;
  const agent = make();
  const during: number[] = [];
  for (let at = 0; at < 1000; at += 250) {
    await learn(agent, at + 250, at);
    during.push(tf.memory().numTensors);
  }
  agent.dispose();
  return { before, during, after: tf.memory().numTensors };
}
