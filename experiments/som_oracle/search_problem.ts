/**
 * What the document's searches look for: objectives and constraint of the later version, the four objectives of that of
 * January 2026.
 *
 * @module
 */

import { type Fitness, type Key, Nsga2, RandomSearch, type Resumable, type Searcher } from "assay";
import {
  type Checkpoint,
  type MapErrors,
  type MapQuality,
  type ScaledData,
  type SomConfiguration,
  SomTraining,
} from "../../data/som.ts";
import { quantile } from "./decisions.ts";
import { januarySpace, laterSpace, type SomSpace } from "./search_space.ts";
import type { TrainedMap } from "./search_trainings.ts";

/** How a training ended, or is foretold to, the quantisation error over that of the first checkpoint. */
export interface MapEnd extends MapErrors {
  /** Rank correlation of distances in weights and on the sheet. */
  readonly topologicalCorrelation: number;
}

/** What makes a configuration good. */
export interface MapProblem {
  /** All minimised. */
  readonly objectiveNames: readonly string[];
  /** @param history As far as it was trained. */
  objectives(end: MapEnd, history: readonly Checkpoint[]): readonly number[];
  /** How far a trained map is from feasible. */
  violation(trained: TrainedMap): number;
}

/** A search over configurations of maps. */
export interface MapSearch extends Resumable {
  readonly problem: MapProblem;
  /** Configurations of those that were told, in their order. */
  readonly told: readonly SomConfiguration[];
  propose(): readonly SomConfiguration[];
  tell(fitness: readonly Fitness[]): void;
}

/** What a search needs. */
export interface MapSearchOptions {
  /** Source of the configurations. */
  readonly key: Key;
  readonly data: ScaledData;
  /** Configurations of a generation. */
  readonly population: number;
  /** What the later version looks for. */
  readonly later: MapProblem;
}

/**
 * The searches by name. `random` and `nsga2` look for the same in the same space and begin with the same generation;
 * `january` is the version of January 2026, which knew no constraint and kept an archive.
 */
export const mapSearches = {
  random: ({ key, data, population, later }) => {
    const { space, som } = laterSpace(data.samples);
    return mapSearch(new RandomSearch({ space, key, population }), som, later);
  },
  nsga2: ({ key, data, population, later }) => {
    const { space, som } = laterSpace(data.samples);
    return mapSearch(new Nsga2({ space, key, population }), som, later);
  },
  january: ({ key, population }) => {
    const { space, som } = januarySpace();
    const options = { space, key, population, tournament: 3, archive: true };
    return mapSearch(new Nsga2(options), som, januaryProblem);
  },
} as const satisfies Readonly<Record<string, (options: MapSearchOptions) => MapSearch>>;

/** The name of a search. */
export type MapSearchName = keyof typeof mapSearches;

/** All of them. */
export const mapSearchNames = Object.keys(mapSearches) as readonly MapSearchName[];

function mapSearch<C>(
  searcher: Searcher<C>,
  som: SomSpace<C>["som"],
  problem: MapProblem,
): MapSearch {
  return {
    problem,
    get told() {
      return searcher.evaluated.map(({ configuration }) => som(configuration));
    },
    propose: () => searcher.propose().map(({ configuration }) => som(configuration)),
    tell: (fitness) => searcher.tell(fitness),
    state: () => searcher.state(),
    restore: (saved) => searcher.restore(saved),
  };
}

/** Trainings that tell what order can be expected of a map, and their length over that of a whole one. */
const PROBES = { count: 15, length: 0.3, share: 0.7 };

/**
 * MQE ratio, topographic error and 1 less the topological correlation. The constraint: no unit further from its
 * neighbours or its samples than the 70th percentile of short trainings, and not too many dead.
 *
 * @param key Source of the short trainings, which are made when the first map is judged.
 */
export function laterProblem(key: Key, data: ScaledData): MapProblem {
  let threshold: number | undefined;
  return {
    objectiveNames: ["MQE ratio", "topographic error", "1 - topological correlation"],
    objectives: ({ mqe, topographicError, topologicalCorrelation }) => [
      mqe,
      topographicError,
      1 - topologicalCorrelation,
    ],
    violation({ run: { configuration: { rows, columns } }, quality }) {
      threshold ??= disorderThreshold(key, data);
      return Math.max(0, disorder(quality) - threshold) +
        deadViolation(quality.deadNeuronRatio, data.samples, rows * columns);
    },
  };
}

/** The largest distance between neighbours, or from a unit to its samples. */
function disorder({ uMatrix, distanceMapMax }: MapQuality): number {
  return Math.max(uMatrix.max, distanceMapMax);
}

/** Of the disorder that short trainings leave, drawn as a first generation is, the 70th percentile. */
function disorderThreshold(key: Key, data: ScaledData): number {
  const { space, som } = laterSpace(data.samples);
  const found = Array.from({ length: PROBES.count }, (_, i) => {
    const whole = som(space.configuration(space.sample(key.key("configuration").at(i))));
    const short = { ...whole, epochMultiplier: PROBES.length * whole.epochMultiplier };
    const training = new SomTraining(key.key("training").at(i), data, short);
    while (!training.finished) training.advance();
    return disorder(training.quality());
  });
  return quantile(found, PROBES.share);
}

/**
 * What dead units weigh in the constraint: nothing up to the share that a tenth of the samples leaves over, taken
 * between 0.3 and 0.85; above it the excess times 1.5, from 0.2 on times 2.5, from 0.4 on times 5.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * assertEquals(deadViolation(0.6, 400, 100), 0);
 * assertAlmostEquals(deadViolation(0.7, 400, 100), 0.15);
 * assertAlmostEquals(deadViolation(0.75, 4000, 100), 5 * 0.45);
 * ```
 */
export function deadViolation(deadNeuronRatio: number, samples: number, units: number): number {
  const allowed = Math.min(Math.max(1 - samples / (10 * units), 0.3), 0.85);
  const excess = Math.max(0, deadNeuronRatio - allowed);
  return excess * (excess < 0.2 ? 1.5 : excess < 0.4 ? 2.5 : 5);
}

/** Duration is counted in updates, which no machine changes. */
const januaryProblem: MapProblem = {
  objectiveNames: ["MQE", "updates", "topographic error", "dead-neuron ratio"],
  objectives: ({ mqe, topographicError, deadNeuronRatio }, history) => [
    mqe * history[0]!.mqe,
    history.at(-1)!.updates,
    topographicError,
    deadNeuronRatio,
  ],
  violation: () => 0,
};
