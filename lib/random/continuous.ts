/**
 * Draws of real numbers: uniform, normal, exponential.
 *
 * @module
 */

import { log } from "../numeric/elementary.ts";
import { nextBelow } from "../numeric/float_bits.ts";
import type { Key } from "./key.ts";
import { normalQuantile } from "./normal_quantile.ts";
import { checkCount, checkNumber } from "./parameters.ts";
import { threefry2x32 } from "./threefry.ts";

/**
 * Uniform numbers in `[low, high)`: `low + (high - low) u` with `u` a multiple of 2⁻⁵³.
 *
 * @param key Element `i` takes words `2 i` and `2 i + 1` of its bits.
 * @param n How many.
 * @returns `[n]` f64.
 * @throws {RangeError} When `low < high` does not hold or `high - low` is not finite.
 *
 * @example
 * ```ts
 * import { rootKey, uniform } from "assay";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const x = uniform(rootKey(1), 1000, -1, 1);
 * assert(x.every((v) => v >= -1 && v < 1));
 * assertEquals(uniform(rootKey(1), 10, -1, 1), x.slice(0, 10));
 * ```
 */
export function uniform(key: Key, n: number, low = 0, high = 1): Float64Array<ArrayBuffer> {
  if (!(low < high && high - low < Infinity)) {
    throw new RangeError(
      `Cannot draw uniform numbers from [${low}, ${high}): low must be below high, ` +
        `and the distance between them finite`,
    );
  }
  const { out, words } = pairs(key, n);
  const width = high - low;
  const highest = nextBelow(high);
  for (let i = 0; i < n; i++) {
    const x = low + width * unit(words[2 * i]!, words[2 * i + 1]!);
    // The sum can round up to the end that is excluded.
    out[i] = x < high ? x : highest;
  }
  return out;
}

/**
 * Normal numbers: `mean + sd · q(u)`, where `q` is {@linkcode normalQuantile} and `u` an odd multiple
 * of 2⁻⁵³ in (0, 1). The farthest draw is 8.2 standard deviations out.
 *
 * @param key Element `i` takes words `2 i` and `2 i + 1` of its bits.
 * @param n How many.
 * @param mean Finite.
 * @param sd Standard deviation, finite, 0 or more.
 * @returns `[n]` f64.
 * @throws {RangeError} On other parameters.
 *
 * @example
 * ```ts
 * import { normal, rootKey } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const x = normal(rootKey(1), 10_000, 5, 2);
 * assertAlmostEquals(x.reduce((sum, v) => sum + v) / x.length, 5, 0.06);
 * ```
 */
export function normal(key: Key, n: number, mean = 0, sd = 1): Float64Array<ArrayBuffer> {
  checkNumber("normal numbers", "mean", mean);
  checkNumber("normal numbers", "sd", sd, 0);
  const out = openUniform(key, n);
  for (let i = 0; i < n; i++) out[i] = mean + sd * normalQuantile(out[i]!);
  return out;
}

/**
 * Exponential numbers, `-mean · log u`, with `u` an odd multiple of 2⁻⁵³ in (0, 1).
 *
 * @param key Element `i` takes words `2 i` and `2 i + 1` of its bits.
 * @param n How many.
 * @param mean Finite, above 0 (the reciprocal of the rate).
 * @returns `[n]` f64, positive, up to 36.8 times the mean.
 * @throws {RangeError} On other parameters.
 *
 * @example
 * ```ts
 * import { exponential, rootKey } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const gaps = exponential(rootKey(1), 10_000, 3);
 * assertAlmostEquals(gaps.reduce((sum, v) => sum + v) / gaps.length, 3, 0.1);
 * ```
 */
export function exponential(key: Key, n: number, mean = 1): Float64Array<ArrayBuffer> {
  checkNumber("exponential numbers", "mean", mean, Number.MIN_VALUE);
  const out = openUniform(key, n);
  for (let i = 0; i < n; i++) out[i] = -mean * log(out[i]!);
  return out;
}

/** The multiple of 2⁻⁵³ in [0, 1) that the upper 27 and 26 bits of two words make. */
export function unit(word0: number, word1: number): number {
  return ((word0 >>> 5) * 2 ** 26 + (word1 >>> 6)) * 2 ** -53;
}

/** `[n]` odd multiples of 2⁻⁵³ in (0, 1); symmetric about 1/2. */
function openUniform(key: Key, n: number): Float64Array<ArrayBuffer> {
  const { out, words } = pairs(key, n);
  for (let i = 0; i < n; i++) {
    out[i] = ((words[2 * i]! >>> 6) * 2 ** 26 + (words[2 * i + 1]! >>> 6) + 0.5) * 2 ** -52;
  }
  return out;
}

/** Room for `n` doubles, filled with the key's bits; both views see the same memory, so convert in place. */
function pairs(key: Key, n: number): { out: Float64Array<ArrayBuffer>; words: Uint32Array } {
  checkCount(n);
  const out = new Float64Array(n);
  const words = new Uint32Array(out.buffer);
  threefry2x32(key.word0, key.word1, 0, 0, words);
  return { out, words };
}
