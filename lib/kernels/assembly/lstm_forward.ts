// The forward pass of the LSTM. Each step multiplies the joined row [x, hidden state] by the joined
// weights, begun at the bias, which is the same chain as the product of all inputs beforehand with the
// recurrent part added on: bias, features ascending, units ascending.

import { sigmoid4, tanh4 } from "./elementary";
import { EDGE, multiplyPanels } from "./gemm";
import { leftPanels, packLeft, packRight, packedRightBytes, panelRow, rightPanels } from "./gemm_pack";
import { madd, storeLanes } from "./lanes";
import {
  cellsPlane, copyOrZero, inputsPlane, lstmSlices, scatterLanes, sliceRows, sliceStart, squashedPlane,
} from "./lstm";
import { awaitUnits, firstUnit, nextUnit, threadsOf } from "./team";

/** Bytes of a thread's room: the edge of the product, panels of [x, h], gates and cells, each on its lines. */
// @ts-ignore: decorator
@inline
function roomBytes(rows: i32, features: i32, units: i32): usize {
  return EDGE + (<usize>rows * <usize>(features + 6 * units) << 2) + 255 & ~63;
}

/** Bytes of scratch that `lstmForward` needs. */
export function lstmForwardScratchBytes(threads: i32, batch: i32, features: i32, units: i32): usize {
  const room = roomBytes(sliceRows(batch, threads), features, units);
  return packedRightBytes(features + units, 4 * units) + <usize>threads * room;
}

/** Reads time from its end; `hidden` keeps the order of `x`. */
const REVERSED: i32 = 1;
/** The bias is `[batch, 4 units]`. */
const BIAS_BY_SAMPLE: i32 = 2;

/**
 * Runs the sequence. `x` `[batch, time, features]`, of which `features` may be 0; `kernel`
 * `[features, 4 units]`, `recurrent` `[units, 4 units]`, `bias` `[4 units]`, gates in the order input,
 * forget, cell, output; `h0`, `c0` `[batch, units]`, or 0 for zeros; `hidden` `[batch, time, units]`, or
 * 0 when not wanted; `trace` as in lstm.ts, or 0; `flags` the above.
 */
export function lstmForward(
  team: usize, thread: i32, batch: i32, time: i32, features: i32, units: i32, x: usize, kernel: usize,
  recurrent: usize, bias: usize, h0: usize, c0: usize, hidden: usize, finalHidden: usize,
  finalCell: usize, trace: usize, flags: i32, scratch: usize,
): void {
  const threads = threadsOf(team);
  const depth = features + units, gates = 4 * units;
  const packs = rightPanels(gates), slices = lstmSlices(batch, threads);
  const weights = scratch;
  const room = weights + packedRightBytes(depth, gates) +
    <usize>thread * roomBytes(sliceRows(batch, threads), features, units);
  memory.fill(room, 0, EDGE);

  let unit = firstUnit(team);
  for (; unit < packs; unit = nextUnit(team)) {
    packRight(kernel, <usize>gates << 2, false, features, gates, unit, unit + 1, weights, depth, 0);
    packRight(recurrent, <usize>gates << 2, false, units, gates, unit, unit + 1, weights, depth, features);
  }
  if (unit < packs + slices) awaitUnits(team, packs);
  for (; unit < packs + slices; unit = nextUnit(team)) {
    const start = sliceStart(unit - packs, slices, batch);
    const rows = sliceStart(unit - packs + 1, slices, batch) - start;
    runSlice(
      batch, time, features, units, x, weights, bias, h0, c0, hidden, finalHidden, finalCell, trace,
      flags, start, rows, room,
    );
  }
}

function runSlice(
  batch: i32, time: i32, features: i32, units: i32, x: usize, weights: usize, bias: usize, h0: usize,
  c0: usize, hidden: usize, finalHidden: usize, finalCell: usize, trace: usize, flags: i32,
  start: i32, rows: i32, room: usize,
): void {
  const depth = features + units, gates = 4 * units;
  const H = <usize>units << 2, F = <usize>features << 2;
  const panels = leftPanels(rows), columns = rightPanels(gates);
  const joined = room + EDGE;
  const z = joined + <usize>rows * <usize>depth * 4 + 63 & ~63;
  const cells = z + <usize>rows * 4 * H + 63 & ~63;
  const first = <usize>start;
  const biasRow = flags & BIAS_BY_SAMPLE ? 4 * H : 0;

  if (h0 == 0) memory.fill(joined, 0, z - joined);
  else packLeft(h0 + first * H, H, false, rows, units, 0, panels, joined, depth, features);
  copyOrZero(c0 == 0 ? 0 : c0 + first * H, H, cells, rows, <usize>units);

  const all = <usize>batch * <usize>time;
  const inputRow = F + H + 4;
  const inputs = inputsPlane(trace, all, <usize>units);
  if (trace != 0 && h0 != 0) {
    for (let r = 0; r < rows; r++) {
      memory.copy(inputs + (first + <usize>r) * inputRow + F, h0 + (first + <usize>r) * H, H);
    }
  } else if (trace != 0) {
    for (let r = 0; r < rows; r++) memory.fill(inputs + (first + <usize>r) * inputRow + F, 0, H);
  }

  for (let s = 0; s < time; s++) {
    const t = <usize>(flags & REVERSED ? time - 1 - s : s);
    const from = x + (first * <usize>time + t) * F;
    packLeft(from, <usize>time * F, false, rows, features, 0, panels, joined, depth, 0);
    const row = <usize>s * <usize>batch + first;
    if (trace != 0) {
      for (let r = 0; r < rows; r++) {
        const to = inputs + (row + <usize>r) * inputRow;
        memory.copy(to, from + <usize>r * <usize>time * F, F);
        store<f32>(to + inputRow - 4, 1);
      }
    }
    multiplyPanels(
      joined, weights, z, 4 * H, rows, gates, depth, bias + first * biasRow, biasRow, 0, panels, 0,
      columns, room,
    );
    const last = s == time - 1;
    for (let panel = 0; panel < panels; panel++) {
      const top = panelRow(panel, rows), width = panelRow(panel + 1, rows) - top;
      for (let r = 0; r < width; r++) {
        const here = <usize>(top + r), at = row + here, sample = first + here;
        cellRow(
          units, z + here * 4 * H, cells + here * H,
          joined + (<usize>top * <usize>depth + <usize>features * <usize>width + <usize>r << 2), <usize>width << 2,
          trace == 0 ? 0 : trace + at * 4 * H,
          cellsPlane(trace, all, <usize>units) + at * H, squashedPlane(trace, all, <usize>units) + at * H,
          trace == 0 || last ? 0 : inputs + (at + <usize>batch) * inputRow + F,
          hidden == 0 ? 0 : hidden + (sample * <usize>time + t) * H,
          last ? finalHidden + sample * H : 0,
        );
      }
    }
  }
  for (let r = 0; r < rows; r++) {
    memory.copy(finalCell + (first + <usize>r) * H, cells + <usize>r * H, H);
  }
}

/**
 * One sample's cells of one step. `z` the gates' sums; `cell` is renewed; the hidden state goes to
 * `joined`, its units `step` bytes apart, and to whichever of the other addresses is not 0.
 */
function cellRow(
  units: i32, z: usize, cell: usize, joined: usize, step: usize, gates: usize, cells: usize,
  squashed: usize, next: usize, hidden: usize, final: usize,
): void {
  const H = <usize>units << 2;
  let at: usize = 0;
  // The count of lanes is a constant in the loop: a choice at run time doubles its cost.
  for (; at + 16 <= H; at += 16) {
    fourCells(4, at, H, z, cell, joined, step, gates, cells, squashed, next, hidden, final);
  }
  if (at < H) {
    fourCells(
      units & 3, at, H, z, cell, joined, step, gates, cells, squashed, next, hidden, final,
    );
  }
}

// @ts-ignore: decorator
@inline
function fourCells(
  count: i32, at: usize, H: usize, z: usize, cell: usize, joined: usize, step: usize, gates: usize,
  cells: usize, squashed: usize, next: usize, hidden: usize, final: usize,
): void {
  const i = sigmoid4(v128.load(z + at));
  const f = sigmoid4(v128.load(z + at + H));
  const g = tanh4(v128.load(z + at + 2 * H));
  const o = sigmoid4(v128.load(z + at + 3 * H));
  const c = madd(f, v128.load(cell + at), f32x4.mul(i, g));
  const q = tanh4(c);
  const h = f32x4.mul(o, q);
  storeLanes(cell + at, c, count);
  scatterLanes(joined + (at >> 2) * step, step, h, count);
  if (gates != 0) {
    storeLanes(gates + at, i, count);
    storeLanes(gates + at + H, f, count);
    storeLanes(gates + at + 2 * H, g, count);
    storeLanes(gates + at + 3 * H, o, count);
    storeLanes(cells + at, c, count);
    storeLanes(squashed + at, q, count);
  }
  if (next != 0) storeLanes(next + at, h, count);
  if (hidden != 0) storeLanes(hidden + at, h, count);
  if (final != 0) storeLanes(final + at, h, count);
}
