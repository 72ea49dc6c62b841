/**
 * Poisson draws.
 *
 * @module
 */

import { exp, log } from "../numeric/elementary.ts";
import { uniform, unit } from "./continuous.ts";
import { elementKey, type Key } from "./key.ts";
import { checkCount, checkNumber } from "./parameters.ts";

/** From this mean on, transformed rejection: good from 10, faster than counting up from about 250. */
const REJECTION_FROM = 100;

/** Beyond it the acceptance test below would lose more than 1e-8 to cancellation. */
const HIGHEST_MEAN = 1e6;

/**
 * Poisson counts.
 *
 * Below a mean of 100 by inversion of a 53-bit uniform number; from there on by transformed rejection with squeeze,
 * algorithm PTRS of Hörmann, "The transformed rejection method for generating Poisson random
 * variables", Insurance: Mathematics and Economics 12 (1993).
 *
 * @param key Element `i` takes words `2 i` and `2 i + 1` of its bits below a mean of 100; from there
 * on words `4 i` to `4 i + 3`, and a stream of its own when those are rejected.
 * @param n How many.
 * @param mean From 0 to 10⁶.
 * @returns `[n]` i32.
 * @throws {RangeError} On another mean.
 *
 * @example
 * ```ts
 * import { poisson, rootKey } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const arrivals = poisson(rootKey(1), 10_000, 2.5);
 * assertAlmostEquals(arrivals.reduce((sum, v) => sum + v) / arrivals.length, 2.5, 0.05);
 * ```
 */
export function poisson(key: Key, n: number, mean: number): Int32Array<ArrayBuffer> {
  checkCount(n);
  checkNumber("Poisson counts", "mean", mean, 0, HIGHEST_MEAN);
  return mean < REJECTION_FROM ? invert(key, n, mean) : reject(key, n, mean);
}

function invert(key: Key, n: number, mean: number): Int32Array<ArrayBuffer> {
  const sums: number[] = [];
  let term = exp(-mean);
  for (let k = 0, sum = 0; sum + term > sum; k++, term *= mean / k) sums.push(sum += term);
  const u = uniform(key, n);
  const out = new Int32Array(n);
  const last = sums.length - 1;
  for (let i = 0; i < n; i++) {
    let k = 0;
    while (k < last && u[i]! >= sums[k]!) k++;
    out[i] = k;
  }
  return out;
}

function reject(key: Key, n: number, mean: number): Int32Array<ArrayBuffer> {
  // The paper's constants, with its names.
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const vr = 0.9277 - 3.6224 / (b - 2);
  const logMean = log(mean);

  /** The count of a pair of uniform numbers, or -1. */
  function attempt(u: number, v: number): number {
    const centred = u - 0.5;
    const us = 0.5 - (centred < 0 ? -centred : centred);
    const k = Math.floor((2 * a / us + b) * centred + mean + 0.43);
    if (us >= 0.07 && v <= vr) return k;
    if (!(k >= 0) || (us < 0.013 && v > us)) return -1;
    const bound = k * logMean - mean - logFactorial(k);
    return log(v * inverseAlpha / (a / (us * us) + b)) <= bound ? k : -1;
  }

  const u = uniform(key, 2 * n);
  const out = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    let k = attempt(u[2 * i]!, u[2 * i + 1]!);
    if (k < 0) {
      const own = elementKey(key, i);
      for (let retry = 0; k < 0; retry++) {
        const words = own.bits(4, 4 * retry);
        k = attempt(unit(words[0]!, words[1]!), unit(words[2]!, words[3]!));
      }
    }
    out[i] = k;
  }
  return out;
}

/** `log k!` of 0 to 15. */
const logFactorials = new Float64Array(16);
for (let k = 1, factorial = 1; k < 16; k++) logFactorials[k] = log(factorial *= k);

/** `log k!` to 1e-14 beyond rounding: a table, then Stirling's series (Abramowitz and Stegun 6.1.41). */
function logFactorial(k: number): number {
  if (k < 16) return logFactorials[k]!;
  const s = 1 / (k * k);
  const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s / 1680))) / k;
  return (k + 0.5) * log(k) - k + 0.9189385332046728 + series;
}
