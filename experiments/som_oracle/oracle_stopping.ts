/**
 * Ending trainings by what an oracle foretells of them.
 *
 * @module
 */

import { confirmed, type RunSoFar, type RunStopper } from "assay";
import { type Checkpoint, type MapErrors, qualityScore, type SomRun } from "../../data/som.ts";
import { quantile } from "./decisions.ts";
import type { Histories, Prefixes } from "./prefixes.ts";
import { FIRST_CHECK, LAST_CHECK } from "./rivals.ts";

/** A training as far as it has come, and what was known before it began. */
export interface SomSoFar extends Omit<SomRun, "final">, RunSoFar<Checkpoint> {
  readonly history: readonly Checkpoint[];
}

/** Foretells how trainings will end, the quantisation error over that of the first checkpoint. */
export type Oracle = (runs: readonly SomSoFar[]) => Promise<readonly MapErrors[]>;

/** Half the way from one checkpoint to the next: progress is rounded to whole iterations. */
const ROUNDING = 0.025;
/** When trainings are looked at, and how many times running they have to be found bad. */
const CHECKS = { first: FIRST_CHECK - ROUNDING, last: LAST_CHECK + ROUNDING, checks: 2 };

/**
 * The oracle that a predictor is, or a baseline. What it said of a prefix it remembers.
 *
 * @param historiesOf Trainings as the predictor reads them, as if each had ended.
 * @param foretell A row a prefix; the last three numbers are MQE ratio, topographic error and dead-neuron ratio at the
 * end.
 */
export function oracleOf(
  historiesOf: (runs: readonly SomRun[]) => Histories,
  foretell: (prefixes: Prefixes) => ArrayLike<number> | Promise<ArrayLike<number>>,
): Oracle {
  const known = new Map<string, MapErrors>();
  const nameOf = ({ uid, history }: SomSoFar) => `${uid} ${history.length}`;
  return async (runs) => {
    const unknown = runs.filter((run) => !known.has(nameOf(run)));
    if (unknown.length > 0) {
      const histories = historiesOf(unknown.map((run) => ({ ...run, final: run.history.at(-1)! })));
      const values = await foretell(wholePrefixes(histories));
      const width = values.length / unknown.length;
      unknown.forEach((run, i) => {
        const [mqe, topographicError, deadNeuronRatio] = [3, 2, 1]
          .map((back) => values[(i + 1) * width - back]!) as [number, number, number];
        known.set(nameOf(run), { mqe, topographicError, deadNeuronRatio });
      });
    }
    return runs.map((run) => known.get(nameOf(run))!);
  };
}

/** All that there is of each run. */
function wholePrefixes(histories: Histories): Prefixes {
  const { runs } = histories;
  return {
    histories,
    run: Int32Array.from(runs.keys()),
    share: Float64Array.from(runs, ({ progress }) => progress[progress.length - 1]!),
    steps: Int32Array.from(runs, ({ progress }) => progress.length),
  };
}

/** Ends trainings whose foretold score is above a threshold, at two checks running. */
export function stopAbove(oracle: Oracle, threshold: number): RunStopper<SomSoFar> {
  return confirmed(
    async (runs) => (await foretoldScores(oracle, runs)).map((score) => score > threshold),
    CHECKS,
  );
}

/**
 * Ends trainings whose foretold score is above a threshold of the search's own, at two checks running: a quantile of
 * what was foretold, at their first check, of all that the search has begun. So scores are compared with others on the
 * same data; one threshold for all data stops everything on one set and nothing on the next.
 *
 * @param share Which quantile, from 0 to 1.
 */
export function stopWorst(oracle: Oracle, share: number): RunStopper<SomSoFar> {
  const atFirstCheck = (run: SomSoFar) => {
    const end = run.history.findIndex(({ progress }) => progress >= CHECKS.first) + 1;
    return { ...run, history: run.history.slice(0, end) };
  };
  return confirmed(async (runs, others) => {
    const begun = [...runs, ...others].map(atFirstCheck).filter(({ history }) =>
      history.length > 0
    );
    const threshold = quantile(await foretoldScores(oracle, begun), share);
    return (await foretoldScores(oracle, runs)).map((score) => score > threshold);
  }, CHECKS);
}

async function foretoldScores(oracle: Oracle, runs: readonly SomSoFar[]): Promise<number[]> {
  return (await oracle(runs)).map(qualityScore);
}

/** A training that goes from checkpoint to checkpoint. */
export interface Training {
  readonly soFar: SomSoFar;
  readonly finished: boolean;
  advance(): void;
}

/**
 * Trains side by side, from checkpoint to checkpoint, each until it is finished or the stopper ends it.
 *
 * @param others Trainings of before, for a stopper that compares.
 * @returns For each whether it was stopped.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { mqeRatio, sampleConfiguration, sampleDataSet, SomTraining } from "../../data/som.ts";
 * import { SharedTraining } from "./search_trainings.ts";
 *
 * const key = rootKey(1), data = sampleDataSet(key);
 * const training = new SomTraining(key, data, sampleConfiguration(key, data.samples));
 * const look = new SharedTraining(training).look();
 * const asItIs: Oracle = (runs) =>
 *   Promise.resolve(runs.map(({ history }) => ({ ...history.at(-1)!, mqe: mqeRatio(history) })));
 * assertEquals(await trainWithOracle([look], stopAbove(asItIs, 0)), [true]);
 * assertEquals(look.soFar.history.length, 6); // at 25 %: the second check
 * ```
 */
export async function trainWithOracle(
  trainings: readonly Training[],
  stopper: RunStopper<SomSoFar>,
  others: readonly SomSoFar[] = [],
): Promise<boolean[]> {
  const stopped = trainings.map(() => false);
  for (;;) {
    const going = [...trainings.keys()].filter((i) => !stopped[i] && !trainings[i]!.finished);
    if (going.length === 0) return stopped;
    for (const i of going) trainings[i]!.advance();
    const asked = going.filter((i) => !trainings[i]!.finished);
    const over = [...trainings.keys()].filter((i) => !asked.includes(i));
    const soFar = (which: readonly number[]) => which.map((i) => trainings[i]!.soFar);
    const said = await stopper(soFar(asked), [...others, ...soFar(over)]);
    asked.forEach((i, at) => stopped[i] = said[at]!);
  }
}
