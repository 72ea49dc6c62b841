// Copies of the two matrices in the order in which the tiles read them, so that a transposed matrix
// costs what a plain one does: the left one in panels of at most ROWS rows, the right one in panels of
// eight columns, each panel k after k. A left panel is as narrow as its rows; the last right one is
// filled up with zeros: no output takes them in, but what lay there could be subnormals, which are slow.

import { COLUMNS, ROWS } from "./gemm_tile";

// @ts-ignore: decorator
@inline
function lowPairs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}
// @ts-ignore: decorator
@inline
function highPairs(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}
// @ts-ignore: decorator
@inline
function lowHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 1, 4, 5);
}
// @ts-ignore: decorator
@inline
function highHalves(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 3, 6, 7);
}

/** Four rows of four floats, `row` bytes apart, written as four columns `step` bytes apart. */
// @ts-ignore: decorator
@inline
function transpose4(from: usize, row: usize, to: usize, step: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from + row);
  const r2 = v128.load(from + 2 * row), r3 = v128.load(from + 3 * row);
  const low = lowPairs(r0, r1), lower = lowPairs(r2, r3);
  const high = highPairs(r0, r1), higher = highPairs(r2, r3);
  v128.store(to, lowHalves(low, lower));
  v128.store(to + step, highHalves(low, lower));
  v128.store(to + 2 * step, lowHalves(high, higher));
  v128.store(to + 3 * step, highHalves(high, higher));
}

/** `width` rows of `k` floats, `row` bytes apart, as `k` groups of `width` floats, `step` bytes apart. */
// @ts-ignore: decorator
@inline
function interleave(from: usize, row: usize, width: i32, k: i32, to: usize, step: usize): void {
  const blocks = k & ~3;
  let i = 0;
  for (; i + 4 <= width; i += 4) {
    let source = from + <usize>i * row, target = to + (<usize>i << 2);
    for (let p = 0; p < blocks; p += 4, source += 16, target += 4 * step) {
      transpose4(source, row, target, step);
    }
    for (let p = blocks; p < k; p++, source += 4, target += step) {
      store<f32>(target, load<f32>(source));
      store<f32>(target, load<f32>(source + row), 4);
      store<f32>(target, load<f32>(source + 2 * row), 8);
      store<f32>(target, load<f32>(source + 3 * row), 12);
    }
  }
  for (; i < width; i++) {
    let source = from + <usize>i * row, target = to + (<usize>i << 2);
    for (let p = 0; p < k; p++, source += 4, target += step) store<f32>(target, load<f32>(source));
  }
}

/** `k` groups of `width` floats, `row` bytes apart, as groups `step` bytes apart. */
// @ts-ignore: decorator
@inline
function gather(from: usize, row: usize, width: i32, k: i32, to: usize, step: usize): void {
  for (let p = 0; p < k; p++, from += row, to += step) {
    let i = 0;
    for (; i + 4 <= width; i += 4) v128.store(to + (<usize>i << 2), v128.load(from + (<usize>i << 2)));
    for (; i < width; i++) store<f32>(to + (<usize>i << 2), load<f32>(from + (<usize>i << 2)));
  }
}

/** Bytes of all packed panels of a left matrix `[m, k]`. */
export function packedLeftBytes(m: i32, k: i32): usize {
  return (<usize>m * <usize>k << 2) + 63 & ~63;
}

/** Bytes of all packed panels of a right matrix `[k, n]`. */
export function packedRightBytes(k: i32, n: i32): usize {
  return <usize>rightPanels(n) * <usize>k << 5;
}

/** Panels of a left matrix of `m` rows. */
// @ts-ignore: decorator
@inline
export function leftPanels(m: i32): i32 {
  return (m + ROWS - 1) / ROWS;
}

/** The first row of a left panel: panels differ by one row at most, since a narrow one is slow. */
// @ts-ignore: decorator
@inline
export function panelRow(panel: i32, m: i32): i32 {
  const panels = leftPanels(m);
  return panel * (m / panels) + min(panel, m % panels);
}

/** Panels of a right matrix of `n` columns. */
// @ts-ignore: decorator
@inline
export function rightPanels(n: i32): i32 {
  return (n + COLUMNS - 1) / COLUMNS;
}

/**
 * Packs panels `first` up to `last` of the left matrix: `a` is `[m, k]`, or `[k, m]` where `transposed`,
 * with rows `row` bytes apart; `to` is the start of panel 0. The panels may belong to a longer matrix,
 * with sums of `depth` terms, of which these are the ones from `at` on.
 */
export function packLeft(
  a: usize, row: usize, transposed: bool, m: i32, k: i32, first: i32, last: i32, to: usize,
  depth: i32, at: i32,
): void {
  for (let panel = first; panel < last; panel++) {
    const start = panelRow(panel, m);
    const width = panelRow(panel + 1, m) - start;
    const target = to + (<usize>start * <usize>depth + <usize>at * <usize>width << 2);
    if (transposed) {
      const source = a + (<usize>start << 2);
      if (width == ROWS) gather(source, row, ROWS, k, target, <usize>ROWS << 2);
      else gather(source, row, width, k, target, <usize>width << 2);
    } else {
      const source = a + <usize>start * row;
      if (width == ROWS) interleave(source, row, ROWS, k, target, <usize>ROWS << 2);
      else interleave(source, row, width, k, target, <usize>width << 2);
    }
  }
}

/** The same for the right matrix: `b` is `[k, n]`, or `[n, k]` where `transposed`. */
export function packRight(
  b: usize, row: usize, transposed: bool, k: i32, n: i32, first: i32, last: i32, to: usize,
  depth: i32, at: i32,
): void {
  for (let panel = first; panel < last; panel++) {
    const start = panel * COLUMNS;
    const target = to + (<usize>start * <usize>depth + (<usize>at << 3) << 2);
    const width = min(COLUMNS, n - start);
    if (width < COLUMNS) memory.fill(target, 0, <usize>k << 5);
    if (transposed) {
      const source = b + <usize>start * row;
      if (width == COLUMNS) interleave(source, row, COLUMNS, k, target, 32);
      else interleave(source, row, width, k, target, 32);
    } else {
      const source = b + (<usize>start << 2);
      if (width == COLUMNS) gather(source, row, COLUMNS, k, target, 32);
      else gather(source, row, width, k, target, 32);
    }
  }
}
