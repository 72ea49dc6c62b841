/**
 * What can be known of TD3 and DDPG while they learn: named numbers, read back now and then.
 *
 * @module
 */

import { tf } from "../device/tf.ts";
import { HeldScalars } from "../train/held_scalars.ts";
import { numbers, type Resumable, type SavedState, type State, together } from "../train/state.ts";
import { GradientAlarm, type GradientLimits } from "./gradient_alarm.ts";
import type { Td3Inspection, Td3Update } from "./td3_learner.ts";

/** Settings of {@linkcode Td3Diagnostics}. */
export interface Td3DiagnosticsOptions {
  /** Updates from one reading to the next; each costs a forward pass and a read-back. Default 100. */
  readonly every?: number;
  /** What no policy can earn more of, `r_max / (1 - γ)`; beyond it a value is impossible. Default: anything can be. */
  readonly valueBound?: number;
  /** From where on a gradient is alarming. Default `relative`. */
  readonly gradientLimits?: GradientLimits;
}

/** Size of an action beyond which it counts as saturated: there tanh has lost four fifths of its slope. */
const SATURATED = 0.9;
/** Updates for which actor and critic must disagree before it is an alarm. */
const GAP_UPDATES = 200;
/** Standard deviations of the values that they must disagree by. */
const GAP_DEVIATIONS = 3;
/** Stands for the norm, and the loss, where the actor did not learn. */
const NO_UPDATE = -1;

/**
 * Looks at a learner every so many updates. The numbers, by the names that the driving document gives them:
 *
 * - `train/critic_loss`, `train/actor_loss`: means over the updates since the last reading;
 *   `train/critic_gradient_norm`, `train/actor_gradient_norm`: the longest of these, before clipping.
 * - Over the last minibatch: `debug/q1_mean`, `_std`, `_min`, `_max` of the first critic on what was done,
 *   `debug/q1_q2_diff`, the mean difference of both; `debug/target_q_mean` and `_std`; `debug/td_error_q1`, the mean
 *   error of the first; `debug/actor_q_mean`, what it says of the actor's actions; `debug/action_mean`, `_std`
 *   and `debug/action_saturation`, the share of them beyond 0.9.
 * - With an encoder `debug/cnn_features_l2_norm`, the mean norm of *one sample's* features (that of a batch is
 *   longer by the root of its size), and `debug/cnn_features_mean`, `_std`, `_min`, `_max`.
 * - Alarms, 1 or 0: `alerts/gradient_explosion_warning` and `_critical` of the actor's gradient before clipping;
 *   `alerts/q_bound`, a value beyond what can be earned; `alerts/actor_critic_gap`, the critic saying of the
 *   actor's actions what is 3 standard deviations from what it says of those that were taken, for 200
 *   updates: it is asked about features it was not trained on.
 *
 * @example
 * ```ts
 * import { openDevice, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const diagnostics = new Td3Diagnostics({ valueBound: 10 });
 * diagnostics.add({
 *   criticLoss: tf.scalar(1),
 *   criticGradientNorm: tf.scalar(2),
 *   actorLoss: tf.scalar(-3),
 *   actorGradientNorm: tf.scalar(2000),
 * });
 * const found = await diagnostics.read(1, {
 *   features: tf.tensor2d([[3, 4], [6, 8]]),
 *   actions: tf.tensor2d([[0], [1]]),
 *   values: tf.tensor2d([[4], [12]]),
 *   targets: tf.tensor2d([[5], [10]]),
 *   actorLoss: tf.scalar(-8),
 * });
 * assertEquals(found["debug/cnn_features_l2_norm"], 7.5);
 * assertEquals([found["debug/q1_mean"], found["debug/td_error_q1"]], [8, 1.5]);
 * assertEquals([found["alerts/q_bound"], found["alerts/gradient_explosion_warning"]], [1, 1]);
 * ```
 */
export class Td3Diagnostics implements Resumable {
  /** Updates from one reading to the next. */
  readonly every: number;
  readonly #valueBound: number;
  readonly #alarm: GradientAlarm;
  readonly #held = new HeldScalars();
  readonly #parts: Resumable;
  /** The update at whose reading actor and critic began to disagree. */
  #apartSince = Infinity;

  constructor(options: Td3DiagnosticsOptions = {}) {
    const { every = 100, valueBound = Infinity, gradientLimits = "relative" } = options;
    this.every = every;
    this.#valueBound = valueBound;
    this.#alarm = new GradientAlarm(gradientLimits);
    this.#parts = together({ alarm: this.#alarm, held: this.#held });
  }

  /** Takes note of an update, whose tensors stay the caller's. */
  add({ criticLoss, criticGradientNorm, actorLoss, actorGradientNorm }: Td3Update): void {
    for (const scalar of [criticLoss, criticGradientNorm, actorLoss, actorGradientNorm]) {
      this.#held.add(scalar === undefined ? NO_UPDATE : tf.clone(scalar));
    }
  }

  /**
   * Reads what was noted.
   *
   * @param n The update that was made last.
   * @param inspection Of its minibatch; stays the caller's.
   * @returns By tag.
   */
  async read(n: number, inspection: Td3Inspection): Promise<Record<string, number>> {
    const { features, actions, values, targets, actorLoss } = inspection;
    const tensors = [actions, values, targets, actorLoss, ...features ? [features] : []];
    const [read, scalars] = await this.#held.read(tensors);
    const [ofActions, ofValues, ofTargets, [loss], ofFeatures] = read;
    const critics = values.shape[1]!;
    const [q1, q2 = null] = Array.from(
      { length: critics },
      (_, j) => ofValues!.filter((_, i) => i % critics === j),
    );
    return {
      ...this.#ofUpdates(scalars),
      ...ofValuesOf(q1!, q2, ofTargets!, -loss!),
      ...this.#alarms(n, described(q1!), -loss!),
      ...ofActionsOf(ofActions!),
      ...ofFeatures ? ofFeaturesOf(ofFeatures, features!.shape[1]!) : {},
    };
  }

  state(): State {
    return { ...this.#parts.state(), apart: numbers([this.#apartSince]) };
  }

  restore(saved: SavedState): void {
    this.#parts.restore(saved);
    this.#apartSince = saved.number("apart");
  }

  /** Releases what was not read. */
  dispose(): void {
    this.#held.dispose();
  }

  /** @param scalars Four of each update, as `add` holds them. */
  #ofUpdates(scalars: Float32Array): Record<string, number> {
    const updates = Array.from(
      { length: scalars.length / 4 },
      (_, i) => scalars.subarray(4 * i, 4 * i + 4),
    );
    const ofActor = updates.filter(([, , , norm]) => norm !== NO_UPDATE);
    const levels = new Set(ofActor.map(([, , , norm]) => this.#alarm.add(norm!)));
    const critical = levels.has("critical");
    return {
      "train/critic_loss": described(updates.map(([loss]) => loss!)).mean,
      "train/critic_gradient_norm": described(updates.map(([, norm]) => norm!)).max,
      "train/actor_loss": described(ofActor.map(([, , loss]) => loss!)).mean,
      "train/actor_gradient_norm": described(ofActor.map(([, , , norm]) => norm!)).max,
      "alerts/gradient_explosion_warning": Number(critical || levels.has("warning")),
      "alerts/gradient_explosion_critical": Number(critical),
    };
  }

  #alarms(n: number, q1: Description, actorQ: number): Record<string, number> {
    const largest = Math.max(Math.abs(q1.min), Math.abs(q1.max), actorQ);
    const apart = !(Math.abs(actorQ - q1.mean) <= GAP_DEVIATIONS * q1.deviation);
    this.#apartSince = apart ? Math.min(this.#apartSince, n) : Infinity;
    return {
      "alerts/q_bound": Number(!(largest <= this.#valueBound)),
      "alerts/actor_critic_gap": Number(n - this.#apartSince >= GAP_UPDATES),
    };
  }
}

function ofValuesOf(
  q1: Float32Array,
  q2: Float32Array | null,
  targets: Float32Array,
  actorQ: number,
): Record<string, number> {
  const apart = (a: Float32Array, b: Float32Array) =>
    described(a.map((value, i) => Math.abs(value - b[i]!))).mean;
  return {
    ...named("debug/q1", described(q1)),
    ...q2 ? { "debug/q1_q2_diff": apart(q1, q2) } : {},
    "debug/target_q_mean": described(targets).mean,
    "debug/target_q_std": described(targets).deviation,
    "debug/td_error_q1": apart(targets, q1),
    "debug/actor_q_mean": actorQ,
  };
}

function ofActionsOf(actions: Float32Array): Record<string, number> {
  const { mean, deviation } = described(actions);
  const saturated = actions.map((action) => Number(Math.abs(action) > SATURATED));
  return {
    "debug/action_mean": mean,
    "debug/action_std": deviation,
    "debug/action_saturation": described(saturated).mean,
  };
}

/** @param width Features of a sample. */
function ofFeaturesOf(features: Float32Array, width: number): Record<string, number> {
  const norms = Array.from({ length: features.length / width }, (_, i) => {
    let square = 0;
    for (let j = i * width; j < (i + 1) * width; j++) square += features[j]! * features[j]!;
    return Math.sqrt(square);
  });
  return {
    "debug/cnn_features_l2_norm": described(norms).mean,
    ...named("debug/cnn_features", described(features)),
  };
}

interface Description {
  readonly mean: number;
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
}

/** NaN of no values, and where one is NaN. */
function described(values: ArrayLike<number>): Description {
  let sum = 0, min = Infinity, max = -Infinity;
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    min = Math.min(min, values[i]!);
    max = Math.max(max, values[i]!);
  }
  const mean = sum / values.length;
  let square = 0;
  for (let i = 0; i < values.length; i++) square += (values[i]! - mean) * (values[i]! - mean);
  return { mean, deviation: Math.sqrt(square / values.length), min, max };
}

function named(
  what: string,
  { mean, deviation, min, max }: Description,
): Record<string, number> {
  return {
    [`${what}_mean`]: mean,
    [`${what}_std`]: deviation,
    [`${what}_min`]: min,
    [`${what}_max`]: max,
  };
}
