/**
 * A data set that is searched for: all searches on it share their trainings.
 *
 * @module
 */

import { integers, type Key } from "assay";
import {
  DATA_KINDS,
  dataSet,
  qualityScore,
  ratioTargets,
  type ScaledData,
  type SomConfiguration,
  somRun,
  SomTraining,
} from "../../data/som.ts";
import type { Oracle } from "./oracle_stopping.ts";
import { SearchArm, type SearchArmOptions } from "./search_arm.ts";
import {
  laterProblem,
  type MapProblem,
  mapSearches,
  type MapSearchName,
} from "./search_problem.ts";
import { type SharedTraining, sharedTrainings } from "./search_trainings.ts";

/** Sizes of the searches. */
export interface FieldSizes {
  readonly samples: number;
  /** Configurations of a generation. */
  readonly population: number;
}

/** A data set, and the way to search on it. */
export class SearchField {
  readonly data: ScaledData;
  readonly #key: Key;
  readonly #population: number;
  readonly #later: MapProblem;
  readonly #training: (configuration: SomConfiguration) => SharedTraining;

  /** @param number Kinds of data take turns. */
  constructor(key: Key, number: number, { samples, population }: FieldSizes) {
    const kind = DATA_KINDS[number % DATA_KINDS.length]!;
    const dimensions = integers(key.key("dimensions"), 1, 3, 11)[0]!;
    this.data = dataSet(key.key("data"), { kind, samples, dimensions });
    this.#key = key;
    this.#population = population;
    this.#later = laterProblem(key.key("probes"), this.data);
    this.#training = sharedTrainings(key.key("training"), this.data);
  }

  /** Knows what comes, which no other oracle betters. */
  readonly perfect: Oracle = (runs) =>
    Promise.resolve(
      runs.map(({ configuration }) => ratioTargets(this.#training(configuration).trained().run)),
    );

  /** A search from its beginning, the same whenever it is asked for. */
  arm(
    name: MapSearchName,
    limits: Pick<SearchArmOptions, "watch" | "budget" | "generations">,
  ): SearchArm {
    const search = mapSearches[name]({
      key: this.#key.key("candidates"),
      data: this.data,
      population: this.#population,
      later: this.#later,
    });
    return new SearchArm({ search, training: this.#training, ...limits });
  }

  /** Scores of a configuration's training with other keys. */
  scoresAgain(configuration: SomConfiguration, times: number): number[] {
    return Array.from({ length: times }, (_, i) => {
      const training = new SomTraining(this.#key.key("again").at(i), this.data, configuration);
      while (!training.finished) training.advance();
      return qualityScore(ratioTargets(somRun(training)));
    });
  }
}
