// The gradients of a dense layer, and of a convolution, ahead of its matrix products: through the
// activation, and of the bias.

import { LEAKY_RELU, LINEAR, RELU, SIGMOID, slope4, TANH } from "./activation";
import { loadLanes, storeLanes } from "./lanes";
import { firstUnit, nextUnit } from "./team";

/** Columns of a unit of work: a cache line of each row, and sums enough to be under way together. */
const COLUMNS: i32 = 16;

/** `dz`, stored unless it is `dy`, of the first `count` of four elements. */
// @ts-ignore: decorator
@inline
function slopes(activation: i32, y: usize, dy: usize, dz: usize, count: i32): v128 {
  let d = loadLanes(dy, count);
  if (activation != LINEAR) {
    d = slope4(activation, loadLanes(y, count), d);
    storeLanes(dz, d, count);
  }
  return d;
}

/** Sixteen columns, or `count` up to four if not `wide`: `dz` and its sums over the rows ascending. */
// @ts-ignore: decorator
@inline
function slopeColumns(
  wide: bool, count: i32, activation: i32, rows: i32, row: usize, y: usize, dy: usize, dz: usize,
  dBias: usize,
): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (let i = 0; i < rows; i++, y += row, dy += row, dz += row) {
    s0 = f32x4.add(s0, slopes(activation, y, dy, dz, count));
    if (wide) {
      s1 = f32x4.add(s1, slopes(activation, y + 16, dy + 16, dz + 16, 4));
      s2 = f32x4.add(s2, slopes(activation, y + 32, dy + 32, dz + 32, 4));
      s3 = f32x4.add(s3, slopes(activation, y + 48, dy + 48, dz + 48, 4));
    }
  }
  storeLanes(dBias, s0, count);
  if (wide) {
    v128.store(dBias, s1, 16);
    v128.store(dBias, s2, 32);
    v128.store(dBias, s3, 48);
  }
}

// @ts-ignore: decorator
@inline
function slopeUnits(
  team: usize, activation: i32, rows: i32, units: i32, y: usize, dy: usize, dz: usize, dBias: usize,
): void {
  const row = <usize>units << 2;
  for (let j = firstUnit(team) * COLUMNS; j < units; j = nextUnit(team) * COLUMNS) {
    let at = <usize>j << 2;
    if (units - j >= COLUMNS) {
      slopeColumns(true, 4, activation, rows, row, y + at, dy + at, dz + at, dBias + at);
    } else {
      for (let k = j; k < units; k += 4, at += 16) {
        const count = min(4, units - k);
        slopeColumns(false, count, activation, rows, row, y + at, dy + at, dz + at, dBias + at);
      }
    }
  }
}

/**
 * `dz = dy · activation'` from the activation's outputs `y`, and `dBias`, the sums of its columns: `y`,
 * `dy` and `dz` are `[rows, units]`. Where the activation is linear, `y` is not read and `dz` not written.
 */
export function denseSlopes(
  team: usize, thread: i32, activation: i32, rows: i32, units: i32, y: usize, dy: usize, dz: usize,
  dBias: usize,
): void {
  switch (activation) {
    case RELU: slopeUnits(team, RELU, rows, units, y, dy, dz, dBias); break;
    case LEAKY_RELU: slopeUnits(team, LEAKY_RELU, rows, units, y, dy, dz, dBias); break;
    case SIGMOID: slopeUnits(team, SIGMOID, rows, units, y, dy, dz, dBias); break;
    case TANH: slopeUnits(team, TANH, rows, units, y, dy, dz, dBias); break;
    default: slopeUnits(team, LINEAR, rows, units, y, dy, dz, dBias);
  }
}
