/**
 * Random orders.
 *
 * @module
 */

import { below } from "./discrete.ts";
import type { Key } from "./key.ts";

/**
 * A uniformly random order of `0 … n - 1`: the Fisher–Yates shuffle from the top, each step an
 * unbiased integer.
 *
 * @param n From 0 to 2³¹ − 1.
 * @returns `[n]` i32.
 * @throws {RangeError} On another `n`.
 *
 * @example
 * ```ts
 * import { permutation, rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const order = permutation(rootKey(1).key("order").at(0), 1000);
 * assertEquals([...order].sort((a, b) => a - b), Array.from({ length: 1000 }, (_, i) => i));
 * ```
 */
export function permutation(key: Key, n: number): Int32Array<ArrayBuffer> {
  if (!Number.isInteger(n) || n < 0 || n >= 2 ** 31) {
    throw new RangeError(`Cannot permute ${n} numbers: use an integer from 0 to 2^31 - 1`);
  }
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  const words = key.bits(n);
  for (let i = n - 1; i > 0; i--) {
    const j = below(key, i, words[i]!, i + 1);
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}

/**
 * A copy of `items` in random order, that of {@linkcode permutation}.
 *
 * @example
 * ```ts
 * import { rootKey, shuffle } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const hosts = ["a", "b", "c"];
 * assertEquals(shuffle(rootKey(1), hosts).sort(), hosts);
 * ```
 */
export function shuffle<T>(key: Key, items: readonly T[]): T[] {
  return Array.from(permutation(key, items.length), (index) => items[index]!);
}
