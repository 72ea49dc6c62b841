/**
 * What an agent that learns on-policy has just done: steps of all environments, in order.
 *
 * @module
 */

import { tf } from "../device/tf.ts";
import type { Resumable, SavedState, State } from "../train/state.ts";
import type { Collection } from "./clipped_loss.ts";
import type { VectorEnvironment } from "./environment.ts";
import { refuseNotFinite, type Transitions } from "./replay.ts";

/** Columns of f32, one number a transition. */
const COLUMNS = ["rewards", "values", "logProbabilities", "advantages", "returns"] as const;

/** A rollout; row `t · count + i` is step `t` of environment `i`. */
export class Rollout implements Resumable {
  readonly rewards: Float32Array;
  /** The critic's values of the states. */
  readonly values: Float32Array;
  /** Of the actions taken, when they were. */
  readonly logProbabilities: Float32Array;
  readonly dones: Uint8Array;
  readonly advantages: Float32Array;
  /** What the critic is to learn. */
  readonly returns: Float32Array;
  readonly #states: Float32Array;
  readonly #actions: Int32Array;
  readonly #environment: VectorEnvironment;

  constructor(steps: number, environment: VectorEnvironment) {
    const rows = steps * environment.count;
    this.#environment = environment;
    this.#states = new Float32Array(rows * environment.stateSize);
    this.#actions = new Int32Array(rows);
    this.dones = new Uint8Array(rows);
    const column = () => new Float32Array(rows);
    this.rewards = column();
    this.values = column();
    this.logProbabilities = column();
    this.advantages = column();
    this.returns = column();
  }

  /**
   * Keeps step `t` of all environments.
   *
   * @param logProbabilities Of all actions, f32 `[count, actions]`.
   * @param values The critic's, f32 `[count]`.
   * @throws {RangeError} When a number is not finite.
   */
  set(
    t: number,
    { states, actions, rewards, dones }: Transitions,
    logProbabilities: Float32Array,
    values: Float32Array,
  ): void {
    const { count, stateSize, actions: width } = this.#environment;
    refuseNotFinite("state", states, stateSize);
    refuseNotFinite("reward", rewards, 1);
    const at = t * count;
    this.#states.set(states, at * stateSize);
    this.#actions.set(actions, at);
    this.rewards.set(rewards, at);
    this.dones.set(dones, at);
    this.values.set(values, at);
    for (let i = 0; i < count; i++) {
      this.logProbabilities[at + i] = logProbabilities[i * width + actions[i]!]!;
    }
  }

  /** Rows as tensors, `states` f32 `[rows, stateSize]`. */
  batch(rows: Int32Array): Collection & { readonly states: tf.Tensor } {
    const { stateSize, actions } = this.#environment;
    const states = new Float32Array(rows.length * stateSize);
    const taken = new Float32Array(rows.length * actions);
    rows.forEach((row, i) => {
      for (let j = 0; j < stateSize; j++) {
        states[i * stateSize + j] = this.#states[row * stateSize + j]!;
      }
      taken[i * actions + this.#actions[row]!] = 1;
    });
    const column = (values: Float32Array) =>
      tf.tensor1d(Float32Array.from(rows, (row) => values[row]!));
    return {
      states: tf.tensor2d(states, [rows.length, stateSize]),
      taken: tf.tensor2d(taken, [rows.length, actions]),
      logProbabilities: column(this.logProbabilities),
      advantages: column(this.advantages),
      returns: column(this.returns),
    };
  }

  state(): State {
    const shape = [this.rewards.length];
    return {
      states: { shape: [...shape, this.#environment.stateSize], data: this.#states },
      actions: { shape, data: this.#actions },
      dones: { shape, data: this.dones },
      ...Object.fromEntries(COLUMNS.map((name) => [name, { shape, data: this[name] }])),
    };
  }

  restore(saved: SavedState): void {
    this.#states.set(saved.floats("states"));
    this.#actions.set(saved.array("actions", Int32Array));
    this.dones.set(saved.array("dones", Uint8Array));
    for (const name of COLUMNS) this[name].set(saved.floats(name));
  }
}
