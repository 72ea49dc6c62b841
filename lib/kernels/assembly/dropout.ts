// Dropout: Threefry-2x32-20 (`lib/random/threefry.ts`) of four counters at a time, which are the words of
// eight elements, and what these words keep. The threads take elements.

import { loadLanes, storeLanes } from "./lanes";
import { firstUnit, nextUnit } from "./team";

/** Elements of a unit of work, some 10 µs. A multiple of eight. */
const UNIT: i32 = 16384;
const PARITY: i32 = 0x1bd11bda;

/** `y` rotated to the left by `bits`, exclusive or `x`: the second half of a round. */
// @ts-ignore: decorator
@inline
function mixed(y: v128, bits: i32, x: v128): v128 {
  return v128.xor(v128.or(i32x4.shl(y, bits), i32x4.shr_u(y, 32 - bits)), x);
}

/** One to four elements: `x · factor` where the word is at least the threshold, else zero. */
// @ts-ignore: decorator
@inline
function keep(x: usize, out: usize, words: v128, threshold: v128, factor: v128, count: i32): void {
  const scaled = f32x4.mul(loadLanes(x, count), factor);
  storeLanes(out, v128.and(scaled, i32x4.ge_u(words, threshold)), count);
}

/** Elements `from` up to `end`, `from` a multiple of eight. */
function drop(
  values: usize, out: usize, from: i32, end: i32, word0: i32, word1: i32, threshold: v128,
  factor: v128,
): void {
  const k0 = i32x4.splat(word0), k1 = i32x4.splat(word1);
  const k2 = i32x4.splat(word0 ^ word1 ^ PARITY);
  let counters = i32x4.add(i32x4.splat(from >> 1), i32x4(0, 1, 2, 3));
  for (let i = from; i < end; i += 8) {
    let x = k0, y = i32x4.add(counters, k1);

    x = i32x4.add(x, y), y = mixed(y, 13, x);
    x = i32x4.add(x, y), y = mixed(y, 15, x);
    x = i32x4.add(x, y), y = mixed(y, 26, x);
    x = i32x4.add(x, y), y = mixed(y, 6, x);
    x = i32x4.add(x, k1), y = i32x4.add(y, i32x4.add(k2, i32x4.splat(1)));

    x = i32x4.add(x, y), y = mixed(y, 17, x);
    x = i32x4.add(x, y), y = mixed(y, 29, x);
    x = i32x4.add(x, y), y = mixed(y, 16, x);
    x = i32x4.add(x, y), y = mixed(y, 24, x);
    x = i32x4.add(x, k2), y = i32x4.add(y, i32x4.add(k0, i32x4.splat(2)));

    x = i32x4.add(x, y), y = mixed(y, 13, x);
    x = i32x4.add(x, y), y = mixed(y, 15, x);
    x = i32x4.add(x, y), y = mixed(y, 26, x);
    x = i32x4.add(x, y), y = mixed(y, 6, x);
    x = i32x4.add(x, k0), y = i32x4.add(y, i32x4.add(k1, i32x4.splat(3)));

    x = i32x4.add(x, y), y = mixed(y, 17, x);
    x = i32x4.add(x, y), y = mixed(y, 29, x);
    x = i32x4.add(x, y), y = mixed(y, 16, x);
    x = i32x4.add(x, y), y = mixed(y, 24, x);
    x = i32x4.add(x, k1), y = i32x4.add(y, i32x4.add(k2, i32x4.splat(4)));

    x = i32x4.add(x, y), y = mixed(y, 13, x);
    x = i32x4.add(x, y), y = mixed(y, 15, x);
    x = i32x4.add(x, y), y = mixed(y, 26, x);
    x = i32x4.add(x, y), y = mixed(y, 6, x);
    x = i32x4.add(x, k2), y = i32x4.add(y, i32x4.add(k0, i32x4.splat(5)));

    const at = <usize>i << 2, left = end - i;
    const first = v128.shuffle<i32>(x, y, 0, 4, 1, 5), second = v128.shuffle<i32>(x, y, 2, 6, 3, 7);
    keep(values + at, out + at, first, threshold, factor, left);
    if (left > 4) keep(values + at + 16, out + at + 16, second, threshold, factor, left - 4);
    counters = i32x4.add(counters, i32x4.splat(4));
  }
}

/**
 * `out[i] = x[i] · factor` where word `i` under the key of two words is at least `threshold`, unsigned, and
 * zero where it is not, for `i` below `n`.
 */
export function dropout(
  team: usize, thread: i32, n: i32, x: usize, out: usize, word0: i32, word1: i32, threshold: i32,
  factor: f32,
): void {
  const thresholds = i32x4.splat(threshold), factors = f32x4.splat(factor);
  for (let from = firstUnit(team) * UNIT; from < n; from = nextUnit(team) * UNIT) {
    drop(x, out, from, min(from + UNIT, n), word0, word1, thresholds, factors);
  }
}
