/**
 * The matrix product as three loops: what every other implementation must equal bit for bit.
 *
 * @module
 */

import type { Arithmetic } from "../arithmetic/arithmetic.ts";
import type { GemmShape } from "./gemm.ts";

/**
 * `C = start + A · B` in an arithmetic: each output one chain of multiply-adds over k ascending.
 *
 * @param a f32 `[m, k]`, or `[k, m]` where `leftTransposed`.
 * @param b f32 `[k, n]`, or `[n, k]` where `rightTransposed`.
 * @param start f32 `[m, n]` where `shape.start` is `c`, `[n]` where it is `bias`; else not looked at.
 * @returns f32 `[m, n]`.
 *
 * @example
 * ```ts
 * import { arithmetics } from "../arithmetic/arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const a = Float32Array.of(1, 2), b = Float32Array.of(3, 4, 5, 6);
 * const c = gemmOracle(arithmetics.strict, { m: 1, n: 2, k: 2, start: "bias" }, a, b, [100, 200]);
 * assertEquals([...c], [113, 216]);
 * ```
 */
export function gemmOracle(
  { madd }: Arithmetic,
  shape: GemmShape,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  start: ArrayLike<number> = [],
): Float32Array {
  const { m, n, k, leftTransposed = false, rightTransposed = false, start: from = "zero" } = shape;
  const c = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = from === "zero" ? 0 : from === "c" ? start[i * n + j]! : start[j]!;
      for (let p = 0; p < k; p++) {
        sum = madd(
          a[leftTransposed ? p * m + i : i * k + p]!,
          b[rightTransposed ? j * k + p : p * n + j]!,
          sum,
        );
      }
      c[i * n + j] = sum;
    }
  }
  return c;
}
