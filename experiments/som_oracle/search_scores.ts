/**
 * What a search came to, and what an oracle saved it.
 *
 * @module
 */

import { quantile } from "./decisions.ts";
import { isStopped, type Trial } from "./search_arm.ts";

/** Share of a search's configurations that count as bad: those with the highest scores in the end. */
const BAD = 0.3;

/** What became of the configurations of one search. */
export interface SearchScores {
  readonly configurations: number;
  /** Updates not spent, of all that whole trainings would have taken. */
  readonly savedShare: number;
  /** The same of the worst three tenths of the configurations. */
  readonly savedOfBad: number;
  /** The lowest score of a training that was not stopped. */
  readonly best: number;
  /** How much lower the lowest score of all configurations is, stopped ones too. */
  readonly regret: number;
  /** Every training was stopped. */
  readonly empty: boolean;
}

/**
 * Scores of a search. One that has stopped everything takes up again what was foretold best.
 *
 * @param trials At least one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const trial = { generation: 0, objectives: [], violation: 0, checkpoints: 21, updates: 100, wholeUpdates: 100 };
 * const stopped = { ...trial, violation: 2, checkpoints: 6, updates: 20 };
 * const { best, regret, savedShare, savedOfBad } = searchScores([
 *   { ...trial, score: 0.5 },
 *   { ...stopped, score: 0.25 },
 *   { ...trial, score: 0.75 },
 *   { ...stopped, score: 1 },
 * ]);
 * assertEquals([best, regret, savedShare, savedOfBad], [0.5, 0.25, 0.4, 0.8]);
 * ```
 */
export function searchScores(trials: readonly Trial[]): SearchScores {
  const scores = trials.map(({ score }) => score), bad = quantile(scores, 1 - BAD);
  const best = bestScore(trials);
  return {
    configurations: trials.length,
    savedShare: saved(trials),
    savedOfBad: saved(trials.filter(({ score }) => score > bad)),
    best,
    regret: best - Math.min(...scores),
    empty: trials.every(isStopped),
  };
}

/** Of the trainings that were not stopped the lowest score; if all were, that of the one foretold best. */
export function bestScore(trials: readonly Trial[]): number {
  const finished = trials.filter((trial) => !isStopped(trial));
  if (finished.length > 0) return Math.min(...finished.map(({ score }) => score));
  return trials.reduce((best, next) => next.violation < best.violation ? next : best).score;
}

function saved(trials: readonly Trial[]): number {
  const sum = (of: "updates" | "wholeUpdates") => trials.reduce((sum, trial) => sum + trial[of], 0);
  return trials.length === 0 ? 0 : 1 - sum("updates") / sum("wholeUpdates");
}

/** The best score found by shares of a budget; `null` before a training has ended. */
export function bestBySpent(
  trials: readonly Trial[],
  budget: number,
  shares: readonly number[],
): (number | null)[] {
  return shares.map((share) => {
    let spent = 0;
    const paid = trials.filter((trial) => (spent += trial.updates) <= share * budget);
    return paid.some((trial) => !isStopped(trial)) ? bestScore(paid) : null;
  });
}
