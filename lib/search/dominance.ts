/**
 * What is better where there are several objectives: dominance, ranks by it, and how crowded a front is.
 *
 * @module
 */

/** What {@linkcode dominates} compares. */
export interface Scored {
  /** Finite; the lower, the better. */
  readonly objectives: readonly number[];
  /** How far from feasible: finite, 0 or more. */
  readonly violation: number;
}

/**
 * Whether `a` is better than `b` beyond dispute (Deb 2000): a smaller violation, or, where both are feasible, no
 * objective higher and one lower.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const point = (violation: number, ...objectives: number[]) => ({ objectives, violation });
 * assertEquals(dominates(point(0, 1, 2), point(0, 1, 3)), true);
 * assertEquals(dominates(point(0, 1, 3), point(0, 2, 2)), false);
 * assertEquals(dominates(point(0.1, 9, 9), point(0.2, 1, 1)), true);
 * ```
 */
export function dominates(a: Scored, b: Scored): boolean {
  if (a.violation !== b.violation) return a.violation < b.violation;
  if (a.violation > 0) return false;
  let better = false;
  for (let k = 0; k < a.objectives.length; k++) {
    const x = a.objectives[k]!, y = b.objectives[k]!;
    if (x > y) return false;
    if (x < y) better = true;
  }
  return better;
}

/**
 * Those that none of the others dominates, in their order; equals stand beside each other.
 *
 * @param known Points before them that are known not to dominate one another. Default: none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const points = [[1, 2], [2, 2], [2, 1]].map((objectives) => ({ objectives, violation: 0 }));
 * assertEquals(nondominated(points), [points[0], points[2]]);
 * ```
 */
export function nondominated<T extends Scored>(
  points: readonly T[],
  known: readonly T[] = [],
): T[] {
  let front = [...known];
  for (const point of points) {
    if (front.some((other) => dominates(other, point))) continue;
    front = front.filter((other) => !dominates(point, other));
    front.push(point);
  }
  return front;
}

/**
 * The fronts, best first: those that none dominates, then those that only they dominate, and so on. Each point is put,
 * the best first, into the first front none of whose points dominates it (the efficient non-dominated sort of Zhang et
 * al. 2015): the fronts of Deb's fast sort, with fewer comparisons. Inside a front they keep their order.
 */
export function fronts<T extends Scored>(points: readonly T[]): T[][] {
  // What comes later dominates nothing before it.
  const order = Array.from(points.keys()).sort((i, j) => compare(points[i]!, points[j]!) || i - j);
  const found: number[][] = [];
  for (const i of order) {
    // The last of a front are the nearest, and dominate most often.
    const beaten = (j: number) => dominates(points[j]!, points[i]!);
    const front = found.find((front) => front.findLast(beaten) === undefined);
    if (front === undefined) found.push([i]);
    else front.push(i);
  }
  return found.map((front) => front.sort((i, j) => i - j).map((i) => points[i]!));
}

/**
 * Crowding distances (Deb et al. 2002): for each point the sum over the objectives of the distance between its two
 * neighbours, as a share of the front's range; infinite for the two at the ends. Of equals the first comes first. An
 * objective in which all are equal says nothing.
 *
 * @returns `[points]`.
 */
export function crowdingDistances(points: readonly Scored[]): Float64Array {
  const distances = new Float64Array(points.length);
  for (let k = 0; k < (points[0]?.objectives.length ?? 0); k++) {
    const value = (i: number) => points[i]!.objectives[k]!;
    const order = Array.from(points.keys()).sort((i, j) => value(i) - value(j) || i - j);
    const first = order[0]!, last = order.at(-1)!;
    const range = value(last) - value(first);
    if (range === 0) continue;
    distances[first] = distances[last] = Infinity;
    for (let at = 1; at < order.length - 1; at++) {
      distances[order[at]!]! += (value(order[at + 1]!) - value(order[at - 1]!)) / range;
    }
  }
  return distances;
}

/** Order in which nothing is dominated by what comes later: by violation, then objective by objective. */
function compare(a: Scored, b: Scored): number {
  if (a.violation !== b.violation) return a.violation - b.violation;
  const k = a.objectives.findIndex((x, k) => x !== b.objectives[k]);
  return k < 0 ? 0 : a.objectives[k]! - b.objectives[k]!;
}
