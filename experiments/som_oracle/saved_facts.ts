/**
 * What there is to know of a trained predictor: what it learned from, and how it does on what it did not.
 *
 * @module
 */

import { digestArrays } from "assay";
import { decisionScores, scoresOf } from "./decisions.ts";
import { asErrors, asRatios, type MapHistories } from "./histories.ts";
import { finalValues, type Histories, type Prefixes, type RunHistory } from "./prefixes.ts";
import { endsOf } from "./rivals.ts";
import type { SavedFacts, ScoreRule } from "./saved_schema.ts";
import type { Predictor } from "./training.ts";

/** What a predictor was made with. */
export interface Making {
  readonly maps: MapHistories;
  /** Prefixes of the runs it learned from, was chosen on and is judged on. */
  readonly train: Prefixes;
  readonly validation: Prefixes;
  readonly test: Prefixes;
  /** How its score becomes a recommendation. */
  readonly rule: ScoreRule;
  /** Where the runs came from, in words. */
  readonly source: string;
  /** Iterations of every run, where all have as many; else `null`. */
  readonly totalEpochs: number | null;
}

/**
 * Scores of ends as a rule wants them: the document's of bare errors, those of a percentile of errors over the first.
 *
 * @param run `[count]`: whose ends.
 * @param ends `[count, 3]`, in the units of the histories.
 */
export function ruleScores(
  { kind }: ScoreRule,
  maps: MapHistories,
  run: ArrayLike<number>,
  ends: ArrayLike<number>,
): Float64Array {
  return scoresOf(kind === "document" ? asErrors(maps, run, ends) : asRatios(maps, run, ends));
}

/** The score above which a rule ends a training. */
export function limitOf(rule: ScoreRule): number {
  return rule.kind === "document" ? rule.terminate : rule.threshold;
}

/**
 * All that can be said of a predictor apart from its run and files.
 *
 * @throws {RangeError} When there is no test prefix.
 */
export async function factsOf(
  { network, options, standardisation, fitted, foretell }: Predictor,
  { maps, train, validation, test, rule, source, totalEpochs }: Making,
): Promise<Omit<SavedFacts, "schema" | "name" | "run" | "weights">> {
  if (test.run.length === 0) {
    throw new RangeError("Cannot say how good a predictor is: there is no test prefix");
  }
  const { features, context, targets, current, isRatio, runs } = maps;
  const { network: name, ahead, answer = "value", dropout = 1, epochs, ...reading } = options;
  const own = runsOf(train), longest = most(train.steps);
  return {
    network: {
      ...reading,
      name,
      ahead: [...ahead],
      answer,
      dropout,
      parameters: network.countParams(),
    },
    features: [...features],
    context: [...context],
    targets: [...targets],
    current: [...current],
    isRatio,
    standardisation: { ...standardisation },
    checkpoints: checkpointRange(own),
    totalEpochs,
    shares: distinct(train.share),
    steps: { least: least(train.steps), most: longest },
    ranges: {
      features: range(
        own.map(({ values }) => Array.from(values).slice(0, longest * features.length)),
        features.length,
      ),
      context: range(own.map(({ context }) => context), context.length),
    },
    rule,
    training: {
      epochs: { most: epochs, done: fitted.history.length, best: fitted.bestEpoch },
      stoppedEarly: fitted.stoppedEarly,
      bestValidationLoss: fitted.bestValidationLoss,
    },
    splits: { train: sizes(train), validation: sizes(validation), test: sizes(test) },
    test: judged(endsOf(await foretell(test), ahead.length + 1), test, maps, rule),
    data: { source, runs: runs.length, sha256: digestOf(maps) },
  };
}

/** Errors of the ends foretold of prefixes. */
function judged(foretold: Float64Array, prefixes: Prefixes, maps: MapHistories, rule: ScoreRule) {
  const ends = finalValues(prefixes), { run, share: shares } = prefixes;
  const scores = ruleScores(rule, maps, run, foretold), truth = ruleScores(rule, maps, run, ends);
  const mean = (which: readonly number[], of: (i: number) => number) =>
    which.reduce((sum, i) => sum + of(i), 0) / which.length;
  const errors = (which: readonly number[]) => {
    const each = (of: (error: number) => number) =>
      maps.targets.map((_, t) => mean(which, (i) => of(foretold[3 * i + t]! - ends[3 * i + t]!)));
    return { mae: each(Math.abs), mse: each((error) => error * error) };
  };
  return {
    ...errors([...run.keys()]),
    byShare: distinct(shares).map((share) => {
      const which = [...run.keys()].filter((i) => shares[i] === share);
      return {
        share,
        prefixes: which.length,
        ...errors(which),
        score: {
          mae: mean(which, (i) => Math.abs(scores[i]! - truth[i]!)),
          above: mean(which, (i) => Number(truth[i]! > limitOf(rule))),
          accuracy: decisionScores(truth, scores, limitOf(rule), which).accuracy,
        },
      };
    }),
  };
}

/** The runs that have a prefix. */
function runsOf({ histories: { runs }, run }: Prefixes): RunHistory[] {
  return distinct(run).map((r) => runs[r]!);
}

function sizes(prefixes: Prefixes) {
  const runs = runsOf(prefixes);
  const dataSets = new Set(runs.map(({ dataset }) => dataset)).size;
  return { dataSets, runs: runs.length, prefixes: prefixes.run.length };
}

/** When each checkpoint came, at the earliest and at the latest. */
function checkpointRange(runs: readonly RunHistory[]) {
  const checkpoints = most(runs.map(({ progress }) => progress.length));
  const at = Array.from(
    { length: checkpoints },
    (_, checkpoint) =>
      runs.map(({ progress }) => progress[checkpoint])
        .filter((share) => share !== undefined),
  );
  return { least: at.map(least), most: at.map(most) };
}

/** The extremes of each column of rows that stand one after another. */
function range(rows: readonly ArrayLike<number>[], columns: number) {
  const extremes = { least: Array(columns).fill(Infinity), most: Array(columns).fill(-Infinity) };
  for (const row of rows) {
    for (let at = 0; at < row.length; at++) {
      const column = at % columns;
      extremes.least[column] = Math.min(extremes.least[column], row[at]!);
      extremes.most[column] = Math.max(extremes.most[column], row[at]!);
    }
  }
  return extremes;
}

function digestOf({ runs }: Histories): string {
  const all = (of: (run: RunHistory) => ArrayLike<number>) =>
    Float64Array.from(runs.flatMap((run) => Array.from(of(run))));
  return digestArrays({
    progress: all(({ progress }) => progress),
    values: all(({ values }) => values),
    context: all(({ context }) => context),
    targets: all(({ targets }) => targets),
  });
}

function distinct(values: Iterable<number>): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

function least(values: ArrayLike<number>): number {
  return Array.from(values).reduce((least, value) => Math.min(least, value), Infinity);
}

function most(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, value) => Math.max(most, value), -Infinity);
}
