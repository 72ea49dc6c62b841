/**
 * How genomes give rise to others: simulated binary crossover and polynomial mutation of what lies on an axis,
 * exchange and resampling of choices.
 *
 * @module
 */

import { pow } from "../numeric/elementary.ts";
import { uniform } from "../random/distributions.ts";
import type { Key } from "../random/key.ts";
import type { Locus } from "./genes.ts";

/** How far an operator goes, and how often. */
export interface OperatorOptions {
  /** Distribution index η, above 0: the larger, the nearer to the parents. */
  readonly eta: number;
  /** Of each gene to be changed, in [0, 1]. */
  readonly probability: number;
}

/**
 * Two genomes between and around two others. A gene that takes part is crossed by {@linkcode simulatedBinary}, its two
 * numbers then given to the children in random order; a choice is exchanged. The others are copied, bit for bit.
 *
 * @param key Gene `i` takes numbers `3 i` to `3 i + 2` of its uniform draw.
 */
export function crossover(
  key: Key,
  loci: readonly Locus[],
  [a, b]: readonly [Float64Array, Float64Array],
  { eta, probability }: OperatorOptions,
): [Float64Array, Float64Array] {
  const children: [Float64Array, Float64Array] = [a.slice(), b.slice()];
  const u = uniform(key, 3 * loci.length);
  loci.forEach((locus, i) => {
    const x = a[i]!, y = b[i]!;
    if (u[3 * i]! >= probability || x === y) return;
    let pair: readonly [number, number] = [y, x];
    if (locus.kind === "axis") {
      const [c, d] = simulatedBinary(locus.to(x), locus.to(y), locus, eta, u[3 * i + 1]!);
      const [near, far] = [locus.from(c), locus.from(d)];
      pair = u[3 * i + 2]! < 0.5 ? [near, far] : [far, near];
    }
    children[0][i] = pair[0];
    children[1][i] = pair[1];
  });
  return children;
}

/**
 * A genome some of whose genes are changed: by {@linkcode polynomial}, a choice to another of its values, each as
 * likely. The others are copied, bit for bit.
 *
 * @param key Gene `i` takes numbers `2 i` and `2 i + 1` of its uniform draw.
 */
export function mutate(
  key: Key,
  loci: readonly Locus[],
  genome: Float64Array,
  { eta, probability }: OperatorOptions,
): Float64Array {
  const u = uniform(key, 2 * loci.length);
  return genome.map((x, i) => {
    const locus = loci[i]!;
    if (u[2 * i]! >= probability) return x;
    if (locus.kind === "axis") {
      return locus.from(polynomial(locus.to(x), locus, eta, u[2 * i + 1]!));
    }
    const step = 1 + Math.floor(u[2 * i + 1]! * (locus.count - 1));
    return (x + step) % locus.count;
  });
}

/** Ends of an axis. */
interface Ends {
  readonly low: number;
  readonly high: number;
}

/**
 * Simulated binary crossover on a bounded axis (Deb 2000): two numbers about the mean of `x` and `y`, `β` times as far
 * apart. Without bounds β has the density `(η + 1) βᵑ / 2` up to 1 and `(η + 1) β^-(η + 2) / 2` beyond, as when bits of
 * two binary numbers are exchanged; here it is cut off where a child would pass the end that is nearer to a parent, so
 * that the mean stays exactly between the parents.
 *
 * @param u Uniform in [0, 1).
 * @returns The child on the side of `x`, and the one on the side of `y`.
 */
export function simulatedBinary(
  x: number,
  y: number,
  { low, high }: Ends,
  eta: number,
  u: number,
): [number, number] {
  const gap = Math.abs(y - x);
  if (gap === 0) return [x, y];
  // A logarithm may be rounded to beyond its end.
  const room = Math.max(0, Math.min(Math.min(x, y) - low, high - Math.max(x, y)));
  const total = 2 - pow(1 + 2 * room / gap, -(eta + 1));
  const spread = u * total <= 1
    ? pow(u * total, 1 / (eta + 1))
    : pow(1 / (2 - u * total), 1 / (eta + 1));
  const middle = (x + y) / 2, half = spread * (y - x) / 2;
  return [middle - half, middle + half];
}

/**
 * Polynomial mutation on a bounded axis (Deb and Agrawal 1999): a step of at most the way to either end, the smaller
 * the likelier, by a polynomial of degree η.
 *
 * @param u Uniform in [0, 1): the lower half steps down, the upper half up.
 */
export function polynomial(x: number, { low, high }: Ends, eta: number, u: number): number {
  const width = high - low;
  if (width === 0) return x;
  const down = u < 0.5;
  const tail = down ? 2 * u : 2 * (1 - u);
  // What the axis would have left without the way from x to its end.
  const rest = 1 - (down ? x - low : high - x) / width;
  const step = 1 - pow(tail + (1 - tail) * pow(rest, eta + 1), 1 / (eta + 1));
  return down ? x - step * width : x + step * width;
}
