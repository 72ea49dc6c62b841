// Mean losses and their gradients, step for step `loss/oracle.ts`.

import {
  ABSOLUTE_DIFFERENCES, BLOCK, blockSum, SQUARED_DIFFERENCES, sumOfBlocks,
} from "./block_sum";
import { signBit } from "./constants";
import { awaitUnits, firstUnit, nextUnit } from "./team";

/** `loss`: the mean of `n` squared or, if `absolute`, absolute differences; `sums` has a float for each block. */
export function meanLoss(
  team: usize, thread: i32, absolute: bool, predicted: usize, expected: usize, n: i32, sums: usize,
  loss: usize,
): void {
  const blocks = (n + BLOCK - 1) / BLOCK;
  let unit = firstUnit(team);
  for (; unit < blocks; unit = nextUnit(team)) {
    const first = unit * BLOCK, count = min(BLOCK, n - first);
    const a = predicted + (<usize>first << 2), b = expected + (<usize>first << 2);
    const sum = absolute
      ? blockSum(ABSOLUTE_DIFFERENCES, a, b, count)
      : blockSum(SQUARED_DIFFERENCES, a, b, count);
    store<f32>(sums + (<usize>unit << 2), sum);
  }
  if (unit == blocks) {
    awaitUnits(team, blocks);
    store<f32>(loss, sumOfBlocks(sums, blocks) / <f32>n);
    nextUnit(team);
  }
}

// @ts-ignore: decorator
@inline
function slope4(absolute: bool, predicted: v128, expected: v128, scale: v128): v128 {
  const difference = f32x4.sub(predicted, expected);
  if (!absolute) return f32x4.mul(difference, scale);
  const zero = f32x4.splat(0);
  const differs = v128.or(f32x4.lt(difference, zero), f32x4.gt(difference, zero));
  return v128.bitselect(v128.xor(scale, v128.and(difference, signBit)), difference, differs);
}

/** `slope`: the gradient of the predictions, the loss's being `dy[0]` and a difference's `factor` times that. */
export function meanLossGradient(
  team: usize, thread: i32, absolute: bool, predicted: usize, expected: usize, n: i32, dy: usize,
  factor: f32, slope: usize,
): void {
  const scale = f32x4.splat(load<f32>(dy) * factor);
  for (let first = firstUnit(team) * BLOCK; first < n; first = nextUnit(team) * BLOCK) {
    let at = <usize>first << 2;
    const end = <usize>min(first + BLOCK, n) << 2;
    for (; at + 16 <= end; at += 16) {
      const y = slope4(absolute, v128.load(predicted + at), v128.load(expected + at), scale);
      v128.store(slope + at, y);
    }
    for (; at < end; at += 4) {
      const y = slope4(absolute, v128.load32_zero(predicted + at), v128.load32_zero(expected + at), scale);
      v128.store_lane<f32>(slope + at, y, 0);
    }
  }
}
