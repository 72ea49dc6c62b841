/**
 * Draws of integers: uniform in a range, and of indices by weight.
 *
 * @module
 */

import { uniform } from "./continuous.ts";
import { elementKey, type Key } from "./key.ts";
import { checkCount } from "./parameters.ts";
import { threefry2x32 } from "./threefry.ts";

const TWO_31 = 2 ** 31;
const TWO_32 = 2 ** 32;
const block = new Uint32Array(2);

/**
 * Uniform integers in `[low, high)`, without bias: element `i` is word `i` of the key's bits modulo
 * `high - low`, or the first word of a stream of its own that does not fall into the incomplete last cycle.
 *
 * @param n How many.
 * @param low From −2³¹.
 * @param high Up to 2³¹, above `low`.
 * @returns `[n]` i32.
 * @throws {RangeError} On other parameters.
 *
 * @example
 * ```ts
 * import { integers, rootKey } from "assay";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const dice = integers(rootKey(1), 100, 1, 7);
 * assert(dice.every((v) => v >= 1 && v <= 6));
 * assertEquals(integers(rootKey(1), 5, 1, 7), dice.slice(0, 5));
 * ```
 */
export function integers(
  key: Key,
  n: number,
  low: number,
  high: number,
): Int32Array<ArrayBuffer> {
  checkCount(n);
  const valid = Number.isInteger(low) && Number.isInteger(high);
  if (!valid || low < -TWO_31 || high > TWO_31 || low >= high) {
    throw new RangeError(
      `Cannot draw integers from [${low}, ${high}): both ends must be integers, ` +
        `from -2^31 to 2^31, and low below high`,
    );
  }
  const words = key.bits(n);
  const out = new Int32Array(words.buffer);
  const range = high - low;
  if (range === TWO_32) return out;
  for (let i = 0; i < n; i++) out[i] = low + below(key, i, words[i]!, range);
  return out;
}

/**
 * Indices drawn with probability proportional to `weights`, with replacement: the first index whose
 * running sum of weights exceeds a uniform number times their total. Weight 0 is never drawn.
 *
 * @param key Element `i` takes words `2 i` and `2 i + 1` of its bits.
 * @param n How many.
 * @param weights Finite, 0 or more, at least one above 0; summed in ascending order of index.
 * @returns `[n]` i32, each from 0 to `weights.length - 1`.
 * @throws {RangeError} On other weights.
 *
 * @example
 * ```ts
 * import { choice, rootKey } from "assay";
 * import { assert } from "@std/assert";
 *
 * const drawn = choice(rootKey(1), 1000, [0.9, 0, 0.1]);
 * const first = drawn.filter((index) => index === 0).length;
 * assert(first > 850 && first < 950 && !drawn.includes(1));
 * ```
 */
export function choice(key: Key, n: number, weights: ArrayLike<number>): Int32Array<ArrayBuffer> {
  const sums = new Float64Array(weights.length);
  let total = 0;
  let last = -1;
  for (let j = 0; j < weights.length; j++) {
    const weight = weights[j]!;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(
        `Cannot choose by weight: weight ${j} is ${weight}; use finite numbers, 0 or more`,
      );
    }
    if (weight > 0) last = j;
    total += weight;
    sums[j] = total;
  }
  if (!(total > 0 && total < Infinity)) {
    throw new RangeError(
      `Cannot choose among ${weights.length} weights whose sum is ${total}: ` +
        `the sum must be above 0 and finite`,
    );
  }
  const u = uniform(key, n);
  const out = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const target = u[i]! * total;
    let first = 0;
    let end = last;
    while (first < end) {
      const middle = (first + end) >>> 1;
      if (sums[middle]! > target) end = middle;
      else first = middle + 1;
    }
    out[i] = first;
  }
  return out;
}

/**
 * An unbiased integer in `[0, range)` for element `index` of a draw.
 *
 * @param word Its random word.
 * @param range From 1 to 2³² − 1.
 */
export function below(key: Key, index: number, word: number, range: number): number {
  // Both as u32, so that the engine divides integers.
  const remainder = (word >>> 0) % (range >>> 0);
  return word - remainder + range <= TWO_32 ? remainder : retry(key, index, range);
}

function retry(key: Key, index: number, range: number): number {
  const own = elementKey(key, index);
  for (let attempt = 0;; attempt++) {
    threefry2x32(own.word0, own.word1, 0, attempt, block);
    const remainder = block[0]! % range;
    if (block[0]! - remainder + range <= TWO_32) return remainder;
  }
}
