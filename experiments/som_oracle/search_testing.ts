/**
 * Test support: a small data set to search on, and an oracle that needs no training.
 *
 * @module
 */

import { rootKey } from "assay";
import { type Checkpoint, mqeRatio } from "../../data/som.ts";
import { type Oracle, type SomSoFar, stopWorst } from "./oracle_stopping.ts";
import { SearchField } from "./search_field.ts";

/** What small searches are made of. */
export const SMALL = { samples: 60, population: 4 };

/** A field of which nothing has been trained. */
export function smallField(seed = 1): SearchField {
  return new SearchField(rootKey(seed), 0, SMALL);
}

/** Foretells that nothing changes any more. */
export function lastValue(runs: readonly SomSoFar[]): ReturnType<Oracle> {
  return Promise.resolve(runs.map(({ history }) => {
    const { topographicError, deadNeuronRatio } = history.at(-1)!;
    return { mqe: mqeRatio(history), topographicError, deadNeuronRatio };
  }));
}

/** Stops the worse half by it. */
export const lastValueWatch = { oracle: lastValue, stopper: stopWorst(lastValue, 0.5) };

/** Checkpoints of a training of so many, their errors as given, all other things equal. */
export function checkpoints(of: number, errors: readonly number[]): Checkpoint[] {
  return errors.map((mqe, i) => ({
    epoch: 10 * i,
    mqe,
    topographicError: 0,
    deadNeuronRatio: 0,
    progress: i / (of - 1),
    learningRate: 0.5,
    radius: 2,
    updates: 20 * i,
  }));
}
