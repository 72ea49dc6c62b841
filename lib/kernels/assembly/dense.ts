// The gradients of a dense layer ahead of its matrix products: through the activation, and of the bias.

import { LEAKY_RELU, LINEAR, RELU, SIGMOID, slope4, TANH } from "./activation";
import { firstUnit, nextUnit } from "./team";

/** Columns of a unit of work: a cache line, so that threads rarely write to the same one. */
const COLUMNS: i32 = 16;

/** Four columns, or one if not `wide`: `dz`, unless it is `dy`, and its sums over the rows ascending. */
// @ts-ignore: decorator
@inline
function slopeColumns(
  wide: bool, activation: i32, rows: i32, row: usize, y: usize, dy: usize, dz: usize, dBias: usize,
): void {
  let sums = f32x4.splat(0);
  for (let i = 0; i < rows; i++, y += row, dy += row, dz += row) {
    let d = wide ? v128.load(dy) : v128.load32_zero(dy);
    if (activation != LINEAR) {
      d = slope4(activation, wide ? v128.load(y) : v128.load32_zero(y), d);
      if (wide) v128.store(dz, d);
      else v128.store_lane<f32>(dz, d, 0);
    }
    sums = f32x4.add(sums, d);
  }
  if (wide) v128.store(dBias, sums);
  else v128.store_lane<f32>(dBias, sums, 0);
}

// @ts-ignore: decorator
@inline
function slopeUnits(
  team: usize, activation: i32, rows: i32, units: i32, y: usize, dy: usize, dz: usize, dBias: usize,
): void {
  const row = <usize>units << 2;
  for (let j = firstUnit(team) * COLUMNS; j < units; j = nextUnit(team) * COLUMNS) {
    let at = <usize>j << 2;
    const end = <usize>min(j + COLUMNS, units) << 2;
    for (; at + 16 <= end; at += 16) {
      slopeColumns(true, activation, rows, row, y + at, dy + at, dz + at, dBias + at);
    }
    for (; at < end; at += 4) {
      slopeColumns(false, activation, rows, row, y + at, dy + at, dz + at, dBias + at);
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
