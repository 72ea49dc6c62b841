/**
 * Dropout as a loop over the bits of a key: what every other implementation must equal.
 *
 * @module
 */

import type { Key } from "../../random/key.ts";
import { multiply } from "../arithmetic/arithmetic.ts";

/** What a rate means for words and values. */
export interface Keeping {
  /** An element is kept where its word is at least this, a `u32`. */
  readonly threshold: number;
  /** What a kept element is multiplied by, an f32. */
  readonly factor: number;
}

/**
 * The threshold and the factor of a rate in `[0, 1)`: a word below `⌈rate · 2³²⌉` drops, with probability
 * `rate` to 2⁻³²; the factor is `1 / (1 - rate)`, rounded to f32 once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(keeping(0.75), { threshold: 0xc0000000, factor: 4 });
 * ```
 */
export function keeping(rate: number): Keeping {
  return {
    // Rates closer to 1 than 2⁻³² keep the largest word, since 2³² is none.
    threshold: Math.min(Math.ceil(rate * 2 ** 32), 2 ** 32 - 1),
    factor: Math.fround(1 / (1 - rate)),
  };
}

/**
 * `x[i]` times the factor where `key.bits(n)[i]` is at least the threshold, else `+0`, whatever `x[i]` is.
 *
 * @param x f32 `[n]`.
 * @returns f32 `[n]`.
 *
 * @example
 * ```ts
 * import { rootKey } from "../../random/key.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...rootKey(0).bits(2)], [0x6b200159, 0x99ba4efe]);
 * assertEquals([...dropoutOracle([3, 5], rootKey(0), 0.5)], [0, 10]);
 * ```
 */
export function dropoutOracle(x: ArrayLike<number>, key: Key, rate: number): Float32Array {
  const { threshold, factor } = keeping(rate);
  return Float32Array.from(
    key.bits(x.length),
    (word, i) => word < threshold ? 0 : multiply(x[i]!, factor),
  );
}
