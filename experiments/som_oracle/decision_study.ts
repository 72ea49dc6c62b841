/**
 * What decisions are worth that rest on how runs are foretold to end.
 *
 * @module
 */

import { addBaseline, type Key, type Metric, metric, rankCorrelation, type Study } from "assay";
import { type DecisionScores, decisionScores, scoresOf } from "./decisions.ts";
import { groupsOf, meanOf, resampled, rowsAt, sharesOf, withEnds } from "./evaluation.ts";
import { type Forecasts, type Rival, RIVALS } from "./rivals.ts";
import { percent, rowsOf } from "./study.ts";

/**
 * Decisions at every share: which runs end above the threshold, by what was foretold; and whether runs are foretold in
 * the right order, among all and on the same data set, which is where a search chooses.
 */
export function scoreDecisions(
  study: Study,
  path: string,
  forecasts: Forecasts,
  threshold: number,
  key: Key,
): void {
  const { actual, by } = forecasts;
  const groups = groupsOf(forecasts), truth = scoresOf(actual);
  const foretold = Object.fromEntries(RIVALS.map((rival) => [rival, scoresOf(by[rival])]));
  for (const share of sharesOf(forecasts)) {
    const at = `${path}/${percent(share)}/decision`;
    const rows = rowsAt(forecasts, share);
    const decisions = (rival: Rival, of: ArrayLike<number>) =>
      decisionScores(truth, foretold[rival]!, threshold, of);
    const order = (rival: Rival, of: ArrayLike<number>) =>
      rankCorrelation(rowsOf(truth, of, 1), rowsOf(foretold[rival]!, of, 1));
    const interval = (name: string, statistic: (rows: ArrayLike<number>) => number) =>
      resampled(key.key(at).key(name), groups, rows, statistic);
    for (const name of DECISION_SCORES) {
      const own = interval(name, (of) => decisions("LSTM", of)[name]);
      Object.assign(study.metrics, withEnds(`${at}/${name}`, own));
    }
    const ranks = interval("rank-correlation", (of) => order("LSTM", of));
    Object.assign(study.metrics, withEnds(`${at}/rank-correlation`, ranks));
    const pairs = (rival: Rival) => pairsInOrder(truth, foretold[rival]!, groups, rows);
    const ordered = pairs("LSTM");
    Object.assign(
      study.metrics,
      withEnds(`${at}/order-in-data-set`, interval("order", (of) => shareOf(ordered, of))),
    );
    const gain = interval(
      "gain",
      (of) => decisions("LSTM", of).accuracy - decisions("ridge", of).accuracy,
    );
    Object.assign(study.metrics, withEnds(`${at}/gain/ridge`, gain));
    const neighbours = decisionScores(truth, meanOfOthers(truth, groups, rows), threshold, rows);
    addBaseline(study, "mean of other runs on its data", {
      [`${at}/accuracy`]: metric(neighbours.accuracy, "higher"),
    });
    for (const rival of RIVALS.slice(1)) {
      const scores = Object.entries(decisions(rival, rows))
        .map(([name, value]): [string, Metric] => [`${at}/${name}`, metric(value, "higher")]);
      addBaseline(study, rival, {
        ...Object.fromEntries(scores),
        [`${at}/rank-correlation`]: metric(order(rival, rows), "higher"),
        [`${at}/order-in-data-set`]: metric(shareOf(pairs(rival), rows), "higher"),
      });
    }
  }
}

const DECISION_SCORES = [
  "accuracy",
  "precision",
  "recall",
  "specificity",
] as const satisfies readonly (keyof DecisionScores)[];

/** For each run, of how many pairs with later runs on its data set there are, and how many are foretold in order. */
interface PairCounts {
  readonly inOrder: Float64Array;
  readonly all: Float64Array;
}

/** Counts pairs of rows of one group; one that is foretold to tie is half in order. */
function pairsInOrder(
  actual: Float64Array,
  foretold: Float64Array,
  groups: readonly string[],
  rows: Int32Array,
): PairCounts {
  const inOrder = new Float64Array(actual.length), all = new Float64Array(actual.length);
  const members = new Map<string, number[]>();
  for (const row of rows) {
    const earlier = members.get(groups[row]!) ?? [];
    for (const other of earlier) {
      const apart = (actual[row]! - actual[other]!) * (foretold[row]! - foretold[other]!);
      all[row]!++;
      inOrder[row]! += apart > 0 ? 1 : apart === 0 ? 0.5 : 0;
    }
    members.set(groups[row]!, [...earlier, row]);
  }
  return { inOrder, all };
}

/**
 * For each of these rows the mean over the others of its group; infinite where there is none. No run has begun, and it
 * says how far a decision by a threshold that is the same for all data is one about the data.
 */
function meanOfOthers(
  actual: Float64Array,
  groups: readonly string[],
  rows: Int32Array,
): Float64Array {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const row of rows) {
    const { sum, count } = sums.get(groups[row]!) ?? { sum: 0, count: 0 };
    sums.set(groups[row]!, { sum: sum + actual[row]!, count: count + 1 });
  }
  return actual.map((score, row) => {
    const { sum, count } = sums.get(groups[row]!) ?? { sum: 0, count: 0 };
    return count > 1 ? (sum - score) / (count - 1) : Infinity;
  });
}

/** The share of pairs in order; one half where there is none. */
function shareOf({ inOrder, all }: PairCounts, rows: ArrayLike<number>): number {
  let right = 0, pairs = 0;
  for (let i = 0; i < rows.length; i++) {
    right += inOrder[rows[i]!]!;
    pairs += all[rows[i]!]!;
  }
  return pairs === 0 ? 0.5 : right / pairs;
}

/** Groups of a calibration. */
const BINS = 20;

/** Runs whose foretold scores follow one another. */
export interface CalibrationBin {
  readonly rival: Rival;
  /** Mean of the scores foretold. */
  readonly foretold: number;
  /** Mean of the scores in the end. */
  readonly actual: number;
  /** Share of runs that end above the threshold. */
  readonly above: number;
}

/** Whether scores mean what they say at a share of the runs; the mean distance goes to the metrics. */
export function calibration(
  study: Study,
  path: string,
  forecasts: Forecasts,
  threshold: number,
  share: number,
): CalibrationBin[] {
  const truth = scoresOf(forecasts.actual);
  const bins = (["LSTM", "ridge"] as const).flatMap((rival) => {
    const foretold = scoresOf(forecasts.by[rival]);
    const sorted = rowsAt(forecasts, share).sort((a, b) => foretold[a]! - foretold[b]!);
    const edge = (bin: number) => Math.round(bin * sorted.length / BINS);
    return Array.from({ length: BINS }, (_, i) => sorted.subarray(edge(i), edge(i + 1)))
      .filter(({ length }) => length > 0)
      .map((rows): CalibrationBin => ({
        rival,
        foretold: meanOf(foretold, rows),
        actual: meanOf(truth, rows),
        above: meanOf(truth.map((score) => score > threshold ? 1 : 0), rows),
      }));
  });
  const apart = (rival: Rival) => {
    const own = bins.filter((bin) => bin.rival === rival);
    return own.reduce((sum, bin) => sum + Math.abs(bin.foretold - bin.actual), 0) / own.length;
  };
  const at = `${path}/${percent(share)}/decision/calibration-error`;
  study.metrics[at] = metric(apart("LSTM"), "lower");
  addBaseline(study, "ridge", { [at]: metric(apart("ridge"), "lower") });
  return bins;
}
