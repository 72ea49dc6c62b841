/**
 * Evolutionary search for several objectives, with constraints.
 *
 * @module
 */

import { integers } from "../random/distributions.ts";
import type { Key } from "../random/key.ts";
import { numbers, type SavedState, type State } from "../train/state.ts";
import { crowdingDistances, fronts } from "./dominance.ts";
import { Ledger } from "./ledger.ts";
import type { Candidate, Fitness, Individual, Searcher } from "./searcher.ts";
import type { SearchSpace } from "./space.ts";
import { crossover, mutate, type OperatorOptions } from "./variation.ts";

/** Settings of {@linkcode Nsga2}. */
export interface Nsga2Options<C> {
  readonly space: SearchSpace<C>;
  /** Source of everything that is drawn. */
  readonly key: Key;
  /** Individuals that live, and candidates of a generation. Default 20. */
  readonly population?: number;
  /** Individuals among which a parent is the best. Default 2. */
  readonly tournament?: number;
  /** Simulated binary crossover of numbers, exchange of choices. Default: η 20, probability 0.5 a gene. */
  readonly crossover?: OperatorOptions;
  /** Polynomial mutation of numbers, another value for a choice. Default: η 20, probability 0.1 a gene. */
  readonly mutation?: OperatorOptions;
  /**
   * Whether everything that nothing evaluated dominates takes part in every selection, not only what lives and its
   * offspring. Default false.
   */
  readonly archive?: boolean;
}

/** Attempts at an offspring that is new before one is drawn from the space instead. */
const MATINGS = 32;

/** Who may become a parent, and what a tournament looks at. */
interface Parent<C> {
  readonly individual: Individual<C>;
  readonly rank: number;
  readonly crowding: number;
}

/**
 * NSGA-II (Deb et al. 2002) with constrained dominance. The first generation is drawn from the space. Then every
 * candidate has two parents, each the winner of a tournament by rank and crowding distance; crossed and mutated they
 * give it, anew while it is already known. Of the living and their offspring the better fronts live on, of the last
 * front that has room the least crowded.
 *
 * What is drawn depends on the key, the generation, the place in it and the attempt; rank and crowding are those among
 * the living.
 *
 * @example
 * ```ts
 * import { Nsga2, rootKey, searchSpace } from "assay";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const space = searchSpace({ x: { kind: "real", low: -10, high: 10 } });
 * const search = new Nsga2({ space, key: rootKey(1) });
 * for (let generation = 0; generation < 20; generation++) {
 *   search.tell(search.propose().map(({ configuration: { x } }) => ({ objectives: [x ** 2, (x - 2) ** 2] })));
 * }
 * assertEquals(search.evaluated.length, 400);
 * assert(search.living.every(({ configuration: { x } }) => x > -0.01 && x < 2.01));
 * ```
 */
export class Nsga2<C> implements Searcher<C> {
  readonly #options: Required<Nsga2Options<C>>;
  readonly #ledger: Ledger<C>;
  #parents: readonly Parent<C>[] = [];

  /** @throws {RangeError} When a setting is outside its range. */
  constructor(options: Nsga2Options<C>) {
    this.#options = {
      population: 20,
      tournament: 2,
      crossover: { eta: 20, probability: 0.5 },
      mutation: { eta: 20, probability: 0.1 },
      archive: false,
      ...options,
    };
    const { population, tournament, crossover, mutation } = this.#options;
    if (!Number.isSafeInteger(tournament) || tournament < 1) {
      throw new RangeError(
        `Cannot hold tournaments among ${tournament} individuals: use a positive integer`,
      );
    }
    for (const [name, { eta, probability }] of Object.entries({ crossover, mutation })) {
      if (eta > 0 && eta < Infinity && probability >= 0 && probability <= 1) continue;
      throw new RangeError(
        `Cannot search with a ${name} of eta ${eta} and probability ${probability}: eta is finite ` +
          `and above 0, the probability in [0, 1]`,
      );
    }
    this.#ledger = new Ledger(options.space, population);
  }

  get evaluated(): readonly Individual<C>[] {
    return this.#ledger.evaluated;
  }

  get front(): readonly Individual<C>[] {
    return this.#ledger.front;
  }

  /** Those that the next generation descends from, best front first. */
  get living(): readonly Individual<C>[] {
    return this.#parents.map(({ individual }) => individual);
  }

  propose(): readonly Candidate<C>[] {
    const { space, key } = this.#options;
    const { generation } = this.#ledger;
    const sampling = key.key("sample").at(generation);
    const mating = key.key("offspring").at(generation);
    return this.#ledger.propose((place, attempt) => {
      const bred = this.#parents.length > 0 && attempt < MATINGS;
      const own = (bred ? mating : sampling).at(place).at(attempt);
      return bred ? this.#offspring(own) : space.sample(own);
    });
  }

  tell(fitness: readonly Fitness[]): void {
    const { population, archive } = this.#options;
    const offspring = this.#ledger.tell(fitness);
    // A set: what lives and what was just born may be in the archive too.
    const pool = new Set([...this.living, ...offspring, ...(archive ? this.front : [])]);
    this.#parents = ranked(survivors([...pool], population));
  }

  /** All that was evaluated, and the numbers of those that live. */
  state(): State {
    return { ...this.#ledger.state(), living: numbers(this.living.map(({ number }) => number)) };
  }

  restore(saved: SavedState): void {
    this.#ledger.restore(saved);
    this.#parents = ranked(
      Array.from(saved.numbers("living"), (number) => this.evaluated[number]!),
    );
  }

  #offspring(key: Key): Float64Array {
    const { space, crossover: crossing, mutation } = this.#options;
    const parents = [this.#winner(key.key("mother")), this.#winner(key.key("father"))] as const;
    const [child] = crossover(key.key("crossover"), space.loci, parents, crossing);
    return space.repaired(mutate(key.key("mutation"), space.loci, child, mutation));
  }

  /** The genome of the best of some drawn with replacement, of equals the one drawn first. */
  #winner(key: Key): Float64Array {
    const drawn = integers(key, this.#options.tournament, 0, this.#parents.length);
    return Array.from(drawn, (i) => this.#parents[i]!)
      .reduce((best, other) => beats(other, best) ? other : best).individual.genome;
  }
}

function beats(a: Parent<unknown>, b: Parent<unknown>): boolean {
  return a.rank !== b.rank ? a.rank < b.rank : a.crowding > b.crowding;
}

/** Rank and crowding distance of each, by rank. */
function ranked<C>(living: readonly Individual<C>[]): readonly Parent<C>[] {
  return fronts(living).flatMap((front, rank) => {
    const distances = crowdingDistances(front);
    return front.map((individual, i) => ({ individual, rank, crowding: distances[i]! }));
  });
}

/** `n` of a pool, or all: the better fronts, and of the last that has room the least crowded. */
function survivors<C>(pool: readonly Individual<C>[], n: number): readonly Individual<C>[] {
  const kept: Individual<C>[] = [];
  for (const front of fronts(pool)) {
    const room = n - kept.length;
    if (front.length <= room) kept.push(...front);
    else {
      const distances = crowdingDistances(front);
      const order = Array.from(front.keys()).sort((i, j) => distances[j]! - distances[i]! || i - j);
      kept.push(...order.slice(0, room).map((i) => front[i]!));
    }
  }
  return kept;
}
