/**
 * The matrix product on a pool's memory, `C = start + A · B`.
 *
 * Contract: each output is one chain over k ascending, `c = madd(a[i, k], b[k, j], c)`, begun at zero,
 * at C's old value or at a bias. No blocking, thread count or tile shape changes a bit of it, so it
 * equals {@linkcode gemmOracle} of the same arithmetic exactly.
 *
 * @module
 */

import type { KernelPool } from "../../device/wasm/pool.ts";
import { type Activation, numberOf } from "../arithmetic/activation.ts";

/** What the sums begin with: zero, the old values of C, or a bias `[n]`, the same in every row. */
export type GemmStart = "zero" | "c" | "bias";

/** The shape of a product: C is `[m, n]`, the sums have `k` terms; rows follow each other without gaps. */
export interface GemmShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** A lies in memory as `[k, m]`, not `[m, k]`. Default false. */
  readonly leftTransposed?: boolean;
  /** B lies in memory as `[n, k]`, not `[k, n]`. Default false. */
  readonly rightTransposed?: boolean;
  /** B lies in panels as `packRight` of `assembly/gemm_pack.ts` makes them. Default false. */
  readonly rightPacked?: boolean;
  /** Default `zero`. */
  readonly start?: GemmStart;
}

/** Addresses in bytes, 4-byte aligned, of f32 arrays; C overlaps no other. */
export interface GemmAddresses {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Needed where the sums start at a bias. */
  readonly bias?: number;
  /** {@linkcode gemmScratchBytes} of working space, 64-byte aligned. */
  readonly scratch: number;
}

const starts: Readonly<Record<GemmStart, number>> = { zero: 0, c: 1, bias: 2 };

/** Multiply-adds below which waking the other threads takes longer than it saves. */
const SHARED_FROM = 100_000;

/** Bytes of working space that a product needs: both matrices in the order in which they are read. */
export function gemmScratchBytes(pool: KernelPool, { m, n, k }: GemmShape): number {
  return pool.kernels.gemmScratchBytes!(pool.threads, m, n, k) >>> 0;
}

/**
 * Computes `C = activation(start + A · B)`.
 *
 * @param activation Applied to each sum when it is done.
 * @throws {RangeError} When a size is not an integer (m and n at least 1, k at least 0), or sums are to
 * start at a bias that is not given.
 *
 * @example
 * ```ts
 * import { KernelPool } from "../../device/wasm/pool.ts";
 * import { assertEquals } from "@std/assert";
 *
 * await using pool = await KernelPool.open({ rounding: "strict", threads: 1 });
 * const shape = { m: 1, n: 2, k: 2 };
 * const a = pool.reserve(8), b = pool.reserve(16), c = pool.reserve(8);
 * const scratch = pool.reserve(gemmScratchBytes(pool, shape));
 * new Float32Array(pool.memory.buffer, a, 2).set([1, 2]);
 * new Float32Array(pool.memory.buffer, b, 4).set([3, 4, 5, 6]);
 * gemm(pool, shape, { a, b, c, scratch });
 * assertEquals([...new Float32Array(pool.memory.buffer, c, 2)], [13, 16]);
 * ```
 */
export function gemm(
  pool: KernelPool,
  shape: GemmShape,
  addresses: GemmAddresses,
  activation: Activation = "linear",
): void {
  const { m, n, k, leftTransposed = false, rightTransposed = false, rightPacked = false } = shape;
  const { start = "zero" } = shape;
  const { a, b, c, bias, scratch } = addresses;
  if (![m, n, k].every(Number.isInteger) || m < 1 || n < 1 || k < 0) {
    throw new RangeError(
      `Cannot multiply matrices: m, n and k are ${m}, ${n} and ${k}, but must be integers, m and n at least 1, ` +
        "k at least 0",
    );
  }
  if (start === "bias" && bias === undefined) {
    throw new RangeError(
      'Cannot multiply matrices: start is "bias", but addresses.bias is missing. Give the address of n floats',
    );
  }
  const left = Number(leftTransposed), right = rightPacked ? 2 : Number(rightTransposed);
  const from = starts[start];
  const then = numberOf(activation);
  if (m * n * k < SHARED_FROM) {
    pool.runAlone("gemm", m, n, k, a, left, b, right, c, from, bias ?? 0, scratch, then);
  } else pool.run("gemm", m, n, k, a, left, b, right, c, from, bias ?? 0, scratch, then);
}
