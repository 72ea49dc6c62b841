// The gradients of gamma and beta, which layer and batch normalisation sum alike over the rows: lanes hold
// columns, each column one chain. Columns are taken sixteen at a time, a cache line of each row, so that
// eight sums are under way together.

import { loadLanes, madd, storeLanes } from "./lanes";
import { firstUnit, nextUnit } from "./team";

/** Columns of a unit of work. */
export const COLUMNS: i32 = 16;

/**
 * `dGamma = Σ dy · (x - mean) · inverse` and `dBeta = Σ dy` by all threads of a team; mean and inverse are
 * `[n]` where `byColumn`, else `[rows]`.
 */
// @ts-ignore: decorator
@inline
export function weightSums(
  byColumn: bool, team: usize, rows: i32, n: i32, x: usize, dy: usize, mean: usize, inverse: usize,
  dGamma: usize, dBeta: usize,
): void {
  for (let unit = firstUnit(team); unit * COLUMNS < n; unit = nextUnit(team)) {
    let column = unit * COLUMNS;
    if (n - column >= COLUMNS) sums(byColumn, true, column, 4, rows, n, x, dy, mean, inverse, dGamma, dBeta);
    else {
      for (; column < n; column += 4) {
        const count = min(4, n - column);
        sums(byColumn, false, column, count, rows, n, x, dy, mean, inverse, dGamma, dBeta);
      }
    }
  }
}

/** Those of sixteen columns, or, if not `wide`, of `count` up to four. */
// @ts-ignore: decorator
@inline
function sums(
  byColumn: bool, wide: bool, column: i32, count: i32, rows: i32, n: i32, x: usize, dy: usize,
  mean: usize, inverse: usize, dGamma: usize, dBeta: usize,
): void {
  const step = <usize>n << 2, at = <usize>column << 2;
  let g0 = f32x4.splat(0), g1 = g0, g2 = g0, g3 = g0, b0 = g0, b1 = g0, b2 = g0, b3 = g0;
  let m0 = g0, m1 = g0, m2 = g0, m3 = g0, r0 = g0, r1 = g0, r2 = g0, r3 = g0;
  if (byColumn) {
    m0 = loadLanes(mean + at, count);
    r0 = loadLanes(inverse + at, count);
    if (wide) {
      m1 = v128.load(mean + at, 16); m2 = v128.load(mean + at, 32); m3 = v128.load(mean + at, 48);
      r1 = v128.load(inverse + at, 16); r2 = v128.load(inverse + at, 32); r3 = v128.load(inverse + at, 48);
    }
  }
  let a = x + at, d = dy + at;
  for (let row: usize = 0; row < <usize>rows << 2; row += 4, a += step, d += step) {
    if (!byColumn) {
      m0 = v128.load32_splat(mean + row);
      m1 = m0; m2 = m0; m3 = m0;
      r0 = v128.load32_splat(inverse + row);
      r1 = r0; r2 = r0; r3 = r0;
    }
    const d0 = loadLanes(d, count);
    g0 = madd(d0, f32x4.mul(f32x4.sub(loadLanes(a, count), m0), r0), g0);
    b0 = f32x4.add(b0, d0);
    if (wide) {
      const d1 = v128.load(d, 16), d2 = v128.load(d, 32), d3 = v128.load(d, 48);
      g1 = madd(d1, f32x4.mul(f32x4.sub(v128.load(a, 16), m1), r1), g1);
      g2 = madd(d2, f32x4.mul(f32x4.sub(v128.load(a, 32), m2), r2), g2);
      g3 = madd(d3, f32x4.mul(f32x4.sub(v128.load(a, 48), m3), r3), g3);
      b1 = f32x4.add(b1, d1);
      b2 = f32x4.add(b2, d2);
      b3 = f32x4.add(b3, d3);
    }
  }
  storeLanes(dGamma + at, g0, count);
  storeLanes(dBeta + at, b0, count);
  if (wide) {
    v128.store(dGamma + at, g1, 16); v128.store(dGamma + at, g2, 32); v128.store(dGamma + at, g3, 48);
    v128.store(dBeta + at, b1, 16); v128.store(dBeta + at, b2, 32); v128.store(dBeta + at, b3, 48);
  }
}
