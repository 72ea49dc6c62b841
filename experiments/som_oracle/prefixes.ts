/**
 * What a predictor learns from: histories of whole runs, cut off at shares of their progress.
 *
 * @module
 */

import { InputError } from "assay";

/** One run, as it was logged. */
export interface RunHistory {
  /** The data set it learned: what a split by data sets keeps together. */
  readonly dataset: string;
  /** Its configuration, such as a hash: what every split keeps together. */
  readonly configuration: string;
  /** `[checkpoints]`: the share of the run that was done, ascending, at most 1. */
  readonly progress: ArrayLike<number>;
  /** `[checkpoints, features]`. */
  readonly values: ArrayLike<number>;
  /** `[context]`: what is known before it. */
  readonly context: ArrayLike<number>;
  /** `[targets]`: how it ended. */
  readonly targets: ArrayLike<number>;
}

/** Runs that were logged alike. */
export interface Histories {
  /** Names of the numbers of a checkpoint. */
  readonly features: readonly string[];
  readonly context: readonly string[];
  readonly targets: readonly string[];
  /** For each target, which feature is its value so far. */
  readonly current: readonly number[];
  readonly runs: readonly RunHistory[];
}

/** Shares of a run at which it is looked at: the first check is at 20 %, two come before it. */
export const PREFIX_SHARES: readonly number[] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];

/** A checkpoint comes after a whole iteration, by up to half of one late, and a run has a hundred or more. */
const LATENESS = 0.005;

/** Prefixes of runs. */
export interface Prefixes {
  readonly histories: Histories;
  /** `[count]`: which run. */
  readonly run: Int32Array;
  /** `[count]`: which share of it was asked for. */
  readonly share: Float64Array;
  /** `[count]`: how many checkpoints were seen by then, at least 1. */
  readonly steps: Int32Array;
}

/**
 * The prefixes of some runs, run by run, at every share by which a checkpoint was seen; one that the rounding to
 * whole iterations made half an iteration late counts.
 *
 * @param runs Positions among the runs.
 * @throws {InputError} When a run's numbers do not fit together, or are none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const run = { dataset: "a", configuration: "1", progress: [0, 0.5, 1], context: [], targets: [7] };
 * const histories = { features: ["error"], context: [], targets: ["error"], current: [0] };
 * const { steps } = prefixesOf(
 *   { ...histories, runs: [{ ...run, values: [9, 8, 7] }] },
 *   [0],
 *   [0.05, 0.5, 0.7],
 * );
 * assertEquals([...steps], [1, 2, 2]);
 * ```
 */
export function prefixesOf(
  histories: Histories,
  runs: Iterable<number>,
  shares: readonly number[] = PREFIX_SHARES,
): Prefixes {
  const found: { run: number; share: number; steps: number }[] = [];
  for (const run of runs) {
    checkRun(histories, run);
    for (const share of shares) {
      const steps = stepsBy(histories.runs[run]!.progress, share);
      if (steps > 0) found.push({ run, share, steps });
    }
  }
  return {
    histories,
    run: Int32Array.from(found, ({ run }) => run),
    share: Float64Array.from(found, ({ share }) => share),
    steps: Int32Array.from(found, ({ steps }) => steps),
  };
}

/** The final values of every prefix's run, f64 `[count, targets]`. */
export function finalValues({ histories, run }: Prefixes): Float64Array {
  return Float64Array.from(Array.from(run).flatMap((r) => Array.from(histories.runs[r]!.targets)));
}

/** Values foretold, and which of them there are. */
export interface HorizonValues {
  /** f64 `[count, horizons, targets]`; zero where there is none. */
  readonly values: Float64Array;
  /** `[count, horizons]`: whether the run goes on that far. */
  readonly reached: Uint8Array;
}

/**
 * What each prefix is followed by: the targets' values some share of the run later (at the checkpoint nearest to
 * it), and in the end.
 *
 * @param ahead Shares from a prefix's last checkpoint on; 0 is that checkpoint. The end is the last horizon.
 */
export function horizonValues(prefixes: Prefixes, ahead: readonly number[]): HorizonValues {
  const { histories: { runs, current, features, targets }, run, steps } = prefixes;
  const horizons = ahead.length + 1, width = targets.length;
  const values = new Float64Array(run.length * horizons * width);
  const reached = new Uint8Array(run.length * horizons);
  run.forEach((r, i) => {
    const { progress, values: logged, targets: final } = runs[r]!;
    const now = progress[steps[i]! - 1]!;
    for (let h = 0; h < horizons; h++) {
      const at = i * horizons + h, isEnd = h === ahead.length;
      if (!isEnd && now + ahead[h]! > 1 + LATENESS) continue;
      reached[at] = 1;
      const row = isEnd ? 0 : nearest(progress, now + ahead[h]!);
      for (let t = 0; t < width; t++) {
        values[at * width + t] = isEnd ? final[t]! : logged[row * features.length + current[t]!]!;
      }
    }
  });
  return { values, reached };
}

/** The targets' values at the last checkpoint of each prefix, f64 `[count, targets]`. */
export function lastValues(
  { histories: { runs, features, current }, run, steps }: Prefixes,
): Float64Array {
  return Float64Array.from(
    Array.from(run).flatMap((r, i) =>
      current.map((feature) => runs[r]!.values[(steps[i]! - 1) * features.length + feature]!)
    ),
  );
}

/** Checkpoints seen when a share of the run is done. */
function stepsBy(progress: ArrayLike<number>, share: number): number {
  let steps = 0;
  while (steps < progress.length && progress[steps]! <= share + LATENESS) steps++;
  return steps;
}

/** The checkpoint at or about a share of the run. */
function nearest(progress: ArrayLike<number>, share: number): number {
  let at = progress.length - 1;
  while (at > 0 && share - progress[at - 1]! <= progress[at]! - share) at--;
  return at;
}

function checkRun({ runs, features, context, targets }: Histories, run: number): void {
  const { dataset, configuration, ...history } = runs[run]!;
  const wanted = {
    values: history.progress.length * features.length,
    context: context.length,
    targets: targets.length,
  };
  const refuse = (found: string) =>
    new InputError(
      `Cannot learn from run ${run} (data set "${dataset}", configuration "${configuration}"): ${found}. ` +
        `It needs finite numbers, ${features.length} at each checkpoint, ${context.length} of context and ` +
        `${targets.length} targets, and progress that rises to at most 1.`,
    );
  for (const [name, count] of Object.entries(wanted) as [keyof typeof wanted, number][]) {
    const { length } = history[name];
    if (length !== count) throw refuse(`${name} has ${length} numbers instead of ${count}`);
    const bad = Array.from(history[name]).find((value) => !Number.isFinite(value));
    if (bad !== undefined) throw refuse(`${name} has the value ${bad}`);
  }
  Array.from(history.progress).forEach((share, i, all) => {
    if (!(share <= 1 && (i === 0 || share > all[i - 1]!))) {
      throw refuse(`its progress at checkpoint ${i} (from 0) is ${share}`);
    }
  });
}
