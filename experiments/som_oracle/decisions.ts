/**
 * Deciding by the foretold end: whether a run is worth finishing, and what it comes to if the others are stopped.
 *
 * @module
 */

import { qualityScore } from "../../data/som.ts";
import { TARGETS } from "./histories.ts";

/** Runs that end above this share of the training runs' scores are not worth finishing. */
export const STOPPED_ABOVE = 0.7;

/**
 * Scores of ends, lower is better: MQE ratio, topographic error and half the dead units.
 *
 * @param ends `[count, 3]`, quantisation errors over the first.
 */
export function scoresOf(ends: ArrayLike<number>): Float64Array {
  const width = TARGETS.length;
  return Float64Array.from({ length: ends.length / width }, (_, i) =>
    qualityScore({
      mqe: ends[i * width]!,
      topographicError: ends[i * width + 1]!,
      deadNeuronRatio: ends[i * width + 2]!,
    }));
}

/** The value below which a share of the values lies, between two of them linearly. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const position = share * (sorted.length - 1), below = Math.floor(position);
  const low = sorted[below]!, high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}

/** How often decisions are right. */
export interface DecisionScores {
  /** Share of all. */
  readonly accuracy: number;
  /** Of those stopped, the share that were to be; 1 when none was stopped. */
  readonly precision: number;
  /** Of those that were to be stopped, the share that was; 1 when there was none. */
  readonly recall: number;
  /** Of those to be finished, the share that was; 1 when there was none. */
  readonly specificity: number;
}

/**
 * Stopping whatever is foretold to end above the threshold, against what does.
 *
 * @param actual Scores of ends.
 * @param foretold The same, foretold.
 * @param rows Which of them, with repetition. Default: all.
 */
export function decisionScores(
  actual: ArrayLike<number>,
  foretold: ArrayLike<number>,
  threshold: number,
  rows: ArrayLike<number> = Int32Array.from(actual, (_, i) => i),
): DecisionScores {
  let [stopped, bad, both] = [0, 0, 0];
  for (let i = 0; i < rows.length; i++) {
    const isBad = actual[rows[i]!]! > threshold, isStopped = foretold[rows[i]!]! > threshold;
    bad += Number(isBad);
    stopped += Number(isStopped);
    both += Number(isBad && isStopped);
  }
  const good = rows.length - bad, finishedGood = good - (stopped - both);
  const share = (part: number, whole: number) => whole === 0 ? 1 : part / whole;
  return {
    accuracy: share(both + finishedGood, rows.length),
    precision: share(both, stopped),
    recall: share(both, bad),
    specificity: share(finishedGood, good),
  };
}

/** What is foretold of runs at the checkpoints where they are looked at. */
export interface Checks {
  /** `[checks]`: shares of a run, ascending. */
  readonly shares: readonly number[];
  /** `[runs, checks]`: foretold scores. */
  readonly foretold: Float64Array;
  /** `[runs]`: scores in the end. */
  readonly actual: Float64Array;
}

/**
 * Stops each run that at two checks running is foretold to end above the threshold.
 *
 * @returns `[runs]`: the share of it that is left then; 0 for one that goes on to its end.
 */
export function stopped({ shares, foretold, actual }: Checks, threshold: number): Float64Array {
  const above = (run: number, check: number) => foretold[run * shares.length + check]! > threshold;
  return Float64Array.from(actual, (_, run) => {
    const check = shares.findIndex((_, c) => c > 0 && above(run, c - 1) && above(run, c));
    return check < 0 ? 0 : 1 - shares[check]!;
  });
}

/** What stopping came to among runs that were made to find one good one. */
export interface Choice {
  /** How much worse the best finished run ended than the best of all; `null` when none was finished. */
  readonly regret: number | null;
  /** Share of all work that was left undone. */
  readonly saved: number;
}

/** The same for each group of runs, in the order of `groups`. */
export function choices(
  groups: readonly (readonly number[])[],
  actual: ArrayLike<number>,
  left: ArrayLike<number>,
): Choice[] {
  return groups.map((runs) => {
    const best = (of: readonly number[]) =>
      of.reduce((least, run) => Math.min(least, actual[run]!), Infinity);
    const finished = runs.filter((run) => left[run] === 0);
    return {
      regret: finished.length === 0 ? null : best(finished) - best(runs),
      saved: runs.reduce((sum, run) => sum + left[run]!, 0) / runs.length,
    };
  });
}
