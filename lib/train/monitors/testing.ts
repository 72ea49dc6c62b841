/**
 * Histories and rule sets for the tests of monitors.
 *
 * @module
 */

import { diagnose } from "./monitor.ts";
import type { Finding, MonitoredEpoch, Rule, RuleSet, TrainingHistory } from "./types.ts";

/** The losses of document 003's run, epoch by epoch. */
export const documentLosses: readonly number[] = [0.2847, 0.4059, 0.4111, 0.4625, 0.4580];

/** Epochs with these on-line losses. */
export function online(losses: readonly number[], learningRate = 1e-3): MonitoredEpoch[] {
  return losses.map((onlineLoss, i) => ({ epoch: i + 1, onlineLoss, learningRate }));
}

/** Epochs with these frozen losses. */
export function frozen(losses: readonly number[], learningRate = 1e-3): MonitoredEpoch[] {
  return losses.map((frozenLoss, i) => ({ epoch: i + 1, frozenLoss, learningRate }));
}

/** Epochs with these on-line and frozen losses. */
export function both(
  onlineLosses: readonly number[],
  frozenLosses: readonly number[],
): MonitoredEpoch[] {
  return onlineLosses.map((onlineLoss, i) => ({
    epoch: i + 1,
    onlineLoss,
    frozenLoss: frozenLosses[i]!,
    learningRate: 1e-3,
  }));
}

/** One rule of a set, alone. */
export function alone(set: RuleSet, id: string): RuleSet {
  return { ...set, rules: [ruleOf(set, id)] };
}

/** A rule of a set by its id. */
export function ruleOf(set: RuleSet, id: string): Rule {
  const rule = set.rules.find((rule) => rule.id === id);
  if (rule === undefined) throw new RangeError(`Cannot test "${id}": no such rule`);
  return rule;
}

/** What a rule alone finds in a history. */
export function findingOf(set: RuleSet, id: string, history: TrainingHistory): Finding | undefined {
  return diagnose(history, alone(set, id)).findings[0];
}

/** Ids of the rules that found something, in order. */
export function idsOf(findings: readonly Finding[]): string[] {
  return findings.map(({ rule }) => rule);
}
