// The gradient of the LSTM's input: one product of the gates' gradients, all steps at once, whose rows go
// back to their places by time.

import { EDGE, multiplyPanels } from "./gemm";
import {
  leftPanels, packLeft, packRight, packedLeftBytes, packedRightBytes, panelRow, rightPanels,
} from "./gemm_pack";
import { COLUMNS } from "./gemm_tile";
import { awaitUnits, firstUnit, nextUnit, threadsOf } from "./team";

/** Units of work for each thread: enough to even out a core that others use too. */
const UNITS: i32 = 4;

/** Bytes of scratch that `lstmInputs` needs. */
export function lstmInputsScratchBytes(threads: i32, batch: i32, time: i32, features: i32, units: i32): usize {
  const depth = 4 * units;
  return <usize>threads * EDGE + packedRightBytes(depth, features) + packedLeftBytes(batch * time, depth) +
    (<usize>batch * <usize>time * <usize>features << 2);
}

/** `dx = dz · kernelᵀ`, `[batch, time, features]`, from `dz` as `lstmBackward` leaves it. */
export function lstmInputs(
  team: usize, thread: i32, batch: i32, time: i32, features: i32, units: i32, dz: usize, kernel: usize,
  dx: usize, reversed: bool, scratch: usize,
): void {
  const threads = threadsOf(team);
  const depth = 4 * units, m = batch * time;
  const lefts = leftPanels(m), rights = rightPanels(features);
  const edge = scratch + <usize>thread * EDGE;
  const weights = scratch + <usize>threads * EDGE;
  const left = weights + packedRightBytes(depth, features);
  const steps = left + packedLeftBytes(m, depth);
  memory.fill(edge, 0, EDGE);

  // A unit is a chunk of left panels, from packing to dx.
  const chunk = (lefts + threads * UNITS - 1) / (threads * UNITS);
  const all = rights + (lefts + chunk - 1) / chunk;
  let unit = firstUnit(team);
  for (; unit < rights; unit = nextUnit(team)) {
    packRight(kernel, <usize>depth << 2, true, depth, features, unit, unit + 1, weights, depth, 0);
  }
  if (unit < all) awaitUnits(team, rights);
  for (; unit < all; unit = nextUnit(team)) {
    const top = (unit - rights) * chunk, bottom = min(top + chunk, lefts);
    for (let from = 0; from < depth; from += COLUMNS) {
      const panel = dz + (<usize>from * <usize>m << 2);
      packLeft(panel, 32, false, m, min(COLUMNS, depth - from), top, bottom, left, depth, from);
    }
    const width = <usize>features << 2;
    multiplyPanels(
      left, weights, steps, width, m, features, depth, 0, 0, top, bottom, 0, rights, edge,
    );
    for (let row = panelRow(top, m), end = panelRow(bottom, m); row < end; row++) {
      const s = row / batch, b = row % batch;
      const t = reversed ? time - 1 - s : s;
      memory.copy(dx + <usize>(b * time + t) * width, steps + <usize>row * width, width);
    }
  }
}
