/**
 * Test support: problems whose best fronts are known, and searches on them.
 *
 * @module
 */

import { cos, sin } from "../numeric/elementary.ts";
import { hypervolume } from "./hypervolume.ts";
import type { Fitness, Searcher } from "./searcher.ts";
import { type SearchSpace, searchSpace } from "./space.ts";

/** A problem to search. */
export interface Problem<C> {
  readonly space: SearchSpace<C>;
  readonly evaluate: (configuration: C) => Fitness;
  /** What its hypervolume is measured from. */
  readonly reference: readonly number[];
  /** The hypervolume of its best front. */
  readonly best: number;
}

/** A configuration of numbers. */
export type Numbers = Readonly<Record<string, number>>;

/** `count` real genes in [0, 1]. */
function unitGenes(count: number): SearchSpace<Numbers> {
  const gene = { kind: "real", low: 0, high: 1 } as const;
  return searchSpace<Readonly<Record<string, typeof gene>>>(
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, gene])),
  );
}

/** Zitzler, Deb and Thiele's first: `f2 = 1 - √f1` where all genes but the first are 0. */
export function zdt1(genes = 30): Problem<Numbers> {
  return {
    space: unitGenes(genes),
    evaluate(configuration) {
      const [first, ...rest] = Object.values(configuration);
      const g = 1 + 9 * rest.reduce((sum, x) => sum + x, 0) / rest.length;
      return { objectives: [first!, g * (1 - Math.sqrt(first! / g))] };
    },
    reference: [1.1, 1.1],
    // The square of the reference without what lies below the front, ∫ (1 - √x) dx = 1/3.
    best: 1.21 - 1 / 3,
  };
}

/** Deb, Thiele, Laumanns and Zitzler's second with three objectives: an eighth of the unit sphere, where the rest is 0.5. */
export function dtlz2(genes = 7): Problem<Numbers> {
  return {
    space: unitGenes(genes),
    evaluate(configuration) {
      const [a, b, ...rest] = Object.values(configuration);
      const radius = 1 + rest.reduce((sum, x) => sum + (x - 0.5) * (x - 0.5), 0);
      const theta = a! * Math.PI / 2, phi = b! * Math.PI / 2;
      return {
        objectives: [cos(theta) * cos(phi), cos(theta) * sin(phi), sin(theta)].map((x) =>
          radius * x
        ),
      };
    },
    reference: [1.1, 1.1, 1.1],
    best: 1.331 - Math.PI / 6,
  };
}

/**
 * Tanaka's: both genes are minimised, and the front is that part of the boundary of the feasible region which faces the
 * origin, in three pieces.
 */
export function tanaka(): Problem<{ readonly x: number; readonly y: number }> {
  const gene = { kind: "real", low: 0, high: Math.PI } as const;
  const evaluate = ({ x, y }: { readonly x: number; readonly y: number }) => {
    // The cosine of 16 times the angle whose tangent is x / y: the real part of a power of a unit number.
    let [re, im] = [y, x].map((part) => part / Math.sqrt(x * x + y * y)) as [number, number];
    for (let doubled = 0; doubled < 4; doubled++) [re, im] = [re * re - im * im, 2 * re * im];
    const inside = 1 + 0.1 * re - x * x - y * y;
    const outside = (x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5) - 0.5;
    return { objectives: [x, y], violation: Math.max(0, inside) + Math.max(0, outside) };
  };
  const reference = [1.2, 1.2];
  const grid = Array.from({ length: 601 }, (_, i) => (i + 1e-9) / 500);
  const feasible = grid.flatMap((x) => grid.map((y) => ({ x, y })))
    .filter((point) => evaluate(point).violation === 0);
  return {
    space: searchSpace({ x: gene, y: gene }),
    evaluate,
    reference,
    best: hypervolume(feasible.map(({ x, y }) => [x, y]), reference),
  };
}

/** Lets a search have some generations of a problem. */
export function advance<C>(search: Searcher<C>, problem: Problem<C>, generations: number): void {
  for (let generation = 0; generation < generations; generation++) {
    search.tell(search.propose().map(({ configuration }) => problem.evaluate(configuration)));
  }
}

/** The hypervolume of what is feasible of a search's front, as a share of the best there is. */
export function share<C>(search: Searcher<C>, { reference, best }: Problem<C>): number {
  const feasible = search.front.filter(({ violation }) => violation === 0);
  return hypervolume(feasible.map(({ objectives }) => objectives), reference) / best;
}
