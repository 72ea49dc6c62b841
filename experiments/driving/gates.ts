/**
 * The gates that a driver has to pass: the document's, with criteria that mean something.
 *
 * Its own demand at once values within 10 and an actor's loss of minus thousands, which is minus the mean of those
 * values; they are checked before anything was learned; and what counts as an error is in units of a reward
 * that was scaled since.
 */

import {
  atLeast,
  atMost,
  type Bound,
  boundText,
  contains,
  metric,
  type Metrics,
  within,
} from "assay";
import { REWARD_SCALE } from "../../data/driving.ts";
import { type Evaluations, type TrainingHistory, VALUE_BOUND } from "./driver_training.ts";
import { type Curve, mean, type Tag } from "./readings.ts";

/** Transitions after which a training is at each gate. The first two are trials of their own. */
export const GATE_TRANSITIONS = { 2: 5000, 3: 50_000, 4: 1_000_000 } as const;

/** The gates of a training. */
export type TrainingGate = keyof typeof GATE_TRANSITIONS;

/** A criterion of a gate. */
export interface GateLine {
  readonly gate: 0 | 1 | TrainingGate;
  readonly metric: string;
  readonly bound: Bound;
  /** Why it has to hold. */
  readonly because: string;
}

/** All criteria, gate by gate. */
export const GATE_LINES: readonly GateLine[] = [
  line(0, "norm", within(15.2, 16.8), "512 normalised features have a norm of √(512 · 0.5) = 16.0"),
  line(0, "mean", within(0.365, 0.425), "after the leaky ReLU their mean is 0.395"),
  line(0, "sd", within(0.557, 0.617), "and their standard deviation 0.587"),
  line(0, "scaled-input", atMost(1e-3), "normalised, an input ten times as bright is the same"),
  line(0, "plain/scaled-input", atLeast(5), "and not normalised it is not"),
  line(1, "updates", atLeast(50), "100 steps show something only if something is learned in them"),
  line(1, "non-finite", atMost(0), "no number may stop being one"),
  line(1, "norm", atMost(100), "features begin at their normal size"),
  line(1, "differing-weights", atMost(0), "the same training again must give the same bits"),
  line(2, "norm", atMost(100), "features stay at their size"),
  line(2, "mean", within(-10, 10), "and so do their means"),
  line(2, "sd", atMost(50), "and their deviations"),
  line(2, "range", atMost(200), "and their ranges"),
  line(2, "value", atMost(VALUE_BOUND), "no policy can earn more, so no value may be larger"),
  line(2, "gap", atMost(3), "the critic must know what it is asked about, in deviations of Q"),
  line(2, "td-error", atMost(5), "values are about right, in units of the unscaled reward"),
  line(2, "td-error/relative", atMost(0.25), "and in proportion to themselves"),
  line(2, "critical", atMost(0), "no gradient may explode"),
  line(2, "gain/wandering", atLeast(0), "a learner drives better than one that wanders"),
  ...learned(3),
  ...learned(4),
  line(4, "gain/ddpg", atLeast(0), "TD3 was to be superior to DDPG"),
];

function learned(gate: 3 | 4): GateLine[] {
  return [
    line(gate, "success", atLeast(0.5), "it must arrive more often than not"),
    line(gate, "share/pursuit", atLeast(0.5), "and earn half of what pure pursuit earns"),
    line(gate, "td-error", atMost(3), "with values about right, in units of the unscaled reward"),
  ];
}

function line(
  gate: GateLine["gate"],
  name: string,
  bound: Bound,
  because: string,
): GateLine {
  return { gate, metric: `g${gate}/${name}`, bound, because };
}

/** Returns of drivers that learn nothing, on the held-out roads. */
export interface References {
  readonly wandering: number;
  readonly pursuit: number;
}

/** The one of `gates` that the newest evaluation is the first to stand at, if any. */
export function gateReached(
  gates: readonly TrainingGate[],
  { all }: Evaluations,
): TrainingGate | undefined {
  const before = all.at(-2)?.transitions ?? 0, now = all.at(-1)!.transitions;
  return gates.find((gate) => before < GATE_TRANSITIONS[gate] && now >= GATE_TRANSITIONS[gate]);
}

/** What a training has to show at a gate, by metric; what it came to later does not count. */
export function atGate(
  gate: TrainingGate,
  history: TrainingHistory,
  references: References,
): Metrics {
  const evaluations = history.evaluations.upTo(GATE_TRANSITIONS[gate]);
  const readings = history.readings.upTo(evaluations.all.at(-1)!.transitions);
  const tdError = REWARD_SCALE * readings.late("debug/td_error_q1");
  if (gate > 2) {
    return named(gate, {
      success: [evaluations.late().success, "higher"],
      "share/pursuit": [evaluations.late().totalReward / references.pursuit, "higher"],
      "td-error": [tdError, "lower"],
    });
  }
  const most = (...tags: Tag[]) =>
    Math.max(...tags.flatMap((tag) => readings.range(tag).map(Math.abs)));
  const [least] = readings.range("debug/cnn_features_min");
  const [, largest] = readings.range("debug/cnn_features_max");
  return named(gate, {
    norm: [most("debug/cnn_features_l2_norm"), "lower"],
    mean: [most("debug/cnn_features_mean"), "lower"],
    sd: [most("debug/cnn_features_std"), "lower"],
    range: [largest - least, "lower"],
    value: [most("debug/q1_min", "debug/q1_max", "debug/actor_q_mean"), "lower"],
    gap: [readings.gap(), "lower"],
    "td-error": [tdError, "lower"],
    "td-error/relative": [
      tdError / REWARD_SCALE / Math.max(Math.abs(readings.late("debug/q1_mean")), LEAST_VALUE),
      "lower",
    ],
    critical: [readings.raised("alerts/gradient_explosion_critical"), "lower"],
    alarms: [readings.raised("alerts/gradient_explosion_warning"), "lower"],
    "trend/critic-loss": [trend(readings.of("train/critic_loss")), "lower"],
    "trend/episode-reward": [trend(readings.of("train/episode_reward")), "higher"],
    "gain/wandering": [evaluations.all.at(-1)!.totalReward - references.wandering, "higher"],
  });
}

/** By how much the mean of the second half is above that of the first: printed, not judged. */
function trend({ values }: Curve): number {
  const middle = values.length >> 1;
  return mean(values.slice(middle)) - mean(values.slice(0, middle));
}

/** Errors are not put in proportion to smaller values. */
const LEAST_VALUE = 0.1;

/** A gate's criteria as they stand, a line each; those that do not hold, alone. */
export function judgeGate(
  gate: GateLine["gate"],
  metrics: Metrics,
): { readonly lines: readonly string[]; readonly failed: readonly string[] } {
  const judged = GATE_LINES.filter((criterion) =>
    criterion.gate === gate && criterion.metric in metrics
  )
    .map(({ metric: name, bound }) => {
      const { value } = metrics[name]!;
      const verdict = contains(bound, value) ? "PASS" : "FAIL";
      return `${verdict}  ${name} ${value.toPrecision(4)} (${boundText(bound)})`;
    });
  return { lines: judged, failed: judged.filter((text) => text.startsWith("FAIL")) };
}

function named(
  gate: number,
  values: Readonly<Record<string, readonly [value: number, better: "higher" | "lower"]>>,
): Metrics {
  return Object.fromEntries(
    Object.entries(values).map((
      [name, [value, better]],
    ) => [`g${gate}/${name}`, metric(value, better)]),
  );
}
