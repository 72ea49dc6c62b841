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

/** What became of runs that may be stopped. */
export interface Stopping {
  /** `[runs]`: the share of each that was left undone; 0 where it went on to its end. */
  readonly left: Float64Array;
  /** `[runs]`: the score that was foretold when it was stopped. */
  readonly foretold: Float64Array;
}

/** Stops each run that at two checks running is foretold to end above the threshold. */
export function stopped({ shares, foretold, actual }: Checks, threshold: number): Stopping {
  const width = shares.length;
  const above = (run: number, check: number) => foretold[run * width + check]! > threshold;
  const checks = Array.from(
    actual,
    (_, run) => shares.findIndex((_, c) => c > 0 && above(run, c - 1) && above(run, c)),
  );
  return {
    left: Float64Array.from(checks, (check) => check < 0 ? 0 : 1 - shares[check]!),
    foretold: Float64Array.from(
      checks,
      (check, run) => check < 0 ? -Infinity : foretold[run * width + check]!,
    ),
  };
}

/** What stopping came to among runs of which the best is wanted. */
export interface Choice {
  /** How much worse the best finished run ended than the best of all. */
  readonly regret: number;
  /** Share of all work that was left undone. */
  readonly saved: number;
  /** Every run was stopped, so that the one foretold to end best was finished after all. */
  readonly emptied: boolean;
}

/** The same for each group of runs. */
export function choices(
  groups: readonly (readonly number[])[],
  actual: ArrayLike<number>,
  { left, foretold }: Stopping,
): Choice[] {
  return groups.map((runs) => {
    const least = (values: ArrayLike<number>, of: readonly number[]) =>
      of.reduce((a, b) => values[b]! < values[a]! ? b : a);
    const went = runs.filter((run) => left[run] === 0), emptied = went.length === 0;
    const finished = emptied ? [least(foretold, runs)] : went;
    const undone = runs.filter((run) => !finished.includes(run));
    return {
      regret: actual[least(actual, finished)]! - actual[least(actual, runs)]!,
      saved: undone.reduce((sum, run) => sum + left[run]!, 0) / runs.length,
      emptied,
    };
  });
}
