/**
 * What a search is: it proposes candidates, generation by generation, and is told how good they are.
 *
 * @module
 */

import type { Resumable } from "../train/state.ts";
import type { Scored } from "./dominance.ts";

/** A configuration that a search would like to see evaluated. */
export interface Candidate<C> {
  /** How many the search proposed before it. */
  readonly number: number;
  /** The generation that it belongs to, from 0. */
  readonly generation: number;
  readonly configuration: C;
  /** The configuration as numbers; see {@linkcode SearchSpace}. */
  readonly genome: Float64Array;
  /** The identity of the configuration, as {@linkcode configurationHash} gives it. */
  readonly hash: string;
}

/** How good a candidate is. */
export interface Fitness {
  /** As many in every evaluation, finite; the lower, the better. */
  readonly objectives: readonly number[];
  /** How far from feasible: finite, 0 (the default) where it is. */
  readonly violation?: number;
}

/** A candidate that was evaluated. */
export interface Individual<C> extends Candidate<C>, Scored {}

/**
 * A search over configurations for several objectives. It depends on its key and what it is told, and never proposes a
 * configuration twice. Its state is what was evaluated until the last generation that it was told of.
 */
export interface Searcher<C> extends Resumable {
  /** All that was evaluated, by number. */
  readonly evaluated: readonly Individual<C>[];
  /** Those of them that none dominates, by number. */
  readonly front: readonly Individual<C>[];
  /**
   * The candidates of this generation: the same until they are told, fewer than wanted where the space has hardly
   * anything new to offer, none where it has nothing.
   */
  propose(): readonly Candidate<C>[];
  /**
   * Takes the fitness of each candidate that was proposed, in their order; the next generation follows. An estimate, of
   * an evaluation that was stopped early, is told as a result is.
   *
   * @throws {RangeError} When there is not one for each, one is not finite, or they differ in their number of objectives.
   */
  tell(fitness: readonly Fitness[]): void;
}
