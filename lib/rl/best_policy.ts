/**
 * An agent in training whose best weights are kept.
 *
 * @module
 */

import { Snapshot } from "../train/snapshot.ts";
import { numbers, type Resumable, type SavedState, type State, together } from "../train/state.ts";
import type { TrainingTrace } from "../train/trace.ts";
import type { NamedVariable } from "../train/types.ts";

/** What learns step by step: {@linkcode Dqn}, {@linkcode Ppo}. */
export interface Agent extends Resumable {
  /** What is learned. */
  readonly weights: readonly NamedVariable[];
  /** Takes step `n`, from 1, and adds it to the trace; whether it was the last. */
  step(n: number, trace: TrainingTrace): Promise<boolean>;
}

/** A score and the steps taken before it. */
export interface ScoredStep {
  readonly step: number;
  readonly score: number;
}

/** When and how {@linkcode BestPolicy} scores. */
export interface BestPolicyOptions {
  /** Steps of the whole training; the last is always scored. */
  readonly steps: number;
  /** Steps from one score to the next. */
  readonly every: number;
  /** Scores the agent as it is, on data kept apart for choosing; higher is better. */
  readonly score: () => Promise<number>;
}

/**
 * Scores an agent before its first step and then every so many; with the last step it takes on the weights that
 * scored best, the first of equals. Saved and continued, it ends the same.
 *
 * @example
 * ```ts
 * import { loop, numbers, openDevice, readBack, type SavedState, tf, type TrainingTrace } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const variable = tf.variable(tf.scalar(0));
 * const agent = {
 *   weights: [{ name: "w", variable }],
 *   step(n: number, trace: TrainingTrace) {
 *     variable.assign(tf.scalar(n));
 *     trace.add(null);
 *     return Promise.resolve(false);
 *   },
 *   state: () => ({ w: variable }),
 *   restore: (saved: SavedState) => variable.assign(tf.scalar(saved.floats("w")[0]!)),
 * };
 * const value = async () => (await readBack([variable]))[0]![0]!;
 * const score = async () => -Math.abs(await value() - 4);
 * const best = new BestPolicy(agent, { steps: 6, every: 2, score });
 * await loop({ state: best, weights: best.weights, steps: 6, step: (n, t) => best.step(n, t) }, { clock: () => 0 });
 * assertEquals(best.history.map(({ score }) => score), [-4, -2, 0, -2]);
 * assertEquals(await value(), 4);
 * best.dispose();
 * ```
 */
export class BestPolicy implements Agent {
  readonly weights: readonly NamedVariable[];
  readonly #agent: Agent;
  readonly #options: BestPolicyOptions;
  readonly #best: Snapshot;
  readonly #parts: Resumable;
  #history: ScoredStep[] = [];

  constructor(agent: Agent, options: BestPolicyOptions) {
    this.weights = agent.weights;
    this.#agent = agent;
    this.#options = options;
    this.#best = new Snapshot(agent.weights);
    this.#parts = together({ agent, best: this.#best });
  }

  /** All scores so far, step 0 the untrained agent's. */
  get history(): readonly ScoredStep[] {
    return this.#history;
  }

  async step(n: number, trace: TrainingTrace): Promise<boolean> {
    const { steps, every } = this.#options;
    if (n === 1) await this.#score(0);
    const last = await this.#agent.step(n, trace) || n === steps;
    if (last || n % every === 0) await this.#score(n);
    if (last) this.#best.apply();
    return last;
  }

  /** The agent, the best weights, all scores. */
  state(): State {
    const steps = numbers(this.#history.map(({ step }) => step));
    const scores = numbers(this.#history.map(({ score }) => score));
    return { ...this.#parts.state(), "history/step": steps, "history/score": scores };
  }

  restore(saved: SavedState): void {
    this.#parts.restore(saved);
    const scores = saved.numbers("history/score");
    this.#history = Array.from(
      saved.numbers("history/step"),
      (step, i) => ({ step, score: scores[i]! }),
    );
  }

  /** Releases the kept weights; the agent stays. */
  dispose(): void {
    this.#best.dispose();
  }

  async #score(step: number): Promise<void> {
    const score = await this.#options.score();
    if (this.#history.every((earlier) => score > earlier.score)) this.#best.take();
    this.#history.push({ step, score });
  }
}
