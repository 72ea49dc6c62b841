/**
 * The words of the monitors: what they are told of a training, what a rule is, what they find.
 *
 * @module
 */

import type { GradientReading } from "./gradient_watch.ts";
import type { EpochSeries } from "./epoch_series.ts";

/** What is known of one epoch. Losses that were not taken are left out. */
export interface MonitoredEpoch {
  /** From 1, each above the one before. */
  readonly epoch: number;
  /** Mean loss over the epoch's steps, each taken while the weights were moving. */
  readonly onlineLoss?: number;
  /** Loss with the weights of the epoch's end, on validation samples where there are any. */
  readonly frozenLoss?: number;
  readonly learningRate?: number;
  /** Bytes held at the epoch's end. */
  readonly memory?: number;
}

/** Losses after training, both with the final weights. */
export interface FinalLosses {
  readonly train: number;
  readonly test?: number;
}

/** A training as far as it has come. */
export interface TrainingHistory {
  readonly epochs: readonly MonitoredEpoch[];
  /** Global norm of the gradient before clipping, by step. */
  readonly gradientNorms?: readonly number[];
  /** The lowest loss that any model could reach on these data. */
  readonly floor?: number;
  readonly final?: FinalLosses;
}

/** How much a finding matters. */
export type Severity = "info" | "warning" | "error";

/** What a monitor noticed; the form in which `result.json` keeps it. */
export interface Finding {
  /** Id of the rule. */
  readonly rule: string;
  readonly severity: Severity;
  /** What was seen, with its numbers, in whole sentences. */
  readonly evidence: string;
  /** What to do, in whole sentences. */
  readonly advice: string;
}

/** What to do now, for a program. */
export type TrainingAction =
  /** Go on as before. */
  | { readonly kind: "continue" }
  /** Go on from here at another learning rate. */
  | { readonly kind: "resume"; readonly learningRate: number }
  /** Begin anew, from fresh weights, at another learning rate. */
  | { readonly kind: "restart"; readonly learningRate: number }
  /** Training has given what it can: score it on held-out data. */
  | { readonly kind: "evaluate" }
  /** End it: more of the same does not help, nor does another learning rate. */
  | { readonly kind: "stop" };

/** What a rule asks for, before the ladder says at which learning rate. */
export type RuleRequest = "continue" | "resume higher" | "restart lower" | "evaluate" | "stop";

/** What the rules see: a training as far as it has come. */
export interface TrainingView {
  /** The epoch told last. */
  readonly newest: MonitoredEpoch | null;
  readonly online: EpochSeries;
  readonly frozen: EpochSeries;
  /** The losses that the rule set judges: one of the two above. */
  readonly judged: EpochSeries;
  readonly memory: EpochSeries;
  readonly gradients: GradientReading;
  readonly floor: number | null;
  readonly final: FinalLosses | null;
}

/** What a rule's check says when the rule holds. */
export interface RuleMatch {
  readonly evidence: string;
  /** Default: the rule's own. */
  readonly severity?: Severity;
  /** The finding is told, and does not decide although its rule is primary. */
  readonly attached?: boolean;
}

/** Thresholds of a rule by name. */
export type Thresholds = Readonly<Record<string, number>>;

/** One rule: data and a pure check. */
export interface Rule<T extends Thresholds = Thresholds> {
  readonly id: string;
  readonly severity: Severity;
  /** What it asks for when it decides. A rule without a request is only ever attached to others. */
  readonly request?: RuleRequest;
  /** Rules after this one give no advice on the learning rate while it holds. */
  readonly suppresses?: boolean;
  /** Once found it stays, as it was found. */
  readonly lasting?: boolean;
  readonly thresholds: T;
  readonly units: { readonly [K in keyof T]: string };
  /** Where the rule and its thresholds come from. */
  readonly source: string;
  readonly advice: string;
  /** Whether the rule holds now. Looks at no more than a fixed number of epochs. */
  check(view: TrainingView, thresholds: T): RuleMatch | null;
}

/** Rules in the order in which they are asked: the first primary one that holds decides. */
export interface RuleSet {
  readonly name: string;
  /** Which losses are judged; the other ones where these were never taken. */
  readonly judges: "frozen" | "online";
  readonly rules: readonly Rule[];
}

/** What the rules say of a training so far. */
export interface Diagnosis {
  /** In the order of the rules. A warning or error that is over stays, as `info`. */
  readonly findings: readonly Finding[];
  /** Those of the findings that the last call brought, or made graver. */
  readonly raised: readonly Finding[];
  /** The finding that decides. */
  readonly primary: Finding | null;
  /** What it asks for; `continue` without one. */
  readonly action: TrainingAction;
}
