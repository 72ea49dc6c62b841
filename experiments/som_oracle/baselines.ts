/**
 * What a predictor has to beat: the median of what it learned from, the last value seen, and ridge regression.
 *
 * @module
 */

import { fitRidge, type ForecastTask, predictRidge, type Ridge } from "assay";
import { finalValues, lastValues, type Prefixes } from "./prefixes.ts";

/** Foretells the final values of prefixes, f64 `[count, targets]`. */
export type Baseline = (prefixes: Prefixes) => Float64Array;

/** The median of each target over the training prefixes, whatever is seen. */
export function medianBaseline(train: Prefixes): Baseline {
  const { targets } = train.histories;
  const finals = finalValues(train);
  const medians = targets.map((_, t) => {
    const sorted = finals.filter((_, at) => at % targets.length === t).sort();
    const middle = sorted.length / 2;
    return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  });
  return ({ run }) => Float64Array.from(Array.from(run).flatMap(() => medians));
}

/** The last value of each target seen, carried forward. */
export const lastValueBaseline: Baseline = lastValues;

/** What ridge regression reads. */
export interface RidgeInputs {
  readonly readsPrefix: boolean;
  readonly readsContext: boolean;
}

/** Penalties tried, see `RidgeOptions`; the first of equals is taken. */
const PENALTIES = [10_000, 1_000, 100, 10, 1, 0.1, 0.01];

/**
 * Ridge regression on all numbers of the prefix, the context and the squares of both: a fit for each number of
 * checkpoints seen, and for each target the penalty with the least squared error on the validation prefixes with as
 * many (the greatest where there are none). A prefix of another length is shortened to the longest that was learned.
 *
 * @throws {RangeError} When there is no training prefix; by the baseline, when a prefix is shorter than all of them.
 */
export function ridgeBaseline(
  train: Prefixes,
  validation: Prefixes,
  inputs: RidgeInputs,
): Baseline {
  const lengths = [...new Set(train.steps)].sort((a, b) => a - b);
  const fits = lengths.map((length) =>
    fitLength(designOf(train, length, inputs), designOf(validation, length, inputs))
  );
  return (prefixes) => {
    const width = prefixes.histories.targets.length;
    const foretold = new Float64Array(prefixes.run.length * width);
    const learned = prefixes.steps.map((seen) => lengths.findLastIndex((length) => length <= seen));
    const unknown = prefixes.steps.find((_, i) => learned[i]! < 0);
    if (unknown !== undefined) {
      throw new RangeError(
        `Cannot foretell by ridge regression from ${unknown} checkpoints: the shortest prefix learned has ` +
          `${lengths[0]}`,
      );
    }
    fits.forEach((ofTargets, fit) => {
      const which = [...learned.keys()].filter((i) => learned[i] === fit);
      const { task, starts } = designOf(prefixes, lengths[fit]!, inputs, which);
      ofTargets.forEach((ridge, t) => {
        const values = predictRidge(ridge, task, starts);
        which.forEach((i, row) => foretold[i * width + t] = values[row * width + t]!);
      });
    });
    return foretold;
  };
}

/** Prefixes of one length as a forecast: a row of what is read of each, and the row after it of its targets. */
interface Design {
  readonly task: ForecastTask;
  /** The rows that are read. */
  readonly starts: Int32Array;
}

/** @param which Prefixes, cut to `length` checkpoints. Default: those of that length. */
function designOf(
  { histories: { runs, features, context: known, targets }, run, steps }: Prefixes,
  length: number,
  { readsPrefix, readsContext }: RidgeInputs,
  which: readonly number[] = [...steps.keys()].filter((i) => steps[i] === length),
): Design {
  const numbers = (readsPrefix ? length * features.length : 0) +
    (readsContext ? known.length : 0);
  const columns = Math.max(2 * numbers, targets.length);
  const values = new Float32Array(2 * which.length * columns);
  which.forEach((i, row) => {
    const { values: logged, context, targets: final } = runs[run[i]!]!;
    const read = [
      ...readsPrefix ? Array.from(logged).slice(0, length * features.length) : [],
      ...readsContext ? Array.from(context) : [],
    ];
    values.set([...read, ...read.map((value) => value * value)], 2 * row * columns);
    values.set(final, (2 * row + 1) * columns);
  });
  return {
    task: { values, columns, window: 1, horizon: 1, targets: targets.map((_, t) => t) },
    starts: Int32Array.from(which, (_, row) => 2 * row),
  };
}

/** For each target the fit with the penalty that serves it best. */
function fitLength(train: Design, validation: Design): Ridge[] {
  const width = train.task.targets.length;
  const tried = PENALTIES.map((penalty) => {
    const ridge = fitRidge(train.task, train.starts, { penalty });
    const errors = new Float64Array(width);
    predictRidge(ridge, validation.task, validation.starts).forEach((value, at) => {
      const row = validation.starts[Math.floor(at / width)]! + 1;
      const error = value - validation.task.values[row * validation.task.columns + at % width]!;
      errors[at % width]! += error * error;
    });
    return { ridge, errors };
  });
  return train.task.targets.map((_, t) =>
    tried.reduce((best, next) => next.errors[t]! < best.errors[t]! ? next : best).ridge
  );
}
