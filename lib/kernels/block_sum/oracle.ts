/**
 * Sums over many elements in one fixed order, which leaves room for lanes and threads: the elements are
 * cut into blocks of 4,096; in a block, 32 chains take turns, chain `j` the elements `j, j + 32, ...`;
 * the chains' sums are added one after the other, and so are the blocks'.
 *
 * @module
 */

import { add } from "../arithmetic/arithmetic.ts";

/** Elements of a block. */
export const BLOCK = 4096;
/** Chains of a block. */
export const CHAINS = 32;

/** Blocks of `n` elements; the last may be shorter. */
export function blocksOf(n: number): number {
  return Math.ceil(n / BLOCK);
}

/**
 * The sums of the blocks of `n` elements.
 *
 * @param take Adds the term of element `i` to a sum.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(blockSums(5000, (_, sum) => sum + 1), [4096, 904]);
 * ```
 */
export function blockSums(n: number, take: (i: number, sum: number) => number): number[] {
  return Array.from({ length: blocksOf(n) }, (_, block) => {
    const chains = new Array<number>(CHAINS).fill(0);
    const first = block * BLOCK;
    for (let i = first; i < Math.min(first + BLOCK, n); i++) {
      chains[i % CHAINS] = take(i, chains[i % CHAINS]!);
    }
    return sumInOrder(chains);
  });
}

/**
 * f32 values added one after the other, from zero.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sumInOrder([2 ** 24, 1, 1]), 2 ** 24);
 * ```
 */
export function sumInOrder(values: readonly number[]): number {
  return values.reduce(add, 0);
}
