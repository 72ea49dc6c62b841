// Activations in four lanes: step for step `conv2d/activation.ts`, where they are numbered.

import { firstUnit, nextUnit } from "./team";

const RELU: i32 = 1;
const LEAKY_RELU: i32 = 2;
const LEAKY_SLOPE: f32 = 0.01;

/** Floats of a unit of work. */
const CHUNK: i32 = 8192;

// @ts-ignore: decorator
@inline
function relu4(z: v128): v128 {
  return v128.andnot(z, f32x4.lt(z, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function leakyRelu4(z: v128): v128 {
  return v128.bitselect(f32x4.mul(z, f32x4.splat(LEAKY_SLOPE)), z, f32x4.lt(z, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function reluGradient4(dy: v128, y: v128): v128 {
  return v128.and(dy, f32x4.gt(y, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function leakyReluGradient4(dy: v128, y: v128): v128 {
  return v128.bitselect(dy, f32x4.mul(dy, f32x4.splat(LEAKY_SLOPE)), f32x4.gt(y, f32x4.splat(0)));
}

/** Applies an activation in place to `n` floats. */
export function activate(y: usize, n: i32, activation: i32): void {
  const end = y + (<usize>n << 2), blocks = y + (<usize>(n & ~3) << 2);
  if (activation == RELU) {
    for (; y < blocks; y += 16) v128.store(y, relu4(v128.load(y)));
    for (; y < end; y += 4) v128.store_lane<f32>(y, relu4(v128.load32_zero(y)), 0);
  } else if (activation == LEAKY_RELU) {
    for (; y < blocks; y += 16) v128.store(y, leakyRelu4(v128.load(y)));
    for (; y < end; y += 4) v128.store_lane<f32>(y, leakyRelu4(v128.load32_zero(y)), 0);
  }
}

/** `dz` before an activation from `dy` behind it and its result `y`, `n` floats each, by all threads. */
export function activationGradient(
  team: usize, thread: i32, dy: usize, y: usize, dz: usize, n: i32, activation: i32,
): void {
  const all = (n + CHUNK - 1) / CHUNK;
  for (let unit = firstUnit(team); unit < all; unit = nextUnit(team)) {
    let i = <usize>(unit * CHUNK) << 2;
    const count = min(CHUNK, n - unit * CHUNK);
    const end = i + (<usize>count << 2), blocks = i + (<usize>(count & ~3) << 2);
    if (activation == RELU) {
      for (; i < blocks; i += 16) v128.store(dz + i, reluGradient4(v128.load(dy + i), v128.load(y + i)));
      for (; i < end; i += 4) {
        v128.store_lane<f32>(dz + i, reluGradient4(v128.load32_zero(dy + i), v128.load32_zero(y + i)), 0);
      }
    } else {
      for (; i < blocks; i += 16) v128.store(dz + i, leakyReluGradient4(v128.load(dy + i), v128.load(y + i)));
      for (; i < end; i += 4) {
        v128.store_lane<f32>(dz + i, leakyReluGradient4(v128.load32_zero(dy + i), v128.load32_zero(y + i)), 0);
      }
    }
  }
}
