/**
 * Deep Q-learning.
 *
 * @module
 */

import { tf, type tfl } from "../device/tf.ts";
import { readBack } from "../device/read_back.ts";
import { integers, uniform } from "../random/distributions.ts";
import type { Key } from "../random/key.ts";
import { Adam } from "../train/adam.ts";
import {
  numbers,
  type Resumable,
  type SavedState,
  type State,
  together,
  variablesState,
} from "../train/state.ts";
import { descend } from "../train/step.ts";
import type { TracedStep, TrainingTrace } from "../train/trace.ts";
import { weightsOf } from "../train/trainable.ts";
import type { NamedVariable } from "../train/types.ts";
import type { VectorEnvironment } from "./environment.ts";
import { epsilon, type EpsilonOptions } from "./epsilon.ts";
import { huberLoss } from "./huber.ts";
import { highest, outputsOf } from "./policy.ts";
import { Replay, type Transitions } from "./replay.ts";
import { Stage } from "./stage.ts";
import type { Collected } from "./tally.ts";

/** Settings of {@linkcode Dqn}; the defaults are those of the serverless document. */
export interface DqnOptions {
  /**
   * Makes a network from states `[batch, stateSize]` to values `[batch, actions]`. Called twice, for the network
   * that learns and the one that gives its targets.
   */
  readonly network: () => tfl.LayersModel;
  /** Where it acts; the agent resets it. */
  readonly environment: VectorEnvironment;
  /** Source of exploration, minibatches and dropout. */
  readonly key: Key;
  /** Discount a step, in [0, 1]. Default 0.99. */
  readonly gamma?: number;
  /** Adam's step size. Default 1e-4. */
  readonly learningRate?: number;
  /** Longest gradient of all weights together. Default 0.5. */
  readonly clipNorm?: number;
  /** Transitions that are remembered. Default 100,000. */
  readonly capacity?: number;
  /** Transitions of a minibatch. Default 64. */
  readonly batchSize?: number;
  /** Transitions collected at random choice before the first update, at least. Default `batchSize`. */
  readonly warmUp?: number;
  /** Updates for each step of the environments. Default: one for each of them. */
  readonly updatesPerStep?: number;
  /** Updates after which the target network takes over the learner's weights. Default 1,000. */
  readonly targetEvery?: number;
  /** Targets are kept in ± this; `Infinity` leaves them as they are. Default 10. */
  readonly targetLimit?: number;
  /** How often it explores, by updates. */
  readonly exploration?: EpsilonOptions;
}

const DEFAULTS = {
  gamma: 0.99,
  learningRate: 1e-4,
  clipNorm: 0.5,
  capacity: 100_000,
  batchSize: 64,
  targetEvery: 1000,
  targetLimit: 10,
  exploration: {},
};

/**
 * An agent that learns the values of actions from its memory (Mnih et al. 2015): `Q(s, a)` is moved toward
 * `clip(r + γ (1 - done) max Q'(s', ·), ± targetLimit)` by the Huber loss and Adam; `Q'` is an older copy.
 *
 * A step of its loop is one update. Before the first of each `updatesPerStep` it acts once in all environments,
 * at the price of one read-back.
 *
 * @example
 * ```ts
 * import { dense, loop, openDevice, rootKey, tfl } from "assay";
 * import { bandit } from "./testing.ts";
 * import { greedyPolicy } from "./policy.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const environment = bandit([[0, 1], [1, 0]], { key: rootKey(1), count: 8 });
 * const network = () => {
 *   const input = tfl.input({ shape: [2] });
 *   const values = dense({ units: 2, activation: "linear", key: rootKey(2), name: "values" });
 *   return tfl.model({ inputs: input, outputs: values.apply(input) as tfl.SymbolicTensor });
 * };
 * const agent = new Dqn({ network, environment, key: rootKey(3), learningRate: 0.05 });
 * await loop({ state: agent, weights: agent.weights, steps: 200, step: (n, t) => agent.step(n, t) }, { clock: () => 0 });
 * assertEquals(await greedyPolicy(agent.network)(Float32Array.of(1, 0, 0, 1), 2, 0), Int32Array.of(1, 0));
 * agent.dispose();
 * ```
 */
export class Dqn implements Resumable {
  /** The network that learns. */
  readonly network: tfl.LayersModel;
  /** Its weights, for the loop's fingerprints and digests. */
  readonly weights: readonly NamedVariable[];
  readonly #target: tfl.LayersModel;
  readonly #targetWeights: readonly NamedVariable[];
  readonly #trainable: readonly NamedVariable[];
  readonly #adam: Adam;
  readonly #replay: Replay;
  readonly #stage: Stage;
  readonly #options: Omit<Required<DqnOptions>, "network" | "environment">;
  readonly #parts: Resumable;
  #acts = 0;

  constructor({ network, environment, ...options }: DqnOptions) {
    const { count, stateSize } = environment;
    const { batchSize = DEFAULTS.batchSize } = options;
    this.#options = { ...DEFAULTS, warmUp: batchSize, updatesPerStep: count, ...options };
    const { learningRate, clipNorm, capacity } = this.#options;
    this.network = network();
    const { weights, trainable } = weightsOf(this.network);
    this.weights = weights;
    this.#trainable = trainable;
    this.#target = network();
    this.#targetWeights = weightsOf(this.#target).weights;
    this.#adam = new Adam(this.#trainable, { learningRate, clipNorm });
    this.#replay = new Replay({ capacity, stateSize });
    this.#stage = new Stage(environment);
    this.#copyToTarget();
    this.#parts = together({
      network: variablesState(this.weights),
      target: variablesState(this.#targetWeights),
      adam: this.#adam,
      replay: this.#replay,
      stage: this.#stage,
    });
  }

  /** What it has met so far. */
  get collected(): Collected {
    return this.#stage.collected;
  }

  /**
   * Makes update `n`, from 1, and adds it to the trace.
   *
   * @returns `false`: the loop goes on.
   * @throws {RangeError} When the environment gives a number that is not finite.
   */
  async step(n: number, trace: TrainingTrace): Promise<false> {
    const { updatesPerStep, warmUp, targetEvery } = this.#options;
    if ((n - 1) % updatesPerStep === 0) {
      do await this.#act(n - 1); while (this.#replay.size < warmUp);
    }
    trace.add(this.#update(n));
    if (n % targetEvery === 0) this.#copyToTarget();
    return false;
  }

  state(): State {
    return { ...this.#parts.state(), acts: numbers([this.#acts]) };
  }

  restore(saved: SavedState): void {
    this.#parts.restore(saved);
    this.#acts = saved.number("acts");
  }

  /** Releases both networks and the optimiser. */
  dispose(): void {
    this.network.dispose();
    this.#target.dispose();
    this.#adam.dispose();
  }

  async #act(updates: number): Promise<void> {
    const { key, exploration } = this.#options;
    const { count, actions } = this.#stage.environment;
    const own = key.key("explore").at(this.#acts++);
    const rate = epsilon(updates, exploration);
    const coins = uniform(own.key("whether"), count);
    const chosen = integers(own.key("what"), count, 0, actions);
    const states = this.#stage.observe();
    if (coins.some((coin) => coin >= rate)) {
      const values = tf.tidy(() => outputsOf(this.network, states, count)[0]!);
      const [read] = await readBack([values]);
      values.dispose();
      const best = highest(read!, count);
      for (let i = 0; i < count; i++) if (coins[i]! >= rate) chosen[i] = best[i]!;
    }
    this.#replay.add(this.#stage.act(states, chosen));
  }

  #update(n: number): TracedStep {
    const { key, batchSize } = this.#options;
    const own = key.key("update").at(n);
    const batch = this.#replay.sample(own.key("batch"), batchSize);
    return tf.tidy(() => {
      const states = tf.tensor2d(batch.states, [batchSize, batch.states.length / batchSize]);
      const taken = this.#taken(batch.actions);
      const targets = this.#targets(batch);
      return descend(this.#trainable, this.#adam, own.key("layers"), () => {
        const values = this.network.apply(states, { training: true }) as tf.Tensor;
        return huberLoss(tf.sum(tf.mul(values, taken), 1), targets);
      });
    });
  }

  /** What the values of the actions taken are to be, f32 `[batch]`. */
  #targets({ nextStates, rewards, dones }: Transitions): tf.Tensor {
    const { gamma, targetLimit } = this.#options;
    const discounts = Float32Array.from(dones, (done) => done === 1 ? 0 : gamma);
    const next = tf.max(outputsOf(this.#target, nextStates, rewards.length)[0]!, 1);
    const targets = tf.add(tf.tensor1d(rewards), tf.mul(tf.tensor1d(discounts), next));
    return tf.clipByValue(targets, -targetLimit, targetLimit);
  }

  /** f32 `[batch, actions]`: 1 for the action of each row. */
  #taken(actions: Int32Array): tf.Tensor {
    const { actions: width } = this.#stage.environment;
    const taken = new Float32Array(actions.length * width);
    actions.forEach((action, i) => taken[i * width + action] = 1);
    return tf.tensor2d(taken, [actions.length, width]);
  }

  #copyToTarget(): void {
    this.#targetWeights.forEach(({ variable }, i) => variable.assign(this.weights[i]!.variable));
  }
}
