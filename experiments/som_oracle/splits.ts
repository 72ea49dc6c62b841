/**
 * Which runs a predictor learns from, is chosen on and is judged on. A configuration is never on two sides.
 *
 * @module
 */

import { chronologicalSplit, type Key, shuffle } from "assay";
import type { Histories } from "./prefixes.ts";

/** Positions of runs, ascending. */
export interface RunSplit {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
  /** Runs of unseen data sets left out, since their configuration is on an earlier side. */
  readonly leftOut: number;
}

/**
 * Splits by data set: 70 % of them to learn from, 15 % to choose on, 15 % to judge on, so that the data sets of a
 * side are unseen on the others.
 *
 * @param key Source of the data sets' order.
 * @throws {InputError} When there are too few data sets for three sides.
 */
export function splitByDataset(histories: Histories, key: Key): RunSplit {
  const sides = sidesOf(histories.runs.map(({ dataset }) => dataset), key);
  const seen = new Map<string, keyof typeof sides>();
  let leftOut = 0;
  const kept = mapSides(sides, (runs, side) =>
    runs.filter((run) => {
      const { configuration } = histories.runs[run]!;
      const first = seen.get(configuration) ?? side;
      seen.set(configuration, first);
      if (first !== side) leftOut++;
      return first === side;
    }));
  return { ...kept, leftOut };
}

/**
 * Splits by configuration: the same shares of these, their data sets seen on all sides.
 *
 * @param key Source of the configurations' order.
 * @throws {InputError} When there are too few configurations for three sides.
 */
export function splitByConfiguration(histories: Histories, key: Key): RunSplit {
  const sides = sidesOf(histories.runs.map(({ configuration }) => configuration), key);
  return { ...sides, leftOut: 0 };
}

type Sides = Record<"train" | "validation" | "test", readonly number[]>;

/** Runs of shuffled groups, 70 %, 15 % and 15 % of the groups. */
function sidesOf(groups: readonly string[], key: Key): Sides {
  // In an order that does not depend on that of the runs.
  const names = shuffle(key, [...new Set(groups)].sort());
  const ranges = chronologicalSplit(names.length);
  return mapSides(ranges, ({ from, to }) => {
    const own = new Set(names.slice(from, to));
    return [...groups.keys()].filter((run) => own.has(groups[run]!));
  });
}

function mapSides<From>(
  sides: Readonly<Record<keyof Sides, From>>,
  map: (side: From, name: keyof Sides) => readonly number[],
): Sides {
  const of = (name: keyof Sides) => map(sides[name], name);
  return { train: of("train"), validation: of("validation"), test: of("test") };
}
