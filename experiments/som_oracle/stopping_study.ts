/**
 * What it would have saved, and cost, to stop the test runs that are foretold to end badly.
 *
 * @module
 */

import {
  addBaseline,
  bootstrapInterval,
  type Key,
  type Metric,
  metric,
  permutation,
  type Study,
} from "assay";
import { type Checks, type Choice, choices, quantile, scoresOf, stopped } from "./decisions.ts";
import { withEnds } from "./evaluation.ts";
import { type Histories, prefixesOf } from "./prefixes.ts";
import { CHECKS, forecast, type Rival, RIVALS, type Rivals } from "./rivals.ts";

/** Runs of a random group: the size of a generation of the document's search. */
const GROUP = 20;
/** Shares of the training runs below the thresholds tried. */
const TRIED = Array.from({ length: 14 }, (_, i) => Math.round(30 + 5 * i) / 100);

/** A threshold's worth. */
export interface Tradeoff {
  readonly rival: Rival;
  /** Share of the training runs below it. */
  readonly below: number;
  readonly saved: number;
  readonly regret: number;
}

/**
 * Stops test runs by the rule (looked at from 20 % on, each 5 %, stopped when foretold to end above the threshold twice
 * running), and says what that comes to in groups of runs of which one is wanted: those of a data set, and 20 at random.
 *
 * @param trainScores Scores in which the training runs ended.
 */
export async function scoreStopping(
  study: Study,
  path: string,
  histories: Histories,
  test: readonly number[],
  rivals: Rivals,
  { threshold, trainScores, key }: {
    readonly threshold: number;
    readonly trainScores: Float64Array;
    readonly key: Key;
  },
): Promise<Tradeoff[]> {
  const { actual, by } = await forecast(rivals, prefixesOf(histories, test, CHECKS));
  const width = CHECKS.length;
  const truth = scoresOf(actual).filter((_, i) => i % width === 0);
  const groups = {
    "data-set": groupsBy(test, (run) => histories.runs[run]!.dataset),
    random: groupsOfSize(key.key("groups"), test.length, GROUP),
  };
  const checksOf = (rival: Rival): Checks => ({
    shares: CHECKS,
    foretold: scoresOf(by[rival]),
    actual: truth,
  });
  for (const rival of RIVALS.slice(0, -1)) {
    const stopping = stopped(checksOf(rival), threshold);
    for (const [name, members] of Object.entries(groups)) {
      const made = choices(members, truth, stopping);
      const scores = choiceScores(`${path}/stop/${name}`, made, key.key(`${name}/${rival}`));
      if (rival === "LSTM") Object.assign(study.metrics, scores);
      else addBaseline(study, rival, scores);
    }
  }
  return RIVALS.slice(0, -1).flatMap((rival) =>
    TRIED.map((below) => {
      const stopping = stopped(checksOf(rival), quantile(trainScores, below));
      const made = choices(groups["data-set"], truth, stopping);
      const of = (name: "saved" | "regret") => mean(made.map((choice) => choice[name]));
      return { rival, below, saved: of("saved"), regret: of("regret") };
    })
  );
}

/** Shares saved, regrets, and how often every run was stopped. */
function choiceScores(path: string, made: readonly Choice[], key: Key): Record<string, Metric> {
  const interval = (name: "saved" | "regret") =>
    bootstrapInterval(
      key.key(name),
      [Float64Array.from(made, (choice) => choice[name])],
      ([drawn]) => mean(drawn!),
      { resamples: 1000 },
    );
  return {
    ...withEnds(`${path}/saved`, interval("saved")),
    ...withEnds(`${path}/regret`, interval("regret"), "lower"),
    [`${path}/emptied`]: metric(mean(made.map(({ emptied }) => Number(emptied))), "lower"),
  };
}

function mean(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Positions of equal names together, in the order of their first. */
function groupsBy(runs: readonly number[], name: (run: number) => string): number[][] {
  const groups = new Map<string, number[]>();
  runs.forEach((run, position) => {
    const own = groups.get(name(run)) ?? [];
    groups.set(name(run), [...own, position]);
  });
  return [...groups.values()];
}

/** Positions at random in groups of a size; what is left over is in none, unless it is all. */
function groupsOfSize(key: Key, count: number, size: number): number[][] {
  const order = [...permutation(key, count)];
  const groups = Math.max(1, Math.floor(count / size));
  return Array.from({ length: groups }, (_, g) => order.slice(g * size, (g + 1) * size));
}
