/**
 * Fused multiply-add of f32, exact: what a CPU's or GPU's fused instruction returns, from doubles.
 *
 * @module
 */

const double = new Float64Array(1);
/** The low and the high half of the double's bits (the byte order of WebAssembly and of all Deno runs on). */
const words = new Uint32Array(double.buffer);

/**
 * `a * b + c` of f32 values, rounded once to f32, to nearest, ties to even.
 *
 * The product of two f32 values is exact in a double. The sum with `c` is rounded to odd: where
 * two-sum finds an error and the last bit is even, the double beside it, towards the error, is taken.
 * A value rounded to odd with two bits to spare rounds to f32 as the exact one does (Boldo and
 * Melquiond 2008, "Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to
 * odd"); here 29 are to spare, more where the result is subnormal.
 *
 * @param a An f32 value; so are `b` and `c`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const x = 1 + 2 ** -12;
 * assertEquals(fmaf(x, x, -(1 + 2 ** -11)), 2 ** -24); // a rounded product loses this term
 * ```
 */
export function fmaf(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const back = sum - product;
  const error = (product - (sum - back)) + (c - back);
  if (error === 0 || error !== error) return Math.fround(sum);
  double[0] = sum;
  if ((words[0]! & 1) === 0) {
    if ((error > 0) === (sum > 0)) words[0]! |= 1;
    else if (words[0]!-- === 0) words[1]!--; // borrow
  }
  return Math.fround(double[0]);
}
