// The matrix product over packed panels, and the job that the threads of a pool share.
//
// Blocking is for the caches alone: a block of k that is not the first one takes up its sums where the
// last one left them in c, so every output is one chain over k ascending, whatever the blocks, the
// threads and the tile that held it.

import { activate } from "./activation";
import { COLUMNS, ROWS, tile } from "./gemm_tile";
import { packLeft, packRight, packedLeftBytes, packedRightBytes } from "./gemm_pack";
import { awaitUnits, firstUnit, nextUnit, threadsOf } from "./team";

/** Length of a block of k: a panel of each matrix, 28 KB, stays in the first cache. */
const BLOCK: i32 = 512;
/** Left panels that stay in the second cache, 240 KB, while the right ones pass by. */
const LEFT_PANELS: i32 = 20;
/** Units of work for each thread: enough to even out a core that others use too. */
const UNITS: i32 = 4;

/** Bytes at the start of the scratch for each thread: the tile at the edge, and eight zeros. */
const EDGE: usize = 256;

/** What the sums begin with. */
export const FROM_ZERO: i32 = 0;
export const FROM_C: i32 = 1;
export const FROM_BIAS: i32 = 2;

/**
 * Rows of left panels `left` up to `leftEnd`, columns of right panels `right` up to `rightEnd` of
 * `c = start + a · b`, `[m, n]` with rows `cRow` bytes apart. `edge` is this thread's.
 */
export function multiplyPanels(
  a: usize, b: usize, c: usize, cRow: usize, m: i32, n: i32, k: i32, start: i32, bias: usize,
  left: i32, leftEnd: i32, right: i32, rightEnd: i32, edge: usize,
): void {
  const zeros = edge + <usize>ROWS * 32;
  for (let from = 0; from == 0 || from < k; from += BLOCK) {
    const length = min(BLOCK, k - from);
    for (let top = left; top < leftEnd; top += LEFT_PANELS) {
      const bottom = min(top + LEFT_PANELS, leftEnd);
      for (let panel = right; panel < rightEnd; panel++) {
        const column = panel * COLUMNS;
        const columns = min(COLUMNS, n - column);
        const pb = b + (<usize>column * <usize>k + (<usize>from << 3) << 2);
        for (let i = top; i < bottom; i++) {
          const row = i * ROWS;
          const rows = min(ROWS, m - row);
          const pa = a + (<usize>row * <usize>k + <usize>from * <usize>rows << 2);
          const target = c + <usize>row * cRow + (<usize>column << 2);
          let seed = zeros, seedRow: usize = 0;
          if (from > 0 || start == FROM_C) {
            seed = target;
            seedRow = cRow;
          } else if (start == FROM_BIAS) seed = bias + (<usize>column << 2);
          if (columns == COLUMNS) tile(rows, true, pa, pb, length, seed, seedRow, target, cRow);
          else {
            if (seed != zeros) copyRows(seed, seedRow, edge, 32, rows, columns);
            else memory.fill(edge, 0, <usize>rows << 5);
            tile(rows, columns > 4, pa, pb, length, edge, 32, edge, 32);
            copyRows(edge, 32, target, cRow, rows, columns);
          }
        }
      }
    }
  }
}

function copyRows(from: usize, fromRow: usize, to: usize, toRow: usize, rows: i32, columns: i32): void {
  for (let i = 0; i < rows; i++, from += fromRow, to += toRow) {
    for (let j: usize = 0; j < <usize>columns << 2; j += 4) store<f32>(to + j, load<f32>(from + j));
  }
}

/** Bytes of scratch that `gemm` needs. */
export function gemmScratchBytes(threads: i32, m: i32, n: i32, k: i32): usize {
  return <usize>threads * EDGE + packedLeftBytes(m, k) + packedRightBytes(k, n);
}

/**
 * `c = activation(start + a · b)` by all threads of a team: `c` is `[m, n]`, `a` `[m, k]` or `[k, m]` where
 * `leftTransposed`, `b` `[k, n]` or `[n, k]` where `rightTransposed`, rows without gaps; `start` one
 * of the above, `bias` `[n]`; `activation` one of `activation.ts`. `scratch` has `gemmScratchBytes`, 64-byte aligned.
 */
export function gemm(
  team: usize, thread: i32, m: i32, n: i32, k: i32, a: usize, leftTransposed: bool,
  b: usize, rightTransposed: bool, c: usize, start: i32, bias: usize, scratch: usize,
  activation: i32,
): void {
  const threads = threadsOf(team);
  const lefts = (m + ROWS - 1) / ROWS, rights = (n + COLUMNS - 1) / COLUMNS;
  const pa = scratch + <usize>threads * EDGE;
  const pb = pa + packedLeftBytes(m, k);
  const edge = scratch + <usize>thread * EDGE;
  memory.fill(edge, 0, EDGE);

  const panels = lefts + rights;
  const chunk = (panels + threads * UNITS - 1) / (threads * UNITS);
  const packs = (panels + chunk - 1) / chunk;

  // Blocks of c as high as the second cache allows, and as wide as leaves enough of them.
  let high = LEFT_PANELS, across = rights;
  if (threads > 1) {
    high = max(1, min(LEFT_PANELS, lefts * rights / (threads * UNITS)));
    across = max(1, min(rights, (lefts + high - 1) / high * rights / (threads * UNITS)));
  }
  const down = (lefts + high - 1) / high;
  const all = packs + down * ((rights + across - 1) / across);

  const cRow = <usize>n << 2;
  const aRow = <usize>(leftTransposed ? m : k) << 2, bRow = <usize>(rightTransposed ? k : n) << 2;
  let unit = firstUnit(team);
  for (; unit < packs; unit = nextUnit(team)) {
    const at = unit * chunk, end = min(at + chunk, panels);
    if (at < lefts) packLeft(a, aRow, leftTransposed, m, k, at, min(end, lefts), pa);
    if (end > lefts) packRight(b, bRow, rightTransposed, k, n, max(at - lefts, 0), end - lefts, pb);
  }
  if (unit < all) awaitUnits(team, packs);
  for (; unit < all; unit = nextUnit(team)) {
    const left = (unit - packs) % down * high, right = (unit - packs) / down * across;
    const leftEnd = min(left + high, lefts), rightEnd = min(right + across, rights);
    multiplyPanels(
      pa, pb, c, cRow, m, n, k, start, bias, left, leftEnd, right, rightEnd, edge,
    );
    const row = left * ROWS, column = right * COLUMNS;
    activate(
      activation, c + <usize>row * cRow + (<usize>column << 2), cRow,
      min(leftEnd * ROWS, m) - row, min(rightEnd * COLUMNS, n) - column,
    );
  }
}
