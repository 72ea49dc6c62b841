/**
 * The ledger of a search: what was evaluated, and what is proposed to be.
 *
 * @module
 */

import { numbers, type Resumable, type SavedState, type State } from "../train/state.ts";
import { nondominated } from "./dominance.ts";
import type { Candidate, Fitness, Individual } from "./searcher.ts";
import { configurationHash, type SearchSpace } from "./space.ts";

/** Genomes drawn for one place in a generation before it stays empty. */
const TRIES = 64;

/** Keeps every configuration from being evaluated twice. */
export class Ledger<C> implements Resumable {
  readonly #space: SearchSpace<C>;
  readonly #population: number;
  readonly #known = new Set<string>();
  #evaluated: Individual<C>[] = [];
  #front: Individual<C>[] = [];
  #generation = 0;
  #proposed: readonly Candidate<C>[] | null = null;

  /**
   * @param population Candidates of a generation.
   * @throws {RangeError} When that is not a positive integer.
   */
  constructor(space: SearchSpace<C>, population: number) {
    if (!Number.isSafeInteger(population) || population < 1) {
      throw new RangeError(
        `Cannot search with generations of ${population} candidates: use a positive integer`,
      );
    }
    this.#space = space;
    this.#population = population;
  }

  /** Generations that were told. */
  get generation(): number {
    return this.#generation;
  }

  get evaluated(): readonly Individual<C>[] {
    return this.#evaluated;
  }

  get front(): readonly Individual<C>[] {
    return this.#front;
  }

  /**
   * The candidates of this generation; drawn once.
   *
   * @param draw The genome, repaired, that is tried in a place at the given attempt, both from 0; depends on nothing
   * else but the generation and what was told.
   */
  propose(draw: (place: number, attempt: number) => Float64Array): readonly Candidate<C>[] {
    return this.#proposed ??= this.#fresh(draw);
  }

  /** Enters the fitness of what was proposed; the individuals that come of it. */
  tell(fitness: readonly Fitness[]): readonly Individual<C>[] {
    const proposed = this.#proposed ?? [];
    if (fitness.length !== proposed.length) {
      throw new RangeError(
        `Cannot tell a search of ${fitness.length} evaluations: it proposed ${proposed.length} ` +
          `candidates. Tell it of each, in their order`,
      );
    }
    const count = this.#evaluated[0]?.objectives.length ?? fitness[0]?.objectives.length ?? 0;
    const told = proposed.map((candidate, i) => {
      const { objectives, violation = 0 } = fitness[i]!;
      const valid = objectives.length === count && objectives.every(Number.isFinite) &&
        violation >= 0 && violation < Infinity;
      if (valid) return { ...candidate, objectives: [...objectives], violation };
      throw new RangeError(
        `Cannot tell a search that candidate ${candidate.number} has the objectives ` +
          `[${objectives.join(", ")}] and the violation ${violation}: it needs ${count} ` +
          `finite objectives and a finite violation, 0 or more. Tell a large violation where an ` +
          `evaluation failed`,
      );
    });
    this.#enter(told);
    this.#generation++;
    return told;
  }

  /** Genomes and fitness of all that was evaluated; the rest follows from them. */
  state(): State {
    const all = this.#evaluated, n = all.length;
    const rows = (width: number, of: (one: Individual<C>) => Iterable<number>) => ({
      shape: [n, width],
      data: Float64Array.from(all.flatMap((one) => [...of(one)])),
    });
    return {
      genomes: rows(this.#space.loci.length, ({ genome }) => genome),
      objectives: rows(all[0]?.objectives.length ?? 0, ({ objectives }) => objectives),
      violations: numbers(all.map(({ violation }) => violation)),
      generations: numbers(all.map(({ generation }) => generation)),
      generation: numbers([this.#generation]),
    };
  }

  restore(saved: SavedState): void {
    const generations = saved.numbers("generations");
    const violations = saved.numbers("violations");
    const [genomes, objectives] = ["genomes", "objectives"].map((name) => {
      const values = saved.numbers(name), width = values.length / generations.length;
      return (i: number) => values.slice(i * width, (i + 1) * width);
    });
    this.#known.clear();
    this.#evaluated = [];
    this.#front = [];
    this.#enter(Array.from(generations, (generation, number) => ({
      ...this.#candidate(number, generation, genomes!(number)),
      objectives: [...objectives!(number)],
      violation: violations[number]!,
    })));
    this.#generation = saved.number("generation");
  }

  #enter(told: readonly Individual<C>[]): void {
    for (const one of told) {
      this.#known.add(one.hash);
      this.#evaluated.push(one);
    }
    // What is dominated once stays so, whatever comes.
    this.#front = nondominated(told, this.#front);
    this.#proposed = null;
  }

  #fresh(draw: (place: number, attempt: number) => Float64Array): readonly Candidate<C>[] {
    const found = new Map<string, Candidate<C>>();
    for (let place = 0; place < this.#population; place++) {
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const number = this.#evaluated.length + found.size;
        const candidate = this.#candidate(number, this.#generation, draw(place, attempt));
        if (this.#known.has(candidate.hash) || found.has(candidate.hash)) continue;
        found.set(candidate.hash, candidate);
        break;
      }
    }
    return [...found.values()];
  }

  #candidate(number: number, generation: number, genome: Float64Array): Candidate<C> {
    const configuration = this.#space.configuration(genome);
    return { number, generation, configuration, genome, hash: configurationHash(configuration) };
  }
}
