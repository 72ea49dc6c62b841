/**
 * The canonical arithmetic as WGSL text: functions that a kernel's shader is prefixed with.
 *
 * WGSL lets a driver reassociate, contract and flush. Against the first two every rounded value passes
 * through `keep`, an exclusive or of its bits with a zero that no compiler can know; quotients are made
 * of steps whose products are exact. What a driver flushes, and whether its `fma` is fused, stays its
 * own: `probeArithmetic()` tells.
 *
 * @module
 */

import type { Rounding } from "./arithmetic.ts";
import * as c from "./constants.ts";

/** An f32 as a WGSL expression of the same bits. */
function f32(x: number): string {
  const bits = new Uint32Array(Float32Array.of(x).buffer)[0]!;
  return `bitcast<f32>(0x${bits.toString(16)}u)`;
}

const u32 = (word: number) => `0x${word.toString(16)}u`;

/** Horner's rule from `first` down: `name = madd(name, x, coefficient)`. */
function horner(name: string, x: string, [first, ...rest]: readonly number[]): string {
  return [
    `var ${name} = ${f32(first!)};`,
    ...rest.map((coefficient) => `${name} = madd(${name}, ${x}, ${f32(coefficient)});`),
  ].join("\n  ");
}

/** Where a product rounds before its sum, one quotient in a million lands beside the nearest float. */
const NEIGHBOUR = `
  let half_ulp = bitcast<f32>((bitcast<u32>(q) & 0x7f800000u) - 0x0c000000u);
  let rest = remainder(a, q, m);
  if (rest > mul(half_ulp, m)) { q = bitcast<f32>(bitcast<u32>(q) + 1u); }
  else if (rest < -mul(half_ulp, m)) { q = bitcast<f32>(bitcast<u32>(q) - 1u); }`;

/**
 * WGSL functions `madd`, `add`, `mul`, `divide`, `expf`, `sigmoidf`, `tanhf` and `logf` on f32, step for
 * step the oracle's.
 *
 * The shader's entry point must first assign to `zero_bits` a zero that it reads from a buffer. `divide`
 * rounds correctly for a dividend of 2⁻¹⁰⁰ to 2¹⁰⁰, a normal positive divisor of at most 2¹²⁶ and a normal
 * quotient.
 *
 * @param rounding `fused`: `madd` is `fma()`, rounded once where the driver fuses it; `strict`: twice.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(arithmeticWgsl("fused").includes("fma("));
 * assert(!arithmeticWgsl("strict").includes("fma("));
 * ```
 */
export function arithmeticWgsl(rounding: Rounding): string {
  const madd = rounding === "fused" ? "keep(fma(a, b, c))" : "keep(keep(a * b) + c)";
  return /* wgsl */ `
var<private> zero_bits: u32;

fn keep(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) ^ zero_bits); }
fn add(a: f32, b: f32) -> f32 { return keep(a + b); }
fn mul(a: f32, b: f32) -> f32 { return keep(a * b); }
fn madd(a: f32, b: f32, c: f32) -> f32 { return ${madd}; }

fn size_bits(x: f32) -> u32 { return bitcast<u32>(x) & 0x7fffffffu; }
fn is_nan_bits(x: f32) -> bool { return size_bits(x) > 0x7f800000u; }
fn below(x: f32, y: f32) -> f32 { return select(x, y, y < x); }
fn above(x: f32, y: f32) -> f32 { return select(x, y, x < y); }

// The 12 leading bits: products of two such halves are exact.
fn leading(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u); }

// a - q m where q is nearly a / m: exact.
fn remainder(a: f32, q: f32, m: f32) -> f32 {
  let q_high = leading(q);
  let q_low = add(q, -q_high);
  let m_high = leading(m);
  let m_low = add(m, -m_high);
  var rest = add(a, -mul(q_high, m_high));
  rest = add(rest, -mul(q_high, m_low));
  rest = add(rest, -mul(q_low, m_high));
  return add(rest, -mul(q_low, m_low));
}

// a / b: Newton's reciprocal of b's significand m, a quotient, and its correction by the exact remainder.
fn divide(a: f32, b: f32) -> f32 {
  let m = bitcast<f32>((bitcast<u32>(b) & 0x007fffffu) | ${u32(c.ONE_BITS)});
  let inverse_scale = bitcast<f32>(0x7f000000u - (bitcast<u32>(b) & 0x7f800000u));
  var r = bitcast<f32>(0x7ef311c7u - bitcast<u32>(m));
  for (var i = 0; i < 3; i++) { r = madd(madd(-m, r, 1.0), r, r); }
  var q = mul(a, r);
  // 1 / m just above the midpoint of 0.5 and its successor: a reciprocal rounded down would make a tie of it.
  if (bitcast<u32>(m) == 0x3fffffffu) { r = bitcast<f32>(0x3f000001u); }
  q = madd(remainder(a, q, m), r, q);${rounding === "strict" ? NEIGHBOUR : ""}
  return mul(q, inverse_scale);
}

// The bits of MAGIC + k, where y = k ln 2 + r.
fn nearest(y: f32) -> u32 { return bitcast<u32>(madd(y, ${f32(c.INVERSE_LN2)}, ${f32(c.MAGIC)})); }

// exp(r) - 1.
fn reduced(y: f32, n: u32) -> f32 {
  let k = f32(i32(n) - ${c.MAGIC_BITS});
  var r = madd(k, ${f32(-c.LN2_HIGH)}, y);
  r = madd(k, ${f32(-c.LN2_LOW)}, r);
  ${horner("q", "r", [c.Q4, c.Q3, c.Q2, c.Q1, c.Q0])}
  return madd(mul(r, r), q, r);
}

// 2 to the k in the lowest bits of n.
fn power_of_two(n: u32) -> f32 { return bitcast<f32>((n << 23u) + ${u32(c.ONE_BITS)}); }

fn expf(x: f32) -> f32 {
  let y = above(below(x, ${f32(c.EXP_CEILING)}), ${f32(c.EXP_FLOOR)});
  let n = nearest(y);
  let k = i32(n) - ${c.MAGIC_BITS};
  let half = k >> 1u;
  let scaled = mul(add(reduced(y, n), 1.0), power_of_two(bitcast<u32>(half)));
  let result = mul(scaled, power_of_two(bitcast<u32>(k - half)));
  if (is_nan_bits(x)) { return x; }
  return select(result, 0.0, x < ${f32(c.EXP_FLOOR)});
}

fn sigmoidf(x: f32) -> f32 {
  let y = -above(below(x, ${f32(c.SIGMOID_CEILING)}), ${f32(c.EXP_FLOOR)});
  let n = nearest(y);
  let scale = power_of_two(n);
  let most = add(scale, 1.0);
  let lost = add(1.0, -add(most, -scale));
  let result = divide(1.0, add(most, madd(scale, reduced(y, n), lost)));
  if (is_nan_bits(x)) { return x; }
  return select(result, 0.0, x < ${f32(c.EXP_FLOOR)});
}

fn tanhf(x: f32) -> f32 {
  let size = bitcast<f32>(size_bits(x));
  let y = below(add(size, size), ${f32(c.TANH_CEILING)});
  let n = nearest(y);
  let scale = power_of_two(n);
  let e = madd(scale, reduced(y, n), add(scale, -1.0));
  let quotient = divide(e, add(e, 2.0));
  let half = mul(e, 0.5);
  let result = select(quotient, madd(-half, quotient, half), e < ${f32(c.TANH_SEAM)});
  if (is_nan_bits(x)) { return x; }
  return bitcast<f32>(bitcast<u32>(result) | (bitcast<u32>(x) & 0x80000000u));
}

fn logf(x: f32) -> f32 {
  let word = bitcast<i32>(x);
  let exponent = (word - ${c.SQRT_HALF_BITS}) >> 23u;
  let k = f32(exponent);
  let f = add(bitcast<f32>(word - (exponent << 23u)), -1.0);
  ${horner("p", "f", [c.P7, c.P6, c.P5, c.P4, c.P3, c.P2, c.P1, c.P0])}
  let square = mul(f, f);
  var low = mul(mul(square, f), p);
  low = madd(k, ${f32(c.LN2_LOW)}, low);
  low = madd(square, -0.5, low);
  var bits = bitcast<u32>(madd(k, ${f32(c.LN2_HIGH)}, add(f, low)));
  if (word < 0) { bits = 0x7fc00000u; }
  if (size_bits(x) < 0x00800000u) { bits = 0xff800000u; }
  if (is_nan_bits(x) || bitcast<u32>(x) == 0x7f800000u) { bits = bitcast<u32>(x); }
  return bitcast<f32>(bits ^ zero_bits);
}
`;
}
