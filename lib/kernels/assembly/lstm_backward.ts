// The backward pass of the LSTM: from the last step to the first, the gradients of the gates' sums, and
// through them those of the states. The weights' gradients are one product of all of it, made afterwards.

import { one } from "./constants";
import { EDGE, multiplyPanels } from "./gemm";
import { leftPanels, packRight, packedRightBytes, panelRow, rightPanels } from "./gemm_pack";
import { COLUMNS } from "./gemm_tile";
import { madd, storeLanes } from "./lanes";
import {
  cellsPlane, copyOrZero, lstmSlices, scatterLanes, sliceRows, sliceStart, squashedPlane,
} from "./lstm";
import { awaitUnits, firstUnit, nextUnit, threadsOf } from "./team";

/** Bytes of a thread's room: the edge of the product, panels of dz, dh and dc, each on its lines. */
// @ts-ignore: decorator
@inline
function roomBytes(rows: i32, units: i32): usize {
  return EDGE + (<usize>rows * <usize>units * 24) + 255 & ~63;
}

/** Bytes of scratch that `lstmBackward` needs. */
export function lstmBackwardScratchBytes(threads: i32, batch: i32, units: i32): usize {
  return packedRightBytes(4 * units, units) + <usize>threads * roomBytes(sliceRows(batch, threads), units);
}

/**
 * `trace` is the forward pass's. Gradients that arrive: `dHidden` `[batch, time, units]`, `dFinalHidden`
 * and `dFinalCell` `[batch, units]`, each 0 where there is none. Gradients that leave: `dz`
 * `[time batch, 4 units]` in the order of the trace, as panels of a right matrix; `dBias` `[batch, 4 units]`, their sums over the
 * steps from the last to the first, `dInitialHidden` and `dInitialCell` `[batch, units]`, each 0 where
 * nobody wants it.
 */
export function lstmBackward(
  team: usize, thread: i32, batch: i32, time: i32, units: i32, recurrent: usize, trace: usize,
  dHidden: usize, dFinalHidden: usize, dFinalCell: usize, c0: usize, dz: usize, dBias: usize,
  dInitialHidden: usize, dInitialCell: usize, reversed: bool, scratch: usize,
): void {
  const threads = threadsOf(team);
  const gates = 4 * units;
  const packs = rightPanels(units), slices = lstmSlices(batch, threads);
  const weights = scratch;
  const room = weights + packedRightBytes(gates, units) +
    <usize>thread * roomBytes(sliceRows(batch, threads), units);
  memory.fill(room, 0, EDGE);

  let unit = firstUnit(team);
  for (; unit < packs; unit = nextUnit(team)) {
    packRight(recurrent, <usize>gates << 2, true, gates, units, unit, unit + 1, weights, gates, 0);
  }
  if (unit < packs + slices) awaitUnits(team, packs);
  for (; unit < packs + slices; unit = nextUnit(team)) {
    const start = sliceStart(unit - packs, slices, batch);
    const rows = sliceStart(unit - packs + 1, slices, batch) - start;
    runSlice(
      batch, time, units, weights, trace, dHidden, dFinalHidden, dFinalCell, c0, dz, dBias,
      dInitialHidden, dInitialCell, reversed, start, rows, room,
    );
  }
}

function runSlice(
  batch: i32, time: i32, units: i32, weights: usize, trace: usize, dHidden: usize, dFinalHidden: usize,
  dFinalCell: usize, c0: usize, dz: usize, dBias: usize, dInitialHidden: usize, dInitialCell: usize,
  reversed: bool, start: i32, rows: i32, room: usize,
): void {
  const gates = 4 * units;
  const H = <usize>units << 2;
  const panels = leftPanels(rows), columns = rightPanels(units);
  const panelsOfDz = room + EDGE;
  const dh = panelsOfDz + <usize>rows * 4 * H + 63 & ~63;
  const dc = dh + <usize>rows * H + 63 & ~63;
  const first = <usize>start;
  const all = <usize>batch * <usize>time;
  const cells = cellsPlane(trace, all, <usize>units), squashed = squashedPlane(trace, all, <usize>units);

  if (dBias != 0) memory.fill(dBias + first * 4 * H, 0, <usize>rows * 4 * H);
  copyOrZero(dFinalHidden == 0 ? 0 : dFinalHidden + first * H, H, dh, rows, <usize>units);
  copyOrZero(dFinalCell == 0 ? 0 : dFinalCell + first * H, H, dc, rows, <usize>units);
  for (let s = time - 1; s >= 0; s--) {
    const t = <usize>(reversed ? time - 1 - s : s);
    if (s == time - 1 && dHidden != 0) {
      for (let r = 0; r < rows; r++) {
        addRow(dh + <usize>r * H, dHidden + ((first + <usize>r) * <usize>time + t) * H, units);
      }
    }
    const row = <usize>s * <usize>batch + first;
    for (let panel = 0; panel < panels; panel++) {
      const top = panelRow(panel, rows), width = panelRow(panel + 1, rows) - top;
      for (let r = 0; r < width; r++) {
        const here = <usize>(top + r), at = row + here;
        gateRow(
          units, trace + at * 4 * H, squashed + at * H,
          s > 0 ? cells + (at - <usize>batch) * H : c0 == 0 ? 0 : c0 + (first + here) * H,
          dh + here * H, dc + here * H, dz + (at << 5), all << 5,
          panelsOfDz + (<usize>top * <usize>gates + <usize>r << 2), <usize>width << 2,
        );
        if (dBias != 0) addPanels(dBias + (first + here) * 4 * H, dz + (at << 5), all << 5, gates);
      }
    }
    if (s > 0 || dInitialHidden != 0) {
      // The sums go on where the gradient of this step's output begins them.
      const before = <usize>(reversed ? time - s : s - 1);
      const own = s > 0 && dHidden != 0 ? dHidden + (first * <usize>time + before) * H : 0;
      copyOrZero(own, <usize>time * H, dh, rows, <usize>units);
      multiplyPanels(
        panelsOfDz, weights, dh, H, rows, units, gates, dh, H, 0, panels, 0, columns, room,
      );
    }
  }
  if (dInitialHidden != 0) {
    memory.copy(dInitialHidden + first * H, dh, <usize>rows * H);
    memory.copy(dInitialCell + first * H, dc, <usize>rows * H);
  }
}

function addRow(to: usize, from: usize, width: i32): void {
  for (let i = 0; i < width; i += 4, to += 16, from += 16) {
    storeLanes(to, f32x4.add(v128.load(to), v128.load(from)), width - i);
  }
}

/** Adds one row that lies in panels, `panel` bytes apart. */
function addPanels(to: usize, from: usize, panel: usize, width: i32): void {
  for (let i = 0; i < width; i += COLUMNS, to += 32, from += panel) {
    storeLanes(to, f32x4.add(v128.load(to), v128.load(from)), width - i);
    if (i + 4 < width) {
      storeLanes(to + 16, f32x4.add(v128.load(to, 16), v128.load(from, 16)), width - i - 4);
    }
  }
}

/** Where a column of one row lies among panels. */
// @ts-ignore: decorator
@inline
function inPanels(row: usize, panel: usize, column: i32): usize {
  return row + <usize>(column >> 3) * panel + (<usize>(column & 7) << 2);
}

/** Stores the first `count` lanes, at most four, from a column on. */
// @ts-ignore: decorator
@inline
function storePanels(row: usize, panel: usize, column: i32, v: v128, count: i32): void {
  if (count == 4 && (column & 7) <= 4) v128.store(inPanels(row, panel, column), v);
  else {
    v128.store_lane<f32>(inPanels(row, panel, column), v, 0);
    if (count > 1) v128.store_lane<f32>(inPanels(row, panel, column + 1), v, 1);
    if (count > 2) v128.store_lane<f32>(inPanels(row, panel, column + 2), v, 2);
    if (count > 3) v128.store_lane<f32>(inPanels(row, panel, column + 3), v, 3);
  }
}

/**
 * One sample's gates of one step. `before` are the cells one step earlier, 0 for zeros; `dc` is renewed;
 * the gradients of the gates' sums go to the row `dz` of panels, `panel` bytes apart, and to `packed`,
 * `step` bytes apart.
 */
function gateRow(
  units: i32, gates: usize, squashed: usize, before: usize, dh: usize, dc: usize, dz: usize,
  panel: usize, packed: usize, step: usize,
): void {
  const whole = units & ~3;
  for (let u = 0; u < whole; u += 4) {
    fourGates(4, u, units, gates, squashed, before, dh, dc, dz, panel, packed, step);
  }
  if (whole < units) {
    fourGates(
      units & 3, whole, units, gates, squashed, before, dh, dc, dz, panel, packed, step,
    );
  }
}

// @ts-ignore: decorator
@inline
function fourGates(
  count: i32, u: i32, units: i32, gates: usize, squashed: usize, before: usize, dh: usize, dc: usize,
  dz: usize, panel: usize, packed: usize, step: usize,
): void {
  const H = <usize>units << 2, at = <usize>u << 2;
  const i = v128.load(gates + at);
  const f = v128.load(gates + at + H);
  const g = v128.load(gates + at + 2 * H);
  const o = v128.load(gates + at + 3 * H);
  const q = v128.load(squashed + at);
  let c = f32x4.splat(0);
  if (before != 0) c = v128.load(before + at);
  const h = v128.load(dh + at);
  const d = madd(f32x4.mul(h, o), madd(f32x4.neg(q), q, one), v128.load(dc + at));
  const di = f32x4.mul(f32x4.mul(d, g), f32x4.mul(i, f32x4.sub(one, i)));
  const df = f32x4.mul(f32x4.mul(d, c), f32x4.mul(f, f32x4.sub(one, f)));
  const dg = f32x4.mul(f32x4.mul(d, i), madd(f32x4.neg(g), g, one));
  const dO = f32x4.mul(f32x4.mul(h, q), f32x4.mul(o, f32x4.sub(one, o)));
  storeLanes(dc + at, f32x4.mul(d, f), count);
  storePanels(dz, panel, u, di, count);
  storePanels(dz, panel, units + u, df, count);
  storePanels(dz, panel, 2 * units + u, dg, count);
  storePanels(dz, panel, 3 * units + u, dO, count);
  const to = packed + <usize>u * step, strip = <usize>units * step;
  scatterLanes(to, step, di, count);
  scatterLanes(to + strip, step, df, count);
  scatterLanes(to + 2 * strip, step, dg, count);
  scatterLanes(to + 3 * strip, step, dO, count);
}
