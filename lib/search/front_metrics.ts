/**
 * How good a search's front is, generation by generation.
 *
 * @module
 */

import { nondominated, type Scored } from "./dominance.ts";
import { hypervolume } from "./hypervolume.ts";

/** The least and the greatest value of each objective. */
export interface ObjectiveRanges {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** A front in figures; distances and volumes after each objective was scaled to [0, 1] over its range. */
export interface FrontMetrics {
  /** Candidates evaluated so far. */
  readonly evaluated: number;
  /** Points of the front: feasible, and dominated by nothing evaluated so far. */
  readonly size: number;
  /** Volume of what the front dominates, bounded by the reference point; the higher, the better. */
  readonly hypervolume: number;
  /** Standard deviation of the distance from a point to the nearest other; 0 where they lie evenly. */
  readonly spacing: number;
  /** Extent of the front on each axis. */
  readonly spread: readonly number[];
}

/** What {@linkcode frontByGeneration} measures against. */
export interface FrontMetricsOptions {
  /** What the objectives are scaled by. Default: their ranges over all that is feasible. */
  readonly ranges?: ObjectiveRanges;
  /** Every coordinate of the reference point, after scaling. Default 1.1. */
  readonly reference?: number;
}

/**
 * The ranges of objectives over all that is feasible; to compare searches, over that of all of them.
 *
 * @throws {RangeError} When nothing is feasible.
 *
 * @example
 * ```ts
 * import { objectiveRanges } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const evaluated = [[1, 5], [3, 4], [9, 9]].map((objectives, violation) => ({ objectives, violation }));
 * assertEquals(objectiveRanges(evaluated), { low: [1, 5], high: [1, 5] });
 * ```
 */
export function objectiveRanges(evaluated: readonly Scored[]): ObjectiveRanges {
  const feasible = evaluated.filter(({ violation }) => violation === 0);
  if (feasible.length === 0) {
    throw new RangeError(
      `Cannot tell the ranges of objectives: of ${evaluated.length} candidates none is feasible`,
    );
  }
  const points = feasible.map(({ objectives }) => objectives);
  const fold = (of: (a: number, b: number) => number) =>
    points.reduce((ends, point) => ends.map((end, k) => of(end, point[k]!)));
  return { low: fold(Math.min), high: fold(Math.max) };
}

/**
 * What each generation has come to: the front of all feasible candidates evaluated until then. All generations are
 * scaled alike, so that what one adds can be seen; with ranges that grow as the search goes on a better front may
 * have the smaller hypervolume.
 *
 * @param evaluated As a search has it: by number. With nothing feasible all figures are 0.
 *
 * @example
 * ```ts
 * import { frontByGeneration } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const evaluated = [[0, 4], [4, 4], [2, 2], [4, 0]]
 *   .map((objectives, i) => ({ objectives, violation: 0, generation: i >> 1 }));
 * const [first, second] = frontByGeneration(evaluated, { reference: 1 });
 * assertEquals([first!.size, first!.hypervolume], [1, 0]);
 * assertEquals(second, { evaluated: 4, size: 3, hypervolume: 0.25, spacing: 0, spread: [1, 1] });
 * ```
 */
export function frontByGeneration(
  evaluated: readonly (Scored & { readonly generation: number })[],
  options: FrontMetricsOptions = {},
): FrontMetrics[] {
  const feasible = evaluated.filter(({ violation }) => violation === 0);
  const axes = evaluated[0]?.objectives.length ?? 0;
  const none = { low: Array(axes).fill(0), high: Array(axes).fill(0) };
  const ranges = options.ranges ?? (feasible.length === 0 ? none : objectiveRanges(feasible));
  const reference = Array<number>(axes).fill(options.reference ?? 1.1);
  const generations = (evaluated.at(-1)?.generation ?? -1) + 1;
  let front: typeof feasible = [];
  return Array.from({ length: generations }, (_, generation) => {
    front = nondominated(feasible.filter((one) => one.generation === generation), front);
    const points = front.map(({ objectives }) => scaled(objectives, ranges));
    return {
      evaluated: evaluated.filter((one) => one.generation <= generation).length,
      size: points.length,
      hypervolume: hypervolume(points, reference),
      spacing: spacing(points),
      spread: points.length === 0 ? reference.map(() => 0) : spread(points),
    };
  });
}

/**
 * How unevenly points lie: the standard deviation, over the points, of the Euclidean distance to the nearest other one.
 * 0 where all are as far from their neighbours, and with fewer than three points.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(spacing([[0, 3], [1, 2], [2, 1]]), 0);
 * assertEquals(spacing([[0], [1], [4]]), Math.sqrt(8 / 9)); // distances 1, 1 and 3
 * ```
 */
export function spacing(points: readonly (readonly number[])[]): number {
  if (points.length < 3) return 0;
  const squared = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, x, k) => sum + (x - b[k]!) * (x - b[k]!), 0);
  const nearest = points.map((point, i) =>
    Math.sqrt(
      Math.min(...points.filter((_, j) => j !== i).map((other) => squared(point, other))),
    )
  );
  const mean = nearest.reduce((sum, x) => sum + x, 0) / nearest.length;
  return Math.sqrt(
    nearest.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / nearest.length,
  );
}

/**
 * The extent of points on each axis.
 *
 * @param points At least one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(spread([[0, 3], [1, 2], [5, 1]]), [5, 2]);
 * ```
 */
export function spread(points: readonly (readonly number[])[]): number[] {
  return points[0]!.map((_, k) => {
    const values = points.map((point) => point[k]!);
    return Math.max(...values) - Math.min(...values);
  });
}

/** In shares of the ranges; 0 where all are equal. */
function scaled(objectives: readonly number[], { low, high }: ObjectiveRanges): number[] {
  return objectives.map((x, k) => high[k]! > low[k]! ? (x - low[k]!) / (high[k]! - low[k]!) : 0);
}
