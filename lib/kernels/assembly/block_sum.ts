// Sums over many elements in a fixed order that leaves room for lanes and threads; `block_sum/oracle.ts`
// says which. The eight registers of a block are its 32 chains.

import { madd } from "./lanes";

/** Elements of a block. */
export const BLOCK: i32 = 4096;

/** What is summed: `a²`, `(a - b)²`, `|a - b|`. */
export const SQUARES: i32 = 0;
export const SQUARED_DIFFERENCES: i32 = 1;
export const ABSOLUTE_DIFFERENCES: i32 = 2;

// @ts-ignore: decorator
@inline
function take(kind: i32, a: v128, b: v128, sum: v128): v128 {
  if (kind == SQUARES) return madd(a, a, sum);
  const difference = f32x4.sub(a, b);
  if (kind == SQUARED_DIFFERENCES) return madd(difference, difference, sum);
  return f32x4.add(sum, f32x4.abs(difference));
}

/** The first `count` of four floats, with zeros, which change no sum, for the rest. */
function some(at: usize, count: i32): v128 {
  if (count >= 4) return v128.load(at);
  let x = f32x4.splat(0);
  if (count > 0) x = v128.load32_zero(at);
  if (count > 1) x = v128.load_lane<f32>(at + 4, x, 1);
  if (count > 2) x = v128.load_lane<f32>(at + 8, x, 2);
  return x;
}

// @ts-ignore: decorator
@inline
function takeAt(kind: i32, a: usize, b: usize, at: usize, sum: v128): v128 {
  return take(kind, v128.load(a + at), kind == SQUARES ? sum : v128.load(b + at), sum);
}

// @ts-ignore: decorator
@inline
function takeSome(kind: i32, a: usize, b: usize, first: i32, n: i32, sum: v128): v128 {
  const at = <usize>first << 2;
  return take(kind, some(a + at, n - first), kind == SQUARES ? sum : some(b + at, n - first), sum);
}

// @ts-ignore: decorator
@inline
function addLanes(sum: f32, lanes: v128): f32 {
  sum += f32x4.extract_lane(lanes, 0);
  sum += f32x4.extract_lane(lanes, 1);
  sum += f32x4.extract_lane(lanes, 2);
  return sum + f32x4.extract_lane(lanes, 3);
}

/** The sum of a block of `n` elements, at most `BLOCK`. `b` is not read for `SQUARES`. */
// @ts-ignore: decorator
@inline
export function blockSum(kind: i32, a: usize, b: usize, n: i32): f32 {
  const zero = f32x4.splat(0);
  let s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero;
  let i = 0;
  for (; i + 32 <= n; i += 32) {
    const at = <usize>i << 2;
    s0 = takeAt(kind, a, b, at, s0);
    s1 = takeAt(kind, a, b, at + 16, s1);
    s2 = takeAt(kind, a, b, at + 32, s2);
    s3 = takeAt(kind, a, b, at + 48, s3);
    s4 = takeAt(kind, a, b, at + 64, s4);
    s5 = takeAt(kind, a, b, at + 80, s5);
    s6 = takeAt(kind, a, b, at + 96, s6);
    s7 = takeAt(kind, a, b, at + 112, s7);
  }
  if (i < n) {
    s0 = takeSome(kind, a, b, i, n, s0);
    s1 = takeSome(kind, a, b, i + 4, n, s1);
    s2 = takeSome(kind, a, b, i + 8, n, s2);
    s3 = takeSome(kind, a, b, i + 12, n, s3);
    s4 = takeSome(kind, a, b, i + 16, n, s4);
    s5 = takeSome(kind, a, b, i + 20, n, s5);
    s6 = takeSome(kind, a, b, i + 24, n, s6);
    s7 = takeSome(kind, a, b, i + 28, n, s7);
  }
  let sum = addLanes(0, s0);
  sum = addLanes(sum, s1);
  sum = addLanes(sum, s2);
  sum = addLanes(sum, s3);
  sum = addLanes(sum, s4);
  sum = addLanes(sum, s5);
  sum = addLanes(sum, s6);
  return addLanes(sum, s7);
}

/** The sums of `blocks` blocks, one after the other. */
export function sumOfBlocks(sums: usize, blocks: i32): f32 {
  let sum: f32 = 0;
  for (let i = 0; i < blocks; i++) sum += load<f32>(sums + (<usize>i << 2));
  return sum;
}
