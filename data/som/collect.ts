/**
 * Many trainings, for what learns from their histories.
 *
 * @module
 */

import type { Key } from "assay";
import { sampleDataSet } from "./data_sets.ts";
import { type SomRun, somRun } from "./run_record.ts";
import { sampleConfiguration } from "./sample_configuration.ts";
import { SomTraining } from "./training.ts";

/** Which trainings. */
export interface CollectionOptions {
  /** Trainings on one data set, which follow one another. */
  readonly runsPerDataSet: number;
  /** Where they are looked at; default 21 checkpoints, one each 5 %. */
  readonly checkpoints?: readonly number[];
}

/**
 * Training number `index` of a collection, not begun: data set number `index / runsPerDataSet`, and a
 * configuration of its own. It depends on nothing but the arguments, so that trainings may be made in any order,
 * by any number of processes.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const training = (index: number) => collectedTraining(rootKey(1), index, { runsPerDataSet: 2 });
 * assertEquals(training(0).data.id, training(1).data.id);
 * assertNotEquals(training(1).data.id, training(2).data.id);
 * ```
 */
export function collectedTraining(
  key: Key,
  index: number,
  { runsPerDataSet, checkpoints }: CollectionOptions,
): SomTraining {
  const data = sampleDataSet(key.key("data").at(Math.floor(index / runsPerDataSet)));
  const configuration = sampleConfiguration(key.key("configuration").at(index), data.samples);
  const options = checkpoints === undefined ? {} : { checkpoints };
  return new SomTraining(key.key("training").at(index), data, configuration, options);
}

/**
 * Makes the trainings of a collection, in order.
 *
 * @param options `dataSets`: how many. `from`: the first to make, where others were made before; default 0.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const size = { dataSets: 2, runsPerDataSet: 3 };
 * const runs = [...collectRuns(rootKey(1), size)];
 * assertEquals(runs.length, 6);
 * assertEquals([...collectRuns(rootKey(1), { ...size, from: 4 })], runs.slice(4));
 * ```
 */
export function* collectRuns(
  key: Key,
  options: CollectionOptions & { readonly dataSets: number; readonly from?: number },
): Generator<SomRun> {
  const end = options.dataSets * options.runsPerDataSet;
  for (let index = options.from ?? 0; index < end; index++) {
    const training = collectedTraining(key, index, options);
    while (!training.finished) training.advance();
    yield somRun(training);
  }
}
