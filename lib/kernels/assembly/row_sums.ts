// The strided sums that layer normalisation takes along a row, see `arithmetic/strided_sum.ts`: the 32
// chains are eight vectors of four lanes, so the terms of a row are taken in as they lie in memory.

import { loadLanes, madd, storeLanes } from "./lanes";

/** What is summed: x; (x - mean)²; dy · gamma; (dy · gamma) · ((x - mean) · inverse). */
export const VALUES: i32 = 0;
export const SQUARES: i32 = 1;
export const SHIFTS: i32 = 2;
export const SLOPES: i32 = 3;

/** The chains of one thread in memory, where a row's end is not a multiple of 32. */
const CHAINS_BYTES: usize = 128;

/** Bytes of scratch for the kernels that sum rows. */
export function rowSumScratchBytes(threads: i32): usize {
  return <usize>threads * CHAINS_BYTES;
}

/** The part of that scratch that is a thread's. */
// @ts-ignore: decorator
@inline
export function chainsOf(scratch: usize, thread: i32): usize {
  return scratch + <usize>thread * CHAINS_BYTES;
}

/** Four chains with the next term of each; what the kind does not need is not looked at. */
// @ts-ignore: decorator
@inline
function taken(
  kind: i32, sums: v128, x: usize, dy: usize, gamma: usize, mean: v128, inverse: v128, count: i32,
): v128 {
  if (kind == VALUES) return f32x4.add(sums, loadLanes(x, count));
  if (kind == SQUARES) {
    const centred = f32x4.sub(loadLanes(x, count), mean);
    return madd(centred, centred, sums);
  }
  const scaled = f32x4.mul(loadLanes(dy, count), loadLanes(gamma, count));
  if (kind == SHIFTS) return f32x4.add(sums, scaled);
  return madd(scaled, f32x4.mul(f32x4.sub(loadLanes(x, count), mean), inverse), sums);
}

/** The strided sum of a kind over a row of `n` elements; `chains` is this thread's. */
// @ts-ignore: decorator
@inline
export function rowSum(
  kind: i32, n: i32, x: usize, dy: usize, gamma: usize, mean: v128, inverse: v128, chains: usize,
): f32 {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  let i: usize = 0;
  const end = <usize>n << 2, whole = end & ~127;
  for (; i < whole; i += 128) {
    const a = x + i, b = dy + i, c = gamma + i;
    s0 = taken(kind, s0, a, b, c, mean, inverse, 4);
    s1 = taken(kind, s1, a + 16, b + 16, c + 16, mean, inverse, 4);
    s2 = taken(kind, s2, a + 32, b + 32, c + 32, mean, inverse, 4);
    s3 = taken(kind, s3, a + 48, b + 48, c + 48, mean, inverse, 4);
    s4 = taken(kind, s4, a + 64, b + 64, c + 64, mean, inverse, 4);
    s5 = taken(kind, s5, a + 80, b + 80, c + 80, mean, inverse, 4);
    s6 = taken(kind, s6, a + 96, b + 96, c + 96, mean, inverse, 4);
    s7 = taken(kind, s7, a + 112, b + 112, c + 112, mean, inverse, 4);
  }
  if (i < end) {
    v128.store(chains, s0);
    v128.store(chains, s1, 16);
    v128.store(chains, s2, 32);
    v128.store(chains, s3, 48);
    v128.store(chains, s4, 64);
    v128.store(chains, s5, 80);
    v128.store(chains, s6, 96);
    v128.store(chains, s7, 112);
    for (let at = chains; i < end; i += 16, at += 16) {
      const count = <i32>(min<usize>(end - i, 16) >> 2);
      const sums = taken(kind, v128.load(at), x + i, dy + i, gamma + i, mean, inverse, count);
      storeLanes(at, sums, count);
    }
    s0 = v128.load(chains);
    s1 = v128.load(chains, 16);
    s2 = v128.load(chains, 32);
    s3 = v128.load(chains, 48);
    s4 = v128.load(chains, 64);
    s5 = v128.load(chains, 80);
    s6 = v128.load(chains, 96);
    s7 = v128.load(chains, 112);
  }
  // Upper half to lower half, from 32 chains to one.
  s0 = f32x4.add(f32x4.add(s0, s4), f32x4.add(s2, s6));
  s1 = f32x4.add(f32x4.add(s1, s5), f32x4.add(s3, s7));
  s0 = f32x4.add(s0, s1);
  s0 = f32x4.add(s0, v128.shuffle<f32>(s0, s0, 2, 3, 2, 3));
  return f32x4.extract_lane(s0, 0) + f32x4.extract_lane(s0, 1);
}
