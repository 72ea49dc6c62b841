/**
 * Twin delayed deep deterministic policy gradient, and without the twin and the delay DDPG.
 *
 * @module
 */

import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { normal } from "../random/distributions.ts";
import { numbers, type Resumable, type SavedState, type State, together } from "../train/state.ts";
import type { TrainingTrace } from "../train/trace.ts";
import type { NamedVariable } from "../train/types.ts";
import { type ContinuousPolicy } from "./continuous_policy.ts";
import { ContinuousStage } from "./continuous_stage.ts";
import type { ContinuousEnvironment } from "./environment.ts";
import { EpisodeReplay } from "./episode_replay.ts";
import type { Collected } from "./tally.ts";
import { Td3Diagnostics, type Td3DiagnosticsOptions } from "./td3_diagnostics.ts";
import { Td3Learner, type Td3LearnerOptions } from "./td3_learner.ts";

/** Settings of {@linkcode Td3}: those of its learner, and how it collects what that learns from. */
export interface Td3Options extends Omit<Td3LearnerOptions, "image"> {
  /** Where it acts; the agent resets it. */
  readonly environment: ContinuousEnvironment;
  /** What is done before anything was learned. */
  readonly warmUp: {
    /** Collected before the first update, at least. */
    readonly transitions: number;
    readonly policy: ContinuousPolicy;
  };
  /** Standard deviation of the noise on actions, by transitions collected. Default 0.1. */
  readonly exploration?: (transitions: number) => number;
  /** Moments that are remembered. Default 100,000. */
  readonly capacity?: number;
  /** Frames that make an image. Default 4. */
  readonly stack?: number;
  /** Transitions of a minibatch. Default 64. */
  readonly batchSize?: number;
  /** Updates for each step of the environments. Default: one for each of them. */
  readonly updatesPerStep?: number;
  /** What is told of it while it learns. Default: nothing. */
  readonly diagnostics?: Td3DiagnosticsOptions & {
    /** Told each number, with the transitions collected; `ctx.log` is such a function. */
    readonly log: (tag: string, transitions: number, value: number) => void;
  };
}

const DEFAULTS = {
  exploration: () => 0.1,
  capacity: 100_000,
  stack: 4,
  batchSize: 64,
};

/**
 * An agent with continuous actions that learns from its memory (Fujimoto et al. 2018); what it learns is
 * {@linkcode Td3Learner}'s matter. With `...DDPG` among its settings it is DDPG on the same networks, memory and
 * budget.
 *
 * A step of its loop is one update. Before the first of each `updatesPerStep` it acts once in all environments,
 * at the price of one read-back; before the first of all it collects what the warm-up asks for.
 *
 * @example
 * ```ts
 * import { dense, type Key, loop, openDevice, rootKey, tfl } from "assay";
 * import { actorPolicy } from "./continuous_policy.ts";
 * import { aiming } from "./continuous_testing.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * // An episode is one step; the best action is the state.
 * const environment = aiming({ key: rootKey(1), count: 8 });
 * const head = (inputs: number, activation: "tanh" | "linear") => (key: Key) => {
 *   const input = tfl.input({ shape: [inputs] });
 *   const hidden = dense({ units: 32, activation: "relu", key: key.key("hidden"), name: "hidden" });
 *   const last = dense({ units: 1, activation, key: key.key("last"), name: "last" });
 *   return tfl.model({ inputs: input, outputs: last.apply(hidden.apply(input)) as tfl.SymbolicTensor });
 * };
 * const agent = new Td3({
 *   networks: { actor: head(1, "tanh"), critic: head(2, "linear") },
 *   environment,
 *   key: rootKey(2),
 *   learningRate: 0.01,
 *   warmUp: { transitions: 64, policy: (_, actions) => actions.forEach((_, i) => actions[i] = i / 4 - 1) },
 * });
 * await loop({ state: agent, weights: agent.weights, steps: 300, step: (n, t) => agent.step(n, t) }, { clock: () => 0 });
 * const [actions, states] = [new Float32Array(8), new Float32Array(8)];
 * await actorPolicy(agent.learner)(environment, actions, 0);
 * environment.observe(states, new Uint8Array(0));
 * actions.forEach((action, i) => assertAlmostEquals(action, states[i]!, 0.3));
 * agent.dispose();
 * ```
 */
export class Td3 implements Resumable {
  readonly learner: Td3Learner;
  readonly #options: Omit<Required<Td3Options>, keyof Td3LearnerOptions | "diagnostics"> & {
    readonly key: Td3Options["key"];
  };
  readonly #replay: EpisodeReplay;
  readonly #stage: ContinuousStage;
  readonly #diagnostics: Td3Diagnostics | null;
  readonly #log: (tag: string, transitions: number, value: number) => void;
  readonly #parts: Resumable;
  #acts = 0;

  constructor(options: Td3Options) {
    const { environment, diagnostics, key } = options;
    this.#options = { ...DEFAULTS, updatesPerStep: environment.count, ...options };
    const { capacity, stack } = this.#options;
    const { frameSide } = environment;
    const image = frameSide === 0 ? [] : [frameSide, frameSide, stack];
    this.learner = new Td3Learner({ ...options, image, key: key.key("learner") });
    this.#replay = new EpisodeReplay(environment, { capacity, stack });
    this.#stage = new ContinuousStage(environment, this.#replay);
    this.#diagnostics = diagnostics ? new Td3Diagnostics(diagnostics) : null;
    this.#log = diagnostics?.log ?? (() => {});
    this.#parts = together({
      learner: this.learner,
      stage: this.#stage,
      ...this.#diagnostics ? { diagnostics: this.#diagnostics } : {},
    });
  }

  /** What learns, for the loop's fingerprints and digests. */
  get weights(): readonly NamedVariable[] {
    return this.learner.weights;
  }

  /** What it has met so far. */
  get collected(): Collected {
    return this.#stage.collected;
  }

  /** Steps of the loop after which it has collected so many transitions and learned from the last of them. */
  stepsFor(transitions: number): number {
    const { updatesPerStep, warmUp, environment: { count } } = this.#options;
    const first = Math.max(1, Math.ceil(warmUp.transitions / count));
    const acts = Math.max(first, Math.ceil(transitions / count));
    return updatesPerStep * (acts - first + 1);
  }

  /**
   * Makes update `n`, from 1, and adds it to the trace.
   *
   * @returns `false`: the loop goes on.
   * @throws {RangeError} When the environment gives a number that is not finite.
   */
  async step(n: number, trace: TrainingTrace): Promise<false> {
    const { key, batchSize, updatesPerStep, warmUp } = this.#options;
    if ((n - 1) % updatesPerStep === 0) {
      do await this.#act(); while (this.collected.transitions < warmUp.transitions);
    }
    const batch = this.#replay.sample(key.key("batch").at(n), batchSize);
    const update = this.learner.update(n, batch);
    this.#diagnostics?.add(update);
    const { criticLoss: loss, criticGradientNorm: gradientNorm, ...ofActor } = update;
    trace.add({ loss, gradientNorm });
    tf.dispose(ofActor);
    if (this.#diagnostics && n % this.#diagnostics.every === 0) {
      const inspection = this.learner.inspect(n, batch);
      const found = await this.#diagnostics.read(n, inspection);
      tf.dispose(inspection);
      this.#tell(found);
    }
    return false;
  }

  /** Networks, optimisers, environments, memory, what is noted and not told. */
  state(): State {
    return { ...this.#parts.state(), acts: numbers([this.#acts]) };
  }

  restore(saved: SavedState): void {
    this.#parts.restore(saved);
    this.#acts = saved.number("acts");
  }

  /** Releases networks and optimisers. */
  dispose(): void {
    this.learner.dispose();
    this.#diagnostics?.dispose();
  }

  async #act(): Promise<void> {
    const { key, exploration, warmUp, environment } = this.#options;
    const { count, actionSize } = environment;
    const { transitions } = this.collected;
    const step = this.#acts++;
    const actions = new Float32Array(count * actionSize);
    if (transitions < warmUp.transitions) await warmUp.policy(environment, actions, step);
    else {
      const chosen = this.learner.act(this.#replay.newest(), count);
      const [read] = await readBack([chosen]);
      chosen.dispose();
      const own = key.key("explore").at(step);
      const noise = normal(own, actions.length, 0, exploration(transitions));
      read!.forEach((action, i) => actions[i] = Math.min(Math.max(action + noise[i]!, -1), 1));
    }
    this.#stage.act(actions);
  }

  /** Logs what was found, and of the episodes that ended since what they earned. */
  #tell(found: Readonly<Record<string, number>>): void {
    const { transitions } = this.collected;
    const { count, meanReturn, meanLength } = this.#stage.takeEnded();
    const all = {
      ...found,
      "train/exploration_noise": this.#options.exploration(transitions),
      ...count === 0
        ? {}
        : { "train/episode_reward": meanReturn, "train/episode_length": meanLength },
    };
    for (const [tag, value] of Object.entries(all)) this.#log(tag, transitions, value);
  }
}
