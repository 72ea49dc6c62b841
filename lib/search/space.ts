/**
 * Search spaces: configurations made of genes, and the genomes (arrays of numbers) that stand for them.
 *
 * @module
 */

import { canonicalJson } from "../numeric/canonical_json.ts";
import { sha256Hex } from "../numeric/digest.ts";
import { uniform } from "../random/distributions.ts";
import type { Key } from "../random/key.ts";
import { type Gene, type GeneValue, type Locus, locusOf, numberOf, valueOf } from "./genes.ts";

/** Genes by the name that their values have in a configuration. */
export type Genes = Readonly<Record<string, Gene>>;

/** The configurations that genes make: a number for a real or an integer, one of its values for a choice. */
export type ConfigurationOf<G extends Genes> = {
  readonly [Name in keyof G]: G[Name] extends { readonly values: readonly (infer Value)[] } ? Value
    : number;
};

/**
 * A space of configurations; made by {@linkcode searchSpace}.
 *
 * A genome is `[genes]` f64 in the order in which the genes were given: a real and an integer are themselves, a
 * choice is the index of its value. Nothing is lost either way.
 *
 * @typeParam C A configuration: a plain object of numbers, strings and booleans.
 *
 * @example
 * ```ts
 * import { rootKey, searchSpace } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const space = searchSpace({
 *   rate: { kind: "real", low: 0.001, high: 0.2, scale: "log" },
 *   topology: { kind: "choice", values: ["hex", "square"] },
 * });
 * assertEquals(space.genome({ rate: 0.01, topology: "square" }), Float64Array.of(0.01, 1));
 * const sampled = space.sample(rootKey(1));
 * assertEquals(space.genome(space.configuration(sampled)), sampled);
 * ```
 */
export class SearchSpace<C> {
  /** The genes as the operators see them. */
  readonly loci: readonly Locus[];
  readonly #names: readonly string[];
  readonly #genes: readonly Gene[];
  readonly #repair: (configuration: C) => C;

  constructor(genes: Genes, repair: (configuration: C) => C) {
    this.#names = Object.keys(genes);
    this.#genes = Object.values(genes);
    this.loci = this.#genes.map((gene, i) => locusOf(this.#names[i]!, gene));
    this.#repair = repair;
  }

  /** What a genome stands for. */
  configuration(genome: Float64Array): C {
    const entries = this.#names.map((name, i) => [name, valueOf(this.#genes[i]!, genome[i]!)]);
    return Object.fromEntries(entries) as C;
  }

  /**
   * The genome of a configuration.
   *
   * @throws {RangeError} When it has a value that its gene cannot have.
   */
  genome(configuration: C): Float64Array {
    const values = configuration as Readonly<Record<string, GeneValue>>;
    return Float64Array.from(this.#names, (name, i) => {
      const number = numberOf(this.#genes[i]!, values[name]!);
      if (number !== undefined) return number;
      throw new RangeError(
        `Cannot encode a configuration: its "${name}" is ${
          JSON.stringify(values[name])
        }, which is ` +
          `outside the gene ${
            JSON.stringify(this.#genes[i])
          }. Widen the gene, or let repair() stay in it`,
      );
    });
  }

  /** The genome after repair, of its configuration. */
  repaired(genome: Float64Array): Float64Array {
    return this.genome(this.#repair(this.configuration(genome)));
  }

  /**
   * A genome whose genes are independent and uniform, on the scale of each, then repaired.
   *
   * @param key Gene `i` takes number `i` of its uniform draw.
   */
  sample(key: Key): Float64Array {
    const u = uniform(key, this.loci.length);
    const drawn = this.loci.map((locus, i) =>
      locus.kind === "choice"
        ? Math.floor(u[i]! * locus.count)
        : locus.from(locus.low + (locus.high - locus.low) * u[i]!)
    );
    return this.repaired(Float64Array.from(drawn));
  }
}

/**
 * The space of the configurations that genes make.
 *
 * @param repair Makes a sensible configuration of any other, within the genes: swaps ends that are the wrong way
 * round, or gives a value that has no effect a fixed one, so that what does the same is the same. Default: all are
 * sensible.
 * @throws {RangeError} When a gene has no value, or its numbers do not go together.
 *
 * @example
 * ```ts
 * import { rootKey, searchSpace } from "assay";
 * import { assert } from "@std/assert";
 *
 * const rate = { kind: "real", low: 0.001, high: 1, scale: "log" } as const;
 * const space = searchSpace({ start: rate, end: rate }, ({ start, end }) => ({
 *   start: Math.max(start, end),
 *   end: Math.min(start, end),
 * }));
 * const { start, end } = space.configuration(space.sample(rootKey(1)));
 * assert(start >= end);
 * ```
 */
export function searchSpace<const G extends Genes>(
  genes: G,
  repair: (configuration: ConfigurationOf<G>) => ConfigurationOf<G> = (configuration) =>
    configuration,
): SearchSpace<ConfigurationOf<G>> {
  return new SearchSpace(genes, repair);
}

/**
 * The identity of a configuration: SHA-256 of its canonical JSON, which does not depend on the order of its members.
 *
 * @returns 64 lower-case hex digits.
 * @throws {TypeError} On what JSON cannot hold.
 *
 * @example
 * ```ts
 * import { configurationHash } from "assay";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * assertEquals(configurationHash({ side: 8, rate: 0.5 }), configurationHash({ rate: 0.5, side: 8 }));
 * assertNotEquals(configurationHash({ side: 8 }), configurationHash({ side: 9 }));
 * ```
 */
export function configurationHash(configuration: unknown): string {
  return sha256Hex(canonicalJson(configuration));
}
