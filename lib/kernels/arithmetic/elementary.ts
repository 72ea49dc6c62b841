/**
 * exp, tanh, sigmoid and log of f32: the oracle, step for step what `assembly/elementary.ts` does in
 * four lanes and `wgsl.ts` in a shader. Every step is a sum, a product, a quotient or a multiply-add of
 * f32, an integer operation on bits, or a choice; so the bits are the same on every machine.
 *
 * The three exponential functions share one core: `y = k ln 2 + r`, `|r| <= ln 2 / 2`,
 * `exp r - 1 = r + r² q(r)`, and `2ᵏ` made of bits. No function returns a subnormal, except that tanh
 * of one is itself (0 on a GPU that flushes). The stated errors hold in both arithmetics; how they were
 * measured stands at `BOUNDS_ULP` in `error_testing.ts`.
 *
 * @module
 */

import { add, type Arithmetic, divide, multiply } from "./arithmetic.ts";
import * as c from "./constants.ts";

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

function bitsOf(x: number): number {
  float[0] = x;
  return bits[0]!;
}

function floatOf(word: number): number {
  bits[0] = word;
  return float[0]!;
}

/** `y = k ln 2 + r`; returns the bits of `MAGIC + k` and `exp(r) - 1`. */
function reduce(y: number, { madd }: Arithmetic): { n: number; p: number } {
  const shifted = madd(y, c.INVERSE_LN2, c.MAGIC);
  const n = bitsOf(shifted);
  const k = add(shifted, -c.MAGIC);
  let r = madd(k, -c.LN2_HIGH, y);
  r = madd(k, -c.LN2_LOW, r);
  let q = madd(c.Q4, r, c.Q3);
  q = madd(q, r, c.Q2);
  q = madd(q, r, c.Q1);
  q = madd(q, r, c.Q0);
  return { n, p: madd(multiply(r, r), q, r) };
}

/** `2ᵏ` for `-126 <= k <= 127` from the bits of `MAGIC + k`, whose lowest nine are those of `k`. */
function powerOfTwo(n: number): number {
  return floatOf((n << 23) + c.ONE_BITS | 0);
}

/**
 * The exponential of an f32, within 1.01 ulp: 0 where it would be subnormal (below -87.33654), infinite
 * above 88.72283.
 *
 * @example
 * ```ts
 * import { arithmetics } from "./arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(expf(1, arithmetics.fused), Math.fround(Math.E));
 * assertEquals([0, -88, 89].map((x) => expf(x, arithmetics.strict)), [1, 0, Infinity]);
 * ```
 */
export function expf(x: number, arithmetic: Arithmetic): number {
  const y = above(below(x, c.EXP_CEILING), c.EXP_FLOOR);
  const { n, p } = reduce(y, arithmetic);
  // k reaches 128, beyond the largest power of two: scale by two halves, the first step exact.
  const half = (n - c.MAGIC_BITS) >> 1;
  const scaled = multiply(add(p, 1), floatOf((half << 23) + c.ONE_BITS));
  const result = multiply(scaled, floatOf(((n - c.MAGIC_BITS - half) << 23) + c.ONE_BITS));
  return x < c.EXP_FLOOR ? 0 : result;
}

/**
 * The logistic function `1 / (1 + exp(-x))` of an f32, within 1.71 ulp: 0 where it would be subnormal
 * (below -87.33654), 1 above 17.33.
 *
 * @example
 * ```ts
 * import { arithmetics } from "./arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { fused } = arithmetics;
 * assertEquals([0, 20, -90, -Infinity].map((x) => sigmoidf(x, fused)), [0.5, 1, 0, 0]);
 * ```
 */
export function sigmoidf(x: number, arithmetic: Arithmetic): number {
  const y = -above(below(x, c.SIGMOID_CEILING), c.EXP_FLOOR);
  const { n, p } = reduce(y, arithmetic);
  const scale = powerOfTwo(n);
  // 1 + 2ᵏ (1 + p): 2ᵏ p is exact, and what 1 + 2ᵏ loses from 2²⁴ on (1, or 0 below) is kept.
  const most = add(scale, 1);
  const lost = add(1, -add(most, -scale));
  const denominator = add(most, arithmetic.madd(scale, p, lost));
  return x < c.EXP_FLOOR ? 0 : divide(1, denominator);
}

/**
 * The hyperbolic tangent of an f32, within 1.95 ulp: odd to the bit, of size 1 above 9.0109.
 *
 * @example
 * ```ts
 * import { arithmetics } from "./arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { strict } = arithmetics;
 * assertEquals([-0, 10, -Infinity].map((x) => tanhf(x, strict)), [-0, 1, -1]);
 * assertEquals(tanhf(2 ** -20, strict), 2 ** -20);
 * ```
 */
export function tanhf(x: number, arithmetic: Arithmetic): number {
  const size = floatOf(bitsOf(x) & 0x7fffffff);
  const { n, p } = reduce(below(add(size, size), c.TANH_CEILING), arithmetic);
  // exp(2|x|) - 1 = 2ᵏ p + (2ᵏ - 1), the product exact.
  const scale = powerOfTwo(n);
  const e = arithmetic.madd(scale, p, add(scale, -1));
  const quotient = divide(e, add(e, 2));
  // e/2 (1 - tanh) is tanh too, and forgives the rounding of e + 2 as long as it is small.
  const half = multiply(e, 0.5);
  const result = e < c.TANH_SEAM ? arithmetic.madd(-half, quotient, half) : quotient;
  return floatOf(bitsOf(result) | (bitsOf(x) & -0x80000000));
}

/**
 * The natural logarithm of an f32, within 0.87 ulp: NaN below zero, minus infinity at zeros and
 * subnormals of either sign.
 *
 * @example
 * ```ts
 * import { arithmetics } from "./arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const { fused } = arithmetics;
 * assertEquals([1, 0, -1, Infinity].map((x) => logf(x, fused)), [0, -Infinity, NaN, Infinity]);
 * ```
 */
export function logf(x: number, { madd }: Arithmetic): number {
  // x = 2ᵏ (1 + f) with 1 + f from sqrt(1/2) to sqrt(2).
  const word = bitsOf(x);
  const above = (word - c.SQRT_HALF_BITS) | 0;
  const k = above >> 23;
  const f = add(floatOf((word - (k << 23)) | 0), -1);
  let p = madd(c.P7, f, c.P6);
  p = madd(p, f, c.P5);
  p = madd(p, f, c.P4);
  p = madd(p, f, c.P3);
  p = madd(p, f, c.P2);
  p = madd(p, f, c.P1);
  p = madd(p, f, c.P0);
  const square = multiply(f, f);
  let low = multiply(multiply(square, f), p);
  low = madd(k, c.LN2_LOW, low);
  low = madd(square, -0.5, low);
  const result = madd(k, c.LN2_HIGH, add(f, low));
  if (x === Infinity || x !== x) return x;
  if (floatOf(word & 0x7fffffff) < c.LEAST_NORMAL) return -Infinity;
  return x < 0 ? NaN : result;
}

/** The lesser of both; `x` where it is NaN: WebAssembly's `pmin(x, y)`. */
function below(x: number, y: number): number {
  return y < x ? y : x;
}

/** The greater of both; `x` where it is NaN: WebAssembly's `pmax(x, y)`. */
function above(x: number, y: number): number {
  return x < y ? y : x;
}
