/**
 * Genes: what one place of a configuration may hold, and how the operators see it.
 *
 * @module
 */

import { exp, log } from "../numeric/elementary.ts";

/** A real number in `[low, high]`. */
export interface RealGene {
  readonly kind: "real";
  readonly low: number;
  readonly high: number;
  /** Where it is drawn, crossed and mutated: as it is (the default), or its logarithm, for which `low` is above 0. */
  readonly scale?: "linear" | "log";
}

/** A whole number from `low` to `high`, both included. */
export interface IntegerGene {
  readonly kind: "integer";
  readonly low: number;
  readonly high: number;
}

/** One of several values that are no more near one another than any others. */
export interface ChoiceGene {
  readonly kind: "choice";
  readonly values: readonly GeneValue[];
}

/** What one place of a configuration may hold. */
export type Gene = RealGene | IntegerGene | ChoiceGene;

/** What one place of a configuration holds. */
export type GeneValue = string | number | boolean;

/**
 * A gene as the operators see it. `axis`: a stretch of the real line, `to` from the number in a genome and `from`
 * back to it. `choice`: so many alternatives, numbered from 0.
 */
export type Locus =
  | {
    readonly kind: "axis";
    readonly low: number;
    readonly high: number;
    readonly to: (value: number) => number;
    readonly from: (position: number) => number;
  }
  | { readonly kind: "choice"; readonly count: number };

/**
 * How the operators see a gene. The axis of an integer reaches half a step beyond its ends, so that every integer
 * has the same length of it.
 *
 * @throws {RangeError} When the gene has no value, or its numbers do not go together.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const side = locusOf("side", { kind: "integer", low: 5, high: 8 });
 * assertEquals(side.kind === "axis" && [side.low, side.high, side.from(7.6)], [4.5, 8.5, 8]);
 * ```
 */
export function locusOf(name: string, gene: Gene): Locus {
  if (gene.kind === "choice") {
    const { values } = gene;
    if (values.length === 0 || new Set(values).size < values.length) {
      refuse(name, `${JSON.stringify(values)} to choose from`, "one value or more, all different");
    }
    return { kind: "choice", count: values.length };
  }
  const { kind, low, high } = gene;
  if (!(low <= high && high - low < Infinity)) {
    refuse(name, `the range from ${low} to ${high}`, "finite ends, low not above high");
  }
  const within = (value: number) => Math.min(Math.max(value, low), high);
  const same = (value: number) => value;
  if (kind === "integer") {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
      refuse(name, `the integers from ${low} to ${high}`, "ends that are integers");
    }
    // Adding 0 makes 0 of the -0 that a small negative number is rounded to.
    const from = (position: number) => within(Math.round(position)) + 0;
    return { kind: "axis", low: low - 0.5, high: high + 0.5, to: same, from };
  }
  if (gene.scale !== "log") return { kind: "axis", low, high, to: same, from: within };
  if (!(low > 0)) refuse(name, `a logarithmic range from ${low}`, "low above 0");
  const from = (position: number) => within(exp(position));
  return { kind: "axis", low: log(low), high: log(high), to: log, from };
}

/** The number that stands for a value in a genome; undefined where the gene does not have the value. */
export function numberOf(gene: Gene, value: GeneValue): number | undefined {
  if (gene.kind === "choice") {
    const index = gene.values.indexOf(value);
    return index < 0 ? undefined : index;
  }
  if (typeof value !== "number" || !(value >= gene.low && value <= gene.high)) return undefined;
  return gene.kind === "real" || Number.isInteger(value) ? value : undefined;
}

/** The value that a number of a genome stands for. */
export function valueOf(gene: Gene, number: number): GeneValue {
  return gene.kind === "choice" ? gene.values[number]! : number;
}

function refuse(name: string, found: string, allowed: string): never {
  throw new RangeError(`Cannot search over the gene "${name}" with ${found}: it needs ${allowed}`);
}
