// Convolution as a matrix product whose left matrix, a row for each patch, is packed from the images as it
// is needed. Images come with their padding; `[batch, height, width, channels]`, kernels
// `[kernelHeight, kernelWidth, channels, filters]`, all rows without gaps.

import { activate } from "./activation";
import { packPatches, pitchOf, positions } from "./conv2d_pack";
import { EDGE, multiplyPanels } from "./gemm";
import { leftPanels, packRight, packedLeftBytes, packedRightBytes, rightPanels } from "./gemm_pack";
import { ROWS } from "./gemm_tile";
import { awaitUnits, firstUnit, nextUnit, threadsOf } from "./team";

/** Units of work for each thread: enough to even out a core that others use too. */
export const UNITS: i32 = 8;
/** Most left panels of a unit: 40 KB of a block of k, which stay in the first cache. */
export const LEFT_PANELS: i32 = 8;

/** Bytes for the addresses of the patches of a panel. */
const STARTS: usize = 64;

// @ts-ignore: decorator
@inline
export function ceilDiv(a: i32, b: i32): i32 {
  return (a + b - 1) / b;
}

// @ts-ignore: decorator
@inline
export function aligned(bytes: usize): usize {
  return bytes + 63 & ~63;
}

/** Bytes of a thread's own scratch: what the product needs, addresses of patches, left panels of length `k`. */
// @ts-ignore: decorator
@inline
export function ownBytes(k: i32): usize {
  return EDGE + STARTS + packedLeftBytes(LEFT_PANELS * ROWS, k);
}

/** Bytes of scratch that `conv2d` needs; `k` is the size of a patch. */
export function conv2dScratchBytes(threads: i32, k: i32, filters: i32): usize {
  return aligned(packedRightBytes(k, filters)) + <usize>threads * ownBytes(k);
}

/** `y = activation(bias + patches · kernel)` by all threads; `bias` 0 for none. */
export function conv2d(
  team: usize, thread: i32, x: usize, kernel: usize, bias: usize, y: usize, scratch: usize,
  batch: i32, height: i32, width: i32, channels: i32, kernelHeight: i32, kernelWidth: i32, filters: i32,
  strideHeight: i32, strideWidth: i32, activation: i32,
): void {
  const threads = threadsOf(team);
  const line = kernelWidth * channels, k = kernelHeight * line;
  const down = positions(height, kernelHeight, strideHeight);
  const across = positions(width, kernelWidth, strideWidth);
  const outputs = batch * down * across;
  const pitch = pitchOf(width, channels);
  const rowStep = <usize>strideHeight * pitch, columnStep = pitchOf(strideWidth, channels);

  const packs = rightPanels(filters);
  const high = max(1, min(LEFT_PANELS, leftPanels(outputs) / (threads * UNITS))) * ROWS;
  const all = packs + ceilDiv(outputs, high);
  const edge = scratch + aligned(packedRightBytes(k, filters)) + <usize>thread * ownBytes(k);
  const starts = edge + EDGE, patches = starts + STARTS;
  memory.fill(edge, 0, EDGE);
  const row = <usize>filters << 2;

  let unit = firstUnit(team);
  for (; unit < packs; unit = nextUnit(team)) {
    packRight(kernel, row, false, k, filters, unit, unit + 1, scratch, k, 0);
  }
  if (unit < all) awaitUnits(team, packs);
  for (; unit < all; unit = nextUnit(team)) {
    const first = (unit - packs) * high, count = min(high, outputs - first);
    const target = y + <usize>first * row;
    packPatches(
      x, height, pitch, across, down, rowStep, columnStep, kernelHeight, line, first, count, patches, starts,
    );
    multiplyPanels(
      patches, scratch, target, row, count, filters, k, bias, 0, 0, leftPanels(count), 0, packs, edge,
    );
    activate(activation, target, row, count, filters);
  }
}
