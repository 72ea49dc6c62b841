/**
 * The strided sum: a sum along a row that may be long, in one order on every backend. One chain over
 * such a row would leave a CPU and a GPU alike waiting for each addition before the next.
 *
 * Term `i` of a row belongs to chain `i mod 32`. Each chain begins at zero and takes in its terms
 * ascending; then the upper half of the chains is added to the lower half, until one is left:
 * `s[p] = s[p] + s[p + half]` for `half` 16, 8, 4, 2, 1. The 32 chains are eight vectors of four lanes in WASM,
 * which hide how long an addition takes, and the 32 threads that work on a row on a GPU. Their number is
 * part of the contract, the number of threads of a CPU is not: one of them owns a row.
 *
 * @module
 */

/** Chains of a strided sum. */
export const CHAINS = 32;

/**
 * The strided sum of `n` terms; sums are rounded to f32.
 *
 * @param accumulate The chain's next value from its value and the index of the term.
 *
 * @example
 * ```ts
 * import { add } from "./arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const x = new Float32Array(33).fill(2 ** -24);
 * x[0] = 1;
 * // 1 + 2⁻²⁴ is 1, but most of the small terms meet before they come to the large one.
 * assertEquals(stridedSum(33, (sum, i) => add(sum, x[i]!)), 1 + 15 * 2 ** -23);
 * assertEquals(x.reduce((sum, v) => add(sum, v)), 1); // one chain loses them all
 * ```
 */
export function stridedSum(
  n: number,
  accumulate: (sum: number, i: number) => number,
): number {
  const chains = new Float32Array(CHAINS);
  for (let i = 0; i < n; i++) chains[i % CHAINS] = accumulate(chains[i % CHAINS]!, i);
  for (let half = CHAINS / 2; half >= 1; half /= 2) {
    for (let p = 0; p < half; p++) chains[p] = chains[p]! + chains[p + half]!;
  }
  return chains[0]!;
}

/**
 * WGSL function `sum_of_chains(p, chain)`: the sum of all chains, given to each of a workgroup's 32
 * threads, of which number `p` brings `chain`. It needs `add` of `arithmeticWgsl()`, and is to be called
 * in uniform control flow.
 */
export const stridedSumWgsl = /* wgsl */ `
var<workgroup> chains: array<f32, ${CHAINS}>;

fn sum_of_chains(p: u32, chain: f32) -> f32 {
  chains[p] = chain;
  workgroupBarrier();
  for (var half = ${CHAINS / 2}u; half >= 1u; half /= 2u) {
    if (p < half) { chains[p] = add(chains[p], chains[p + half]); }
    workgroupBarrier();
  }
  let sum = chains[0];
  workgroupBarrier(); // before the next sum overwrites it
  return sum;
}
`;
