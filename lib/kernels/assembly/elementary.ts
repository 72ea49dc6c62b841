// exp, tanh, sigmoid and log in four lanes: step for step `arithmetic/elementary.ts`, where the method
// is explained. An array's last one to three elements go through the same lanes.

import {
  expCeiling, expFloor, half, infinity, inverseLn2, leastNormal, ln2High, ln2Low, magic, minusHalf,
  minusInfinity, minusLn2High, minusLn2Low, nan, one, p0, p1, p2, p3, p4, p5, p6, p7, q0, q1, q2, q3,
  q4, sigmoidCeiling, signBit, sqrtHalf, tanhCeiling, tanhSeam, two,
} from "./constants";
import { madd } from "./lanes";

/** `magic + k`, where `y = k ln 2 + r`. */
// @ts-ignore: decorator
@inline
function nearest(y: v128): v128 {
  return madd(y, inverseLn2, magic);
}

/** `exp(r) - 1`. */
// @ts-ignore: decorator
@inline
function reduced(y: v128, n: v128): v128 {
  const k = f32x4.sub(n, magic);
  let r = madd(k, minusLn2High, y);
  r = madd(k, minusLn2Low, r);
  let q = madd(q4, r, q3);
  q = madd(q, r, q2);
  q = madd(q, r, q1);
  q = madd(q, r, q0);
  return madd(f32x4.mul(r, r), q, r);
}

/** 2ᵏ, `k` the low bits of the integers `n`; `one` is its bits here, as `magic` is below. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.add(i32x4.shl(n, 23), one);
}

/** exp of four lanes. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const y = f32x4.pmax(f32x4.pmin(x, expCeiling), expFloor);
  const n = nearest(y);
  const k = i32x4.sub(n, magic);
  const halfK = i32x4.shr_s(k, 1);
  const scaled = f32x4.mul(f32x4.add(reduced(y, n), one), powerOfTwo(halfK));
  const result = f32x4.mul(scaled, powerOfTwo(i32x4.sub(k, halfK)));
  return v128.andnot(result, f32x4.lt(x, expFloor));
}

/** sigmoid of four lanes. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const y = f32x4.neg(f32x4.pmax(f32x4.pmin(x, sigmoidCeiling), expFloor));
  const n = nearest(y);
  const scale = powerOfTwo(n);
  const most = f32x4.add(scale, one);
  const lost = f32x4.sub(one, f32x4.sub(most, scale));
  const denominator = f32x4.add(most, madd(scale, reduced(y, n), lost));
  return v128.andnot(f32x4.div(one, denominator), f32x4.lt(x, expFloor));
}

/** tanh of four lanes. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const size = v128.andnot(x, signBit);
  const y = f32x4.pmin(f32x4.add(size, size), tanhCeiling);
  const n = nearest(y);
  const scale = powerOfTwo(n);
  const e = madd(scale, reduced(y, n), f32x4.sub(scale, one));
  const quotient = f32x4.div(e, f32x4.add(e, two));
  const halfE = f32x4.mul(e, half);
  const small = madd(f32x4.neg(halfE), quotient, halfE);
  const result = v128.bitselect(small, quotient, f32x4.lt(e, tanhSeam));
  return v128.or(result, v128.and(x, signBit));
}

/** log of four lanes. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const exponent = i32x4.shr_s(i32x4.sub(x, sqrtHalf), 23);
  const k = f32x4.convert_i32x4_s(exponent);
  const f = f32x4.sub(i32x4.sub(x, i32x4.shl(exponent, 23)), one);
  let p = madd(p7, f, p6);
  p = madd(p, f, p5);
  p = madd(p, f, p4);
  p = madd(p, f, p3);
  p = madd(p, f, p2);
  p = madd(p, f, p1);
  p = madd(p, f, p0);
  const square = f32x4.mul(f, f);
  let low = f32x4.mul(f32x4.mul(square, f), p);
  low = madd(k, ln2Low, low);
  low = madd(square, minusHalf, low);
  const result = madd(k, ln2High, f32x4.add(f, low));
  // Below zero NaN; at infinity and NaN the argument; at zeros and subnormals minus infinity.
  let y = v128.bitselect(nan, result, f32x4.lt(x, i32x4.splat(0)));
  y = v128.bitselect(y, x, f32x4.lt(x, infinity));
  return v128.bitselect(minusInfinity, y, f32x4.lt(f32x4.abs(x), leastNormal));
}

/** `out[i] = exp(x[i])` for `i` below `n`; `out` may be `x`. */
export function exp(x: usize, out: usize, n: i32): void {
  let i: usize = 0;
  const end = <usize>n << 2;
  for (; i + 16 <= end; i += 16) v128.store(out + i, exp4(v128.load(x + i)));
  for (; i < end; i += 4) v128.store_lane<f32>(out + i, exp4(v128.load32_zero(x + i)), 0);
}

/** `out[i] = sigmoid(x[i])` for `i` below `n`; `out` may be `x`. */
export function sigmoid(x: usize, out: usize, n: i32): void {
  let i: usize = 0;
  const end = <usize>n << 2;
  for (; i + 16 <= end; i += 16) v128.store(out + i, sigmoid4(v128.load(x + i)));
  for (; i < end; i += 4) v128.store_lane<f32>(out + i, sigmoid4(v128.load32_zero(x + i)), 0);
}

/** `out[i] = tanh(x[i])` for `i` below `n`; `out` may be `x`. */
export function tanh(x: usize, out: usize, n: i32): void {
  let i: usize = 0;
  const end = <usize>n << 2;
  for (; i + 16 <= end; i += 16) v128.store(out + i, tanh4(v128.load(x + i)));
  for (; i < end; i += 4) v128.store_lane<f32>(out + i, tanh4(v128.load32_zero(x + i)), 0);
}

/** `out[i] = log(x[i])` for `i` below `n`; `out` may be `x`. */
export function log(x: usize, out: usize, n: i32): void {
  let i: usize = 0;
  const end = <usize>n << 2;
  for (; i + 16 <= end; i += 16) v128.store(out + i, log4(v128.load(x + i)));
  for (; i < end; i += 4) v128.store_lane<f32>(out + i, log4(v128.load32_zero(x + i)), 0);
}
