// What follows a matrix product, and the slope of it: `arithmetic/activation.ts` in four lanes.

import { leak, one } from "./constants";
import { sigmoid4, tanh4 } from "./elementary";
import { madd } from "./lanes";
import { firstUnit, nextUnit } from "./team";

/** Elements of a unit of work. */
const UNIT: i32 = 4096;

/** The activations by number, in the order of `activations`. */
export const LINEAR: i32 = 0;
export const RELU: i32 = 1;
export const LEAKY_RELU: i32 = 2;
export const SIGMOID: i32 = 3;
export const TANH: i32 = 4;

// @ts-ignore: decorator
@inline
function activate4(activation: i32, x: v128): v128 {
  const zero = f32x4.splat(0);
  if (activation == RELU) return f32x4.pmax(x, zero);
  if (activation == LEAKY_RELU) return v128.bitselect(f32x4.mul(x, leak), x, f32x4.lt(x, zero));
  if (activation == SIGMOID) return sigmoid4(x);
  return tanh4(x);
}

/** `dy` times the slope where the activation gave `y`. */
// @ts-ignore: decorator
@inline
export function slope4(activation: i32, y: v128, dy: v128): v128 {
  const zero = f32x4.splat(0);
  if (activation == RELU) return v128.andnot(dy, f32x4.le(y, zero));
  if (activation == LEAKY_RELU) return v128.bitselect(f32x4.mul(dy, leak), dy, f32x4.le(y, zero));
  if (activation == SIGMOID) return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(one, y)));
  if (activation == TANH) return f32x4.mul(dy, madd(f32x4.neg(y), y, one));
  return dy;
}

// @ts-ignore: decorator
@inline
function activateRows(activation: i32, c: usize, cRow: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++, c += cRow) {
    let at = c;
    const end = c + (<usize>columns << 2);
    for (; at + 16 <= end; at += 16) v128.store(at, activate4(activation, v128.load(at)));
    for (; at < end; at += 4) {
      v128.store_lane<f32>(at, activate4(activation, v128.load32_zero(at)), 0);
    }
  }
}

/** Applies an activation to `rows` rows of `columns` floats in place, rows `cRow` bytes apart. */
export function activate(activation: i32, c: usize, cRow: usize, rows: i32, columns: i32): void {
  switch (activation) {
    case RELU: activateRows(RELU, c, cRow, rows, columns); break;
    case LEAKY_RELU: activateRows(LEAKY_RELU, c, cRow, rows, columns); break;
    case SIGMOID: activateRows(SIGMOID, c, cRow, rows, columns); break;
    case TANH: activateRows(TANH, c, cRow, rows, columns); break;
  }
}

/** `y[i] = activation(x[i])` for `i` below `n`; `y` may be `x`. */
export function activateOver(team: usize, thread: i32, activation: i32, x: usize, y: usize, n: i32): void {
  for (let first = firstUnit(team) * UNIT; first < n; first = nextUnit(team) * UNIT) {
    const count = min(UNIT, n - first), at = <usize>first << 2;
    if (x != y) memory.copy(y + at, x + at, <usize>count << 2);
    activate(activation, y + at, 0, 1, count);
  }
}

// @ts-ignore: decorator
@inline
function slopes(activation: i32, y: usize, dy: usize, dx: usize, n: i32): void {
  const end = y + (<usize>n << 2);
  for (; y + 16 <= end; y += 16, dy += 16, dx += 16) {
    v128.store(dx, slope4(activation, v128.load(y), v128.load(dy)));
  }
  for (; y < end; y += 4, dy += 4, dx += 4) {
    v128.store_lane<f32>(dx, slope4(activation, v128.load32_zero(y), v128.load32_zero(dy)), 0);
  }
}

/** `dx[i] = dy[i]` times the slope where the activation gave `y[i]`, for `i` below `n`. */
export function slopeOver(
  team: usize, thread: i32, activation: i32, y: usize, dy: usize, dx: usize, n: i32,
): void {
  for (let first = firstUnit(team) * UNIT; first < n; first = nextUnit(team) * UNIT) {
    const count = min(UNIT, n - first), at = <usize>first << 2;
    switch (activation) {
      case RELU: slopes(RELU, y + at, dy + at, dx + at, count); break;
      case LEAKY_RELU: slopes(LEAKY_RELU, y + at, dy + at, dx + at, count); break;
      case SIGMOID: slopes(SIGMOID, y + at, dy + at, dx + at, count); break;
      case TANH: slopes(TANH, y + at, dy + at, dx + at, count); break;
      default: memory.copy(dx + at, dy + at, <usize>count << 2);
    }
  }
}
