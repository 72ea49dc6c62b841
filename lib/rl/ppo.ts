/**
 * Proximal policy optimisation.
 *
 * @module
 */

import { readBack } from "../device/read_back.ts";
import { tf, type tfl } from "../device/tf.ts";
import type { Key } from "../random/key.ts";
import { permutation } from "../random/shuffle.ts";
import { Adam } from "../train/adam.ts";
import {
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
import { drawActions } from "./categorical.ts";
import { clippedLoss } from "./clipped_loss.ts";
import type { VectorEnvironment } from "./environment.ts";
import { advantages, normalise } from "./gae.ts";
import { outputsOf } from "./policy.ts";
import { Rollout } from "./rollout.ts";
import { Stage } from "./stage.ts";
import type { Collected } from "./tally.ts";

/** Settings of {@linkcode Ppo}; the defaults are those of the serverless document. */
export interface PpoOptions {
  /**
   * From states `[batch, stateSize]` to logits `[batch, actions]` and values `[batch, 1]`. Dropout in it stays
   * off, in collection and in updates: a ratio of probabilities under two masks says nothing of the policy.
   */
  readonly network: tfl.LayersModel;
  /** Where it acts; the agent resets it. */
  readonly environment: VectorEnvironment;
  /** Source of actions and the order of minibatches. */
  readonly key: Key;
  /** Steps of each environment in a rollout. Default: 2,048 over the number of environments, rounded up. */
  readonly steps?: number;
  /** Passes over a rollout. Default 10. */
  readonly epochs?: number;
  /** Transitions of a minibatch; the last of a pass may be smaller. Default 64. */
  readonly batchSize?: number;
  /** Discount a step, in [0, 1]. Default 0.99. */
  readonly gamma?: number;
  /** λ of generalised advantage estimation. Default 0.95. */
  readonly lambda?: number;
  /** Distance from 1 beyond which a probability ratio gains nothing. Default 0.2. */
  readonly clip?: number;
  /** Weight of the critic's squared error. Default 0.5. */
  readonly valueWeight?: number;
  /** Weight of the policy's entropy. Default 0.01. */
  readonly entropyWeight?: number;
  /** Adam's step size. Default 3e-4. */
  readonly learningRate?: number;
  /** A factor on it by the rollout, from 1; a function of that alone. Default: none. */
  readonly schedule?: (rollout: number) => number;
  /** Longest gradient of all weights together. Default 0.5. */
  readonly clipNorm?: number;
}

const DEFAULTS = {
  epochs: 10,
  batchSize: 64,
  gamma: 0.99,
  lambda: 0.95,
  clip: 0.2,
  valueWeight: 0.5,
  entropyWeight: 0.01,
  schedule: () => 1,
  learningRate: 3e-4,
  clipNorm: 0.5,
};

/**
 * An agent that learns a policy from what it has just done (Schulman et al. 2017): rollouts of true trajectories
 * in all environments, generalised advantages with the critic's value at the end, and some epochs of minibatches
 * on the clipped loss.
 *
 * A step of its loop is one minibatch. Before the first of a rollout it collects, at the price of one read-back
 * for each step of the environments. `stepsPerRollout` says how many steps a rollout is learned from.
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
 * const input = tfl.input({ shape: [2] });
 * const head = (name: string, units: number) =>
 *   dense({ units, activation: "linear", key: rootKey(2), name }).apply(input) as tfl.SymbolicTensor;
 * const network = tfl.model({ inputs: input, outputs: [head("logits", 2), head("value", 1)] });
 * const agent = new Ppo({ network, environment, key: rootKey(3), steps: 16, learningRate: 0.05 });
 * const steps = 5 * agent.stepsPerRollout;
 * await loop({ state: agent, weights: agent.weights, steps, step: (n, t) => agent.step(n, t) }, { clock: () => 0 });
 * assertEquals(await greedyPolicy(network)(Float32Array.of(1, 0, 0, 1), 2, 0), Int32Array.of(1, 0));
 * agent.dispose();
 * ```
 */
export class Ppo implements Resumable {
  /** Policy and critic; the caller's. */
  readonly network: tfl.LayersModel;
  /** Its weights, for the loop's fingerprints and digests. */
  readonly weights: readonly NamedVariable[];
  /** Minibatches of all epochs of a rollout. */
  readonly stepsPerRollout: number;
  readonly #trainable: readonly NamedVariable[];
  readonly #adam: Adam;
  readonly #stage: Stage;
  readonly #rollout: Rollout;
  readonly #batches: number;
  readonly #options: Omit<Required<PpoOptions>, "network" | "environment">;
  readonly #parts: Resumable;
  /** The order of one epoch, computed at its first minibatch. */
  #order = { epoch: -1, rows: new Int32Array(0) };

  constructor({ network, environment, ...options }: PpoOptions) {
    const { count } = environment;
    this.#options = { ...DEFAULTS, steps: Math.ceil(2048 / count), ...options };
    const { steps, epochs, batchSize, learningRate, clipNorm } = this.#options;
    this.network = network;
    const { weights, trainable } = weightsOf(network);
    this.weights = weights;
    this.#trainable = trainable;
    this.#adam = new Adam(this.#trainable, { learningRate, clipNorm });
    this.#stage = new Stage(environment);
    this.#rollout = new Rollout(steps, environment);
    this.#batches = Math.ceil(steps * count / batchSize);
    this.stepsPerRollout = epochs * this.#batches;
    this.#parts = together({
      network: variablesState(this.weights),
      adam: this.#adam,
      stage: this.#stage,
      rollout: this.#rollout,
    });
  }

  /** What it has met so far. */
  get collected(): Collected {
    return this.#stage.collected;
  }

  /**
   * Learns from minibatch `n`, from 1, and adds it to the trace.
   *
   * @returns `false`: the loop goes on.
   * @throws {RangeError} When the environment gives a number that is not finite.
   */
  async step(n: number, trace: TrainingTrace): Promise<false> {
    const at = (n - 1) % this.stepsPerRollout;
    const { learningRate, schedule } = this.#options;
    const iteration = Math.floor((n - 1) / this.stepsPerRollout);
    this.#adam.learningRate = learningRate * schedule(iteration + 1);
    if (at === 0) await this.#collect(iteration);
    const epoch = Math.floor((n - 1) / this.#batches);
    trace.add(this.#update(n, this.#rowsOf(epoch, at % this.#batches)));
    return false;
  }

  /** Policy and critic, the optimiser, the environments, the rollout that is being learned from. */
  state(): State {
    return this.#parts.state();
  }

  restore(saved: SavedState): void {
    this.#parts.restore(saved);
  }

  /** Releases the optimiser; the network stays. */
  dispose(): void {
    this.#adam.dispose();
  }

  async #collect(iteration: number): Promise<void> {
    const { steps, key, gamma, lambda } = this.#options;
    const { count } = this.#stage.environment;
    const own = key.key("act").at(iteration);
    for (let t = 0; t < steps; t++) {
      const states = this.#stage.observe();
      const { logProbabilities, values } = await this.#judge(states);
      const actions = drawActions(own.at(t), logProbabilities, count);
      this.#rollout.set(t, this.#stage.act(states, actions), logProbabilities, values);
    }
    const { values: bootstrap } = await this.#judge(this.#stage.observe());
    const { rewards, values, dones } = this.#rollout;
    const found = advantages({ rewards, values, dones, bootstrap }, { gamma, lambda });
    normalise(found.advantages);
    this.#rollout.advantages.set(found.advantages);
    this.#rollout.returns.set(found.returns);
  }

  /** What policy and critic say of states, in one read-back. */
  async #judge(
    states: Float32Array,
  ): Promise<{ logProbabilities: Float32Array; values: Float32Array }> {
    const { count } = this.#stage.environment;
    const judged = tf.tidy(() => {
      const [logits, values] = outputsOf(this.network, states, count);
      return [tf.logSoftmax(logits!), values!];
    });
    const [logProbabilities, values] = await readBack(judged);
    tf.dispose(judged);
    return { logProbabilities: logProbabilities!, values: values! };
  }

  /** The rows of minibatch `b` of an epoch, both from 0. */
  #rowsOf(epoch: number, b: number): Int32Array {
    const { key, batchSize } = this.#options;
    if (this.#order.epoch !== epoch) {
      const rows = permutation(key.key("order").at(epoch), this.#rollout.rewards.length);
      this.#order = { epoch, rows };
    }
    return this.#order.rows.subarray(b * batchSize, (b + 1) * batchSize);
  }

  #update(n: number, rows: Int32Array): TracedStep {
    return tf.tidy(() => {
      const { states, ...then } = this.#rollout.batch(rows);
      return descend(this.#trainable, this.#adam, this.#options.key.key("layers").at(n), () => {
        const [logits, values] = this.network.apply(states, { training: false }) as tf.Tensor[];
        return clippedLoss(logits!, values!, then, this.#options);
      });
    });
  }
}
