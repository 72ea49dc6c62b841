// What follows a matrix product, and the slope of it: `arithmetic/activation.ts` in four lanes.

import { leak, one } from "./constants";
import { sigmoid4, tanh4 } from "./elementary";
import { madd } from "./lanes";

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
