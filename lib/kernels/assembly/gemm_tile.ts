// The innermost loop of the matrix product: a tile of up to five rows by eight columns, held in ten
// registers. Deno's V8 checks the bounds of every load, in two or three instructions, and these are
// what a core runs out of: so four rows come in one load and are spread over the lanes by shuffles,
// which costs less than four loads (fused: 57 of 63 GFLOP/s on a Granite Rapids core, where six rows by
// single loads reach 48; written out for two k at a time, V8 loses more to spills than it gains).
//
// Each lane is one output: one chain over k ascending, begun at the seed.

import { madd } from "./lanes";

/** Rows of a full tile. */
export const ROWS: i32 = 5;
/** Columns of a full tile. */
export const COLUMNS: i32 = 8;

/**
 * `c[i, j] = seed[i, j] + Σₖ a[k, i] · b[k, j]` for `rows` rows and eight columns, four if not `wide`.
 * `a` has `rows` floats for each k, `b` eight; row strides in bytes. Up to four bytes behind `a` are read.
 */
// @ts-ignore: decorator
@inline
function tileOf(
  rows: i32, wide: bool, a: usize, b: usize, k: i32, seed: usize, seedRow: usize, c: usize, cRow: usize,
): void {
  const zero = f32x4.splat(0);
  let c00 = v128.load(seed), c01 = zero, c10 = zero, c11 = zero, c20 = zero, c21 = zero;
  let c30 = zero, c31 = zero, c40 = zero, c41 = zero;
  if (wide) c01 = v128.load(seed, 16);
  if (rows > 1) { seed += seedRow; c10 = v128.load(seed); if (wide) c11 = v128.load(seed, 16); }
  if (rows > 2) { seed += seedRow; c20 = v128.load(seed); if (wide) c21 = v128.load(seed, 16); }
  if (rows > 3) { seed += seedRow; c30 = v128.load(seed); if (wide) c31 = v128.load(seed, 16); }
  if (rows > 4) { seed += seedRow; c40 = v128.load(seed); if (wide) c41 = v128.load(seed, 16); }

  const end = b + (<usize>k << 5);
  while (b != end) {
    const b0 = v128.load(b);
    let b1 = zero;
    if (wide) b1 = v128.load(b, 16);
    let quad = zero, x = zero;
    if (rows > 2) { quad = v128.load(a); x = v128.shuffle<f32>(quad, quad, 0, 0, 0, 0); }
    else x = v128.load_splat<f32>(a);
    c00 = madd(x, b0, c00);
    if (wide) c01 = madd(x, b1, c01);
    if (rows > 1) {
      if (rows > 2) x = v128.shuffle<f32>(quad, quad, 1, 1, 1, 1);
      else x = v128.load_splat<f32>(a, 4);
      c10 = madd(x, b0, c10);
      if (wide) c11 = madd(x, b1, c11);
    }
    if (rows > 2) {
      x = v128.shuffle<f32>(quad, quad, 2, 2, 2, 2);
      c20 = madd(x, b0, c20);
      if (wide) c21 = madd(x, b1, c21);
    }
    if (rows > 3) {
      x = v128.shuffle<f32>(quad, quad, 3, 3, 3, 3);
      c30 = madd(x, b0, c30);
      if (wide) c31 = madd(x, b1, c31);
    }
    if (rows > 4) {
      x = v128.load_splat<f32>(a, 16);
      c40 = madd(x, b0, c40);
      if (wide) c41 = madd(x, b1, c41);
    }
    a += <usize>rows << 2;
    b += 32;
  }

  v128.store(c, c00); if (wide) v128.store(c, c01, 16);
  if (rows > 1) { c += cRow; v128.store(c, c10); if (wide) v128.store(c, c11, 16); }
  if (rows > 2) { c += cRow; v128.store(c, c20); if (wide) v128.store(c, c21, 16); }
  if (rows > 3) { c += cRow; v128.store(c, c30); if (wide) v128.store(c, c31, 16); }
  if (rows > 4) { c += cRow; v128.store(c, c40); if (wide) v128.store(c, c41, 16); }
}

// One function a shape, exported from the binary too, lest they be inlined into one: V8 would then
// share out registers over all of them and spill sums to memory, which halves the rate.

export function tile1Wide(a: usize, b: usize, k: i32, seed: usize, seedRow: usize, c: usize, cRow: usize): void {
  tileOf(1, true, a, b, k, seed, seedRow, c, cRow);
}
export function tile2Wide(a: usize, b: usize, k: i32, seed: usize, seedRow: usize, c: usize, cRow: usize): void {
  tileOf(2, true, a, b, k, seed, seedRow, c, cRow);
}
export function tile3Wide(a: usize, b: usize, k: i32, seed: usize, seedRow: usize, c: usize, cRow: usize): void {
  tileOf(3, true, a, b, k, seed, seedRow, c, cRow);
}
export function tile4Wide(a: usize, b: usize, k: i32, seed: usize, seedRow: usize, c: usize, cRow: usize): void {
  tileOf(4, true, a, b, k, seed, seedRow, c, cRow);
}
export function tile5Wide(a: usize, b: usize, k: i32, seed: usize, seedRow: usize, c: usize, cRow: usize): void {
  tileOf(5, true, a, b, k, seed, seedRow, c, cRow);
}
export function tile1Narrow(a: usize, b: usize, k: i32, seed: usize, seedRow: usize, c: usize, cRow: usize): void {
  tileOf(1, false, a, b, k, seed, seedRow, c, cRow);
}
export function tile2Narrow(a: usize, b: usize, k: i32, seed: usize, seedRow: usize, c: usize, cRow: usize): void {
  tileOf(2, false, a, b, k, seed, seedRow, c, cRow);
}
export function tile3Narrow(a: usize, b: usize, k: i32, seed: usize, seedRow: usize, c: usize, cRow: usize): void {
  tileOf(3, false, a, b, k, seed, seedRow, c, cRow);
}
export function tile4Narrow(a: usize, b: usize, k: i32, seed: usize, seedRow: usize, c: usize, cRow: usize): void {
  tileOf(4, false, a, b, k, seed, seedRow, c, cRow);
}
export function tile5Narrow(a: usize, b: usize, k: i32, seed: usize, seedRow: usize, c: usize, cRow: usize): void {
  tileOf(5, false, a, b, k, seed, seedRow, c, cRow);
}

/** A tile of 1 to `ROWS` rows and eight columns, or four if not `wide`. */
export function tile(
  rows: i32, wide: bool, a: usize, b: usize, k: i32, seed: usize, seedRow: usize, c: usize, cRow: usize,
): void {
  if (wide) {
    switch (rows) {
      case 1: tile1Wide(a, b, k, seed, seedRow, c, cRow); break;
      case 2: tile2Wide(a, b, k, seed, seedRow, c, cRow); break;
      case 3: tile3Wide(a, b, k, seed, seedRow, c, cRow); break;
      case 4: tile4Wide(a, b, k, seed, seedRow, c, cRow); break;
      default: tile5Wide(a, b, k, seed, seedRow, c, cRow);
    }
  } else {
    switch (rows) {
      case 1: tile1Narrow(a, b, k, seed, seedRow, c, cRow); break;
      case 2: tile2Narrow(a, b, k, seed, seedRow, c, cRow); break;
      case 3: tile3Narrow(a, b, k, seed, seedRow, c, cRow); break;
      case 4: tile4Narrow(a, b, k, seed, seedRow, c, cRow); break;
      default: tile5Narrow(a, b, k, seed, seedRow, c, cRow);
    }
  }
}
