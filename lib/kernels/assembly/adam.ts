// Adam's step of all parameters, step for step `adam/oracle.ts`: first the blocks' sums of squares, then the
// blocks themselves.

import { BLOCK, blockSum, sumOfBlocks, SQUARES } from "./block_sum";
import { leastNormal } from "./constants";
import { madd } from "./lanes";
import { awaitUnits, firstUnit, nextUnit } from "./team";

// A row of the table, one for each variable: addresses of its values and its gradient, its number of
// elements, and the elements and blocks of the variables before it.
const VALUES: usize = 0;
const GRADIENT: usize = 4;
const SIZE: usize = 8;
const ELEMENTS_BEFORE: usize = 12;
const BLOCKS_BEFORE: usize = 16;
const ROW: usize = 20;

/** The row of the variable that a block belongs to. */
function rowOf(table: usize, variables: i32, block: i32): usize {
  let row = table + <usize>(variables - 1) * ROW;
  while (load<i32>(row, BLOCKS_BEFORE) > block) row -= ROW;
  return row;
}

/** Zero for what is subnormal: a moment that only decays would stay there for ever, at forty times the cost. */
// @ts-ignore: decorator
@inline
function normal(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), leastNormal));
}

/** One parameter, or four if `wide`. */
// @ts-ignore: decorator
@inline
function move(
  wide: bool, w: usize, g: usize, m: usize, v: usize, scale: v128, beta1: v128, gain1: v128,
  beta2: v128, gain2: v128, correction: v128, epsilon: v128, rate: v128, kept: v128,
): void {
  const gradient = f32x4.mul(wide ? v128.load(g) : v128.load32_zero(g), scale);
  const old = wide ? v128.load(m) : v128.load32_zero(m);
  const first = normal(madd(old, beta1, f32x4.mul(gradient, gain1)));
  const square = f32x4.mul(f32x4.mul(gradient, gradient), gain2);
  const second = normal(madd(wide ? v128.load(v) : v128.load32_zero(v), beta2, square));
  const denominator = madd(f32x4.sqrt(second), correction, epsilon);
  const step = f32x4.div(f32x4.mul(first, rate), denominator);
  const moved = madd(wide ? v128.load(w) : v128.load32_zero(w), kept, f32x4.neg(step));
  if (wide) {
    v128.store(m, first);
    v128.store(v, second);
    v128.store(w, moved);
  } else {
    v128.store_lane<f32>(m, first, 0);
    v128.store_lane<f32>(v, second, 0);
    v128.store_lane<f32>(w, moved, 0);
  }
}

/**
 * Moves all parameters and both moments, `m` and `v`, in place. `gain1` and `gain2` are `1 - beta1` and
 * `1 - beta2`; `limit` is the longest gradient; `sums` has a float for each block; the gradient's norm goes
 * to `length`.
 */
export function adam(
  team: usize, thread: i32, table: usize, variables: i32, blocks: i32, m: usize, v: usize, sums: usize,
  length: usize, rate: f32, correction: f32, epsilon: f32, beta1: f32, gain1: f32, beta2: f32, gain2: f32,
  kept: f32, limit: f32,
): void {
  let unit = firstUnit(team);
  for (; unit < blocks; unit = nextUnit(team)) {
    const row = rowOf(table, variables, unit);
    const first = (unit - load<i32>(row, BLOCKS_BEFORE)) * BLOCK;
    const gradient = <usize>load<u32>(row, GRADIENT) + (<usize>first << 2);
    const sum = blockSum(SQUARES, gradient, 0, min(BLOCK, load<i32>(row, SIZE) - first));
    store<f32>(sums + (<usize>unit << 2), sum);
  }
  if (unit < 2 * blocks) awaitUnits(team, blocks);
  const norm = sqrt<f32>(sumOfBlocks(sums, blocks));
  // Whoever takes the first block has a unit in hand, so the job, and with it the place, is still there.
  if (unit == blocks) store<f32>(length, norm);
  const scale: f32 = norm > limit ? limit / norm : 1;
  const scales = f32x4.splat(scale), kepts = f32x4.splat(kept), rates = f32x4.splat(rate);
  const beta1s = f32x4.splat(beta1), gain1s = f32x4.splat(gain1);
  const beta2s = f32x4.splat(beta2), gain2s = f32x4.splat(gain2);
  const corrections = f32x4.splat(correction), epsilons = f32x4.splat(epsilon);
  for (; unit < 2 * blocks; unit = nextUnit(team)) {
    const row = rowOf(table, variables, unit - blocks);
    const first = (unit - blocks - load<i32>(row, BLOCKS_BEFORE)) * BLOCK;
    const own = <usize>first << 2;
    const slot = <usize>(load<i32>(row, ELEMENTS_BEFORE) + first) << 2;
    let w = <usize>load<u32>(row, VALUES) + own, g = <usize>load<u32>(row, GRADIENT) + own;
    let mi = m + slot, vi = v + slot;
    const end = w + (<usize>min(BLOCK, load<i32>(row, SIZE) - first) << 2);
    for (; w + 16 <= end; w += 16, g += 16, mi += 16, vi += 16) {
      move(true, w, g, mi, vi, scales, beta1s, gain1s, beta2s, gain2s, corrections, epsilons, rates, kepts);
    }
    for (; w < end; w += 4, g += 4, mi += 4, vi += 4) {
      move(false, w, g, mi, vi, scales, beta1s, gain1s, beta2s, gain2s, corrections, epsilons, rates, kepts);
    }
  }
}
