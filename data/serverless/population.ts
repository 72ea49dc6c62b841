/**
 * The applications of the trace: how many invocations and functions each has, and how long they take.
 *
 * The published profiles fix these as quantiles over 119 applications. Half of all rows belong to two
 * of them, so a population drawn anew from each key would be another data set each time; this one is
 * the document's, the same for every key. What a key decides is when and how long each function runs.
 *
 * @module
 */

import { exp, log } from "assay";

/** An application as the generator needs it. */
export interface Application {
  readonly invocations: number;
  readonly functions: number;
  /** Mean duration, seconds. */
  readonly meanSeconds: number;
  /** Standard deviation of a function's durations over their mean. */
  readonly variation: number;
}

/** How a function comes to be invoked: by a timer, at random, or in sessions. */
export type ArrivalClass = "timer" | "random" | "sessions";

/** A function of the population. */
export interface FunctionShape {
  /** Its application, 0 the one with most invocations. */
  readonly app: number;
  readonly invocations: number;
  readonly arrival: ArrivalClass;
}

/** The fifteen busiest: counts are published; so are the first eight means, the rest is chosen to meet the quantiles. */
const LEADING: readonly Application[] = [
  [534_155, 4, 0.002, 0.7],
  [261_432, 3, 0.42, 5],
  [234_529, 5, 0.06, 1.2],
  [143_363, 9, 0.81, 6],
  [124_924, 3, 0.36, 5],
  [71_837, 6, 2.4, 1.8],
  [59_375, 2, 0.24, 1.4],
  [31_260, 15, 10.3, 1.4],
  [31_086, 4, 45, 0.9],
  [26_503, 9, 1.3, 1.6],
  [25_080, 5, 24, 0.8],
  [20_130, 29, 9.8, 1.5],
  [19_666, 3, 85, 0.7],
  [15_260, 12, 16, 1.2],
  [12_918, 5, 5, 1.6],
].map(([invocations, functions, meanSeconds, variation]) => ({
  invocations: invocations!,
  functions: functions!,
  meanSeconds: meanSeconds!,
  variation: variation!,
}));

/** Quantiles over applications as [share below, value]. */
type Quantiles = readonly (readonly [share: number, value: number])[];

const INVOCATIONS: Quantiles = [
  [0, 1],
  [0.1, 4],
  [0.25, 29],
  [0.5, 415],
  [0.75, 5419],
  [0.9, 19_759],
];

const MEAN_SECONDS: Quantiles = [
  [0, 0.003],
  [0.1, 0.064],
  [0.25, 0.31],
  [0.5, 1.74],
  [0.75, 9.8],
  [0.9, 32.4],
  [0.95, 56.9],
  [1, 128],
];

const VARIATION: Quantiles = [[0, 0.3], [0.25, 0.85], [0.5, 2.1], [0.75, 4.5], [1, 8]];

/** Functions of the applications behind the leading ones, in ascending order. */
const FUNCTIONS: readonly number[] = [
  [1, 55],
  [2, 15],
  [3, 9],
  [4, 5],
  [5, 6],
  [6, 3],
  [7, 2],
  [8, 2],
  [9, 1],
  [10, 1],
  [13, 1],
  [14, 1],
  [15, 1],
  [16, 1],
  [23, 1],
].flatMap(([functions, applications]) => Array<number>(applications!).fill(functions!));

/** Shares of the functions by arrival class. */
const TIMERS = 0.25, RANDOM = 0.45;

/** Invocations beyond which a function always comes in sessions, as bursty as the documented trace is. */
const SESSIONS_FROM = 7000;

/** Applications of the trace. */
export const APPLICATIONS = LEADING.length + FUNCTIONS.length;

/** The whole population, the busiest application first. */
export const POPULATION: readonly Application[] = [...LEADING, ...followingApplications()];

/** Functions of the trace. */
export const FUNCTIONS_IN_ALL = POPULATION.reduce((sum, { functions }) => sum + functions, 0);

/**
 * The functions of the population at some number of invocations, application after application.
 * Counts scale with it, but no function goes without; within an application they fall as rank^-1.2.
 *
 * @param invocations Of all functions together, at least one for each.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const shapes = functionShapes(60_000);
 * assertEquals(shapes.length, 424);
 * assertEquals(shapes.reduce((sum, { invocations }) => sum + invocations, 0), 60_000);
 * ```
 */
export function functionShapes(invocations: number): FunctionShape[] {
  const functions = POPULATION.flatMap(({ invocations: count, functions }, app) => {
    const shares = Array.from({ length: functions }, (_, f) => exp(-1.2 * log(f + 1)));
    const total = shares.reduce((sum, share) => sum + share, 0);
    return shares.map((share) => ({ app, count: count * share / total }));
  });
  // What a function has beyond its first.
  const further = functions.map(({ count }) => Math.max(0, count - 1));
  const scale = (invocations - functions.length) / further.reduce((sum, each) => sum + each, 0);
  // Rounded as running sums, so that they add up.
  let before = 0;
  return functions.map(({ app, count }, f) => {
    const after = before + scale * further[f]!;
    const more = Math.round(after) - Math.round(before);
    before = after;
    return { app, invocations: 1 + more, arrival: arrivalClass(f, count) };
  });
}

/**
 * The applications behind the leading fifteen. Application k takes quantile (k − ½) / 119 of the
 * counts; the other quantities go by quasi-random orders, evenly over all counts and independent of one another.
 */
function followingApplications(): Application[] {
  const n = FUNCTIONS.length;
  return Array.from({ length: n }, (_, behind) => {
    const rank = n - 1 - behind;
    // Larger applications tend to have more functions; the smallest cannot have many.
    const manner = rank * 0.55 + 0.45 * n * spread(rank, Math.SQRT2);
    return { rank, manner };
  })
    .toSorted((a, b) => a.manner - b.manner)
    .map(({ rank }, f) => ({ rank, functions: FUNCTIONS[f]! }))
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ rank, functions }) => ({
      functions,
      invocations: Math.max(
        functions,
        Math.round(quantile(INVOCATIONS, (rank + 0.5) / APPLICATIONS)),
      ),
      meanSeconds: quantile(MEAN_SECONDS, spread(rank, (Math.sqrt(5) - 1) / 2)),
      variation: quantile(VARIATION, spread(rank, Math.sqrt(3))),
    }));
}

/** A function's class by its number and its documented invocations, the same at every scale. */
function arrivalClass(index: number, invocations: number): ArrivalClass {
  const place = spread(index, Math.sqrt(7));
  if (invocations >= SESSIONS_FROM) return "sessions";
  return place < TIMERS ? "timer" : place < TIMERS + RANDOM ? "random" : "sessions";
}

/** Element `index` of the quasi-random sequence of an irrational step, in [0, 1). */
function spread(index: number, step: number): number {
  const x = (index + 1) * step;
  return x - Math.floor(x);
}

/** Interpolates between quantiles on a logarithmic scale. */
function quantile(quantiles: Quantiles, share: number): number {
  const above = quantiles.findIndex(([at]) => at > share);
  const [[low, from], [high, to]] = [quantiles[above - 1]!, quantiles[above]!];
  return from * exp(log(to / from) * (share - low) / (high - low));
}
