// The matrix product over packed panels, and the job that the threads of a pool share.
//
// Blocking is for the caches alone: a block of k that is not the first one takes up its sums where the
// last one left them in c, so every output is one chain over k ascending, whatever the blocks, the
// threads and the tile that held it.

import { activate } from "./activation";
import { COLUMNS, ROWS, tile } from "./gemm_tile";
import {
  leftPanels, packLeft, packRight, packedLeftBytes, packedRightBytes, panelRow, rightPanels,
} from "./gemm_pack";
import { awaitUnits, firstUnit, nextUnit, threadsOf } from "./team";

/** Length of a block of k at most; blocks are as even as possible, since a short one costs its start and end. */
const BLOCK: i32 = 320;
/** Right panels that stay in the first cache, 30 KB of a block, while the left ones pass by. */
const RIGHT_PANELS: i32 = 3;
/** Units of work for each thread: enough to even out a core that others use too. */
const UNITS: i32 = 4;

/** Bytes at the start of the scratch for each thread: the tile at the edge, and eight zeros. */
export const EDGE: usize = 256;

/** What the sums begin with, else zeros. */
const FROM_C: i32 = 1;
const FROM_BIAS: i32 = 2;

/**
 * Rows of left panels `left` up to `leftEnd`, columns of right panels `right` up to `rightEnd` of
 * `c = seeds + a · b`, `[m, n]` with rows `cRow` bytes apart, those of the seeds `seedsRow`; `seeds` is 0
 * for zeros. `edge` is this thread's.
 */
export function multiplyPanels(
  a: usize, b: usize, c: usize, cRow: usize, m: i32, n: i32, k: i32, seeds: usize, seedsRow: usize,
  left: i32, leftEnd: i32, right: i32, rightEnd: i32, edge: usize,
): void {
  const zeros = edge + <usize>ROWS * 32;
  // As in panelRow, whose divisions would cost an eighth of a short tile.
  const panels = leftPanels(m);
  const low = m / panels, taller = m % panels;
  const blocks = max(1, (k + BLOCK - 1) / BLOCK);
  const block = (k + blocks - 1) / blocks;
  // One block also where k is 0: c is the seeds then.
  for (let turn = 0, from = 0; turn < blocks; turn++, from += block) {
    const length = min(block, k - from);
    for (let first = right; first < rightEnd; first += RIGHT_PANELS) {
      const last = min(first + RIGHT_PANELS, rightEnd);
      for (let i = left; i < leftEnd; i++) {
        const row = i * low + min(i, taller);
        const rows = low + i32(i < taller);
        const pa = a + (<usize>row * <usize>k + <usize>from * <usize>rows << 2);
        for (let panel = first; panel < last; panel++) {
          const column = panel * COLUMNS;
          const columns = min(COLUMNS, n - column);
          const pb = b + (<usize>column * <usize>k + (<usize>from << 3) << 2);
          const target = c + <usize>row * cRow + (<usize>column << 2);
          let seed = zeros, seedRow: usize = 0;
          if (from > 0) {
            seed = target;
            seedRow = cRow;
          } else if (seeds != 0) {
            seed = seeds + <usize>row * seedsRow + (<usize>column << 2);
            seedRow = seedsRow;
          }
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

/** How the right matrix lies, else as `[k, n]`. */
const TRANSPOSED: i32 = 1;
const PACKED: i32 = 2;

/** Bytes of scratch that `gemm` needs. */
export function gemmScratchBytes(threads: i32, m: i32, n: i32, k: i32): usize {
  return <usize>threads * EDGE + packedLeftBytes(m, k) + packedRightBytes(k, n);
}

/**
/**
 * `c = activation(start + a · b)` by all threads of a team: `c` is `[m, n]`, `a` `[m, k]` or `[k, m]`
 * where `leftTransposed`, `b` `[k, n]`, or `[n, k]` where it is TRANSPOSED, rows without gaps, or panels
 * as `packRight` makes them where it is PACKED; `start` one of the above, `bias` `[n]`; `activation` one
 * of `activation.ts`. `scratch` has `gemmScratchBytes`, 64-byte aligned.
 */
export function gemm(
  team: usize, thread: i32, m: i32, n: i32, k: i32, a: usize, leftTransposed: bool,
  b: usize, right: i32, c: usize, start: i32, bias: usize, scratch: usize, activation: i32,
): void {
  const threads = threadsOf(team);
  const lefts = leftPanels(m), rights = rightPanels(n);
  const pa = scratch + <usize>threads * EDGE;
  const pb = right == PACKED ? b : pa + packedLeftBytes(m, k);
  const edge = scratch + <usize>thread * EDGE;
  memory.fill(edge, 0, EDGE);

  const panels = lefts + (right == PACKED ? 0 : rights);
  const chunk = (panels + threads * UNITS - 1) / (threads * UNITS);
  const packs = (panels + chunk - 1) / chunk;

  // Blocks of c as wide as leaves enough of them, cut across where the matrix is too narrow for that.
  let high = lefts, across = rights;
  if (threads > 1) {
    across = max(min(RIGHT_PANELS, rights), rights / (threads * UNITS));
    high = max(1, lefts * ((rights + across - 1) / across) / (threads * UNITS));
    high = min(high, lefts);
  }
  const down = (lefts + high - 1) / high;
  const all = packs + down * ((rights + across - 1) / across);

  const cRow = <usize>n << 2;
  const aRow = <usize>(leftTransposed ? m : k) << 2, bRow = <usize>(right == TRANSPOSED ? k : n) << 2;
  const seeds = start == FROM_C ? c : start == FROM_BIAS ? bias : 0;
  let unit = firstUnit(team);
  for (; unit < packs; unit = nextUnit(team)) {
    const at = unit * chunk, end = min(at + chunk, panels);
    if (at < lefts) packLeft(a, aRow, leftTransposed, m, k, at, min(end, lefts), pa, k, 0);
    if (end > lefts) {
      packRight(b, bRow, right == TRANSPOSED, k, n, max(at - lefts, 0), end - lefts, pb, k, 0);
    }
  }
  if (unit < all) awaitUnits(team, packs);
  for (; unit < all; unit = nextUnit(team)) {
    const top = (unit - packs) % down * high, first = (unit - packs) / down * across;
    const bottom = min(top + high, lefts), last = min(first + across, rights);
    multiplyPanels(
      pa, pb, c, cRow, m, n, k, seeds, start == FROM_C ? cRow : 0, top, bottom, first, last, edge,
    );
    const row = panelRow(top, m), column = first * COLUMNS;
    activate(
      activation, c + <usize>row * cRow + (<usize>column << 2), cRow,
      panelRow(bottom, m) - row, min(last * COLUMNS, n) - column,
    );
  }
}
