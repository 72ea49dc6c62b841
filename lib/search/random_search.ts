/**
 * Random search: what another search has to beat.
 *
 * @module
 */

import type { Key } from "../random/key.ts";
import type { SavedState, State } from "../train/state.ts";
import { Ledger } from "./ledger.ts";
import type { Candidate, Fitness, Individual, Searcher } from "./searcher.ts";
import type { SearchSpace } from "./space.ts";

/** Settings of {@linkcode RandomSearch}. */
export interface RandomSearchOptions<C> {
  readonly space: SearchSpace<C>;
  /** Source of the configurations. */
  readonly key: Key;
  /** Candidates of a generation. Default 20. */
  readonly population?: number;
}

/**
 * Draws every configuration from the space, independently of what it is told. Its first generation is that of
 * {@linkcode Nsga2} under the same key.
 *
 * @example
 * ```ts
 * import { RandomSearch, rootKey, searchSpace } from "assay";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const space = searchSpace({ x: { kind: "real", low: -10, high: 10 } });
 * const search = new RandomSearch({ space, key: rootKey(1) });
 * for (let generation = 0; generation < 5; generation++) {
 *   search.tell(search.propose().map(({ configuration: { x } }) => ({ objectives: [x * x] })));
 * }
 * assertEquals(search.evaluated.length, 100);
 * assert(Math.abs(search.front[0]!.configuration.x) < 1);
 * ```
 */
export class RandomSearch<C> implements Searcher<C> {
  readonly #options: RandomSearchOptions<C>;
  readonly #ledger: Ledger<C>;

  /** @throws {RangeError} When the population is not a positive integer. */
  constructor(options: RandomSearchOptions<C>) {
    this.#options = options;
    this.#ledger = new Ledger(options.space, options.population ?? 20);
  }

  get evaluated(): readonly Individual<C>[] {
    return this.#ledger.evaluated;
  }

  get front(): readonly Individual<C>[] {
    return this.#ledger.front;
  }

  propose(): readonly Candidate<C>[] {
    const { space, key } = this.#options;
    const own = key.key("sample").at(this.#ledger.generation);
    return this.#ledger.propose((place, attempt) => space.sample(own.at(place).at(attempt)));
  }

  tell(fitness: readonly Fitness[]): void {
    this.#ledger.tell(fitness);
  }

  state(): State {
    return this.#ledger.state();
  }

  restore(saved: SavedState): void {
    this.#ledger.restore(saved);
  }
}
