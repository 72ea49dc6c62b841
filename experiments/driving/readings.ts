/**
 * What is told of an agent while it learns, by tag.
 */

import type { Resumable, SavedState, State } from "assay";

/** The values of a tag, and the transitions after which each was read. */
export interface Curve {
  readonly transitions: readonly number[];
  readonly values: readonly number[];
}

/** Tags that are kept for gates and figures; all of them go to the event log. */
export const TAGS = [
  "alerts/actor_critic_gap",
  "alerts/gradient_explosion_critical",
  "alerts/gradient_explosion_warning",
  "alerts/q_bound",
  "debug/action_saturation",
  "debug/actor_q_mean",
  "debug/cnn_features_l2_norm",
  "debug/cnn_features_max",
  "debug/cnn_features_mean",
  "debug/cnn_features_min",
  "debug/cnn_features_std",
  "debug/q1_max",
  "debug/q1_mean",
  "debug/q1_min",
  "debug/q1_std",
  "debug/td_error_q1",
  "train/actor_gradient_norm",
  "train/actor_loss",
  "train/critic_loss",
  "train/episode_reward",
] as const;

/** Readings that stand for the end of a stretch of training: each single one is of one minibatch. */
const LATE = 10;

/** A tag that is kept. */
export type Tag = (typeof TAGS)[number];

/**
 * Curves by tag, saved and continued with the agent that they are of.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const readings = new Readings();
 * for (const n of [100, 200, 300]) readings.add("debug/q1_mean", n, n / 100);
 * assertEquals(readings.of("debug/q1_mean").values, [1, 2, 3]);
 * assertEquals(readings.upTo(200).late("debug/q1_mean"), 1.5);
 * ```
 */
export class Readings implements Resumable {
  readonly #curves: Map<string, { transitions: number[]; values: number[] }> = new Map(
    TAGS.map((tag) => [tag, { transitions: [], values: [] }]),
  );

  /** Keeps a value, if its tag is one that is kept. */
  add(tag: string, transitions: number, value: number): void {
    const curve = this.#curves.get(tag);
    curve?.transitions.push(transitions);
    curve?.values.push(value);
  }

  /** What was read of a tag. */
  of(tag: Tag): Curve {
    return this.#curves.get(tag)!;
  }

  /** What had been read after so many transitions. */
  upTo(transitions: number): Readings {
    const earlier = new Readings();
    for (const [tag, curve] of this.#curves) {
      curve.transitions.forEach((at, i) => {
        if (at <= transitions) earlier.add(tag, at, curve.values[i]!);
      });
    }
    return earlier;
  }

  /** The mean of the last ten values of a tag; NaN where there are none. */
  late(tag: Tag): number {
    return mean(this.of(tag).values.slice(-LATE));
  }

  /** How many times as large the end of a curve is as its beginning. */
  growth(tag: Tag): number {
    const { values } = this.of(tag), few = Math.min(LATE, Math.ceil(values.length / 3));
    return sum(values.slice(-few)) / sum(values.slice(0, few));
  }

  /** How far apart actor and critic are at the end, in standard deviations of the critic's values. */
  gap(): number {
    const apart = this.late("debug/actor_q_mean") - this.late("debug/q1_mean");
    return Math.abs(apart) / this.late("debug/q1_std");
  }

  /** How many readings of an alarm found it raised. */
  raised(alarm: Tag & `alerts/${string}`): number {
    return this.of(alarm).values.filter((value) => value > 0).length;
  }

  /** The smallest and the largest value of a tag; NaN where one is, infinite where there are none. */
  range(tag: Tag): readonly [least: number, most: number] {
    const { values } = this.of(tag);
    return [
      values.reduce((a, b) => Math.min(a, b), Infinity),
      values.reduce((a, b) => Math.max(a, b), -Infinity),
    ];
  }

  state(): State {
    return Object.fromEntries(
      [...this.#curves].map(([tag, { transitions, values }]) => [
        tag,
        { shape: [2, values.length], data: Float64Array.from([...transitions, ...values]) },
      ]),
    );
  }

  restore(saved: SavedState): void {
    for (const tag of TAGS) {
      const both = saved.numbers(tag), count = both.length / 2;
      this.#curves.set(tag, {
        transitions: [...both.subarray(0, count)],
        values: [...both.subarray(count)],
      });
    }
  }
}

/** The mean of some numbers; NaN of none. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
