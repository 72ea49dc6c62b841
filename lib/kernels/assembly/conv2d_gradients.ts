// The gradients of a convolution as matrix products: the kernel's from the patches, packed from the
// images as they are needed, the images' from products that are added to where their patches lie.
// Images come with their padding, as in conv2d.ts.

import { aligned, ceilDiv, LEFT_PANELS, ownBytes, UNITS } from "./conv2d";
import { packTaps, patchAt, pitchOf, positions } from "./conv2d_pack";
import { EDGE, multiplyPanels } from "./gemm";
import {
  leftPanels, packLeft, packRight, packedLeftBytes, packedRightBytes, panelRow, rightPanels,
} from "./gemm_pack";
import { ROWS } from "./gemm_tile";
import { awaitUnits, firstUnit, nextUnit, threadsOf } from "./team";

/** Outputs that the filter gradient adds before it packs the next ones: a block of the product. */
const BLOCK: i32 = 256;

/** Units of the filter gradient for each thread. */
const PASSES: i32 = 4;

/** Bytes of scratch that `conv2dFilterGradient` needs. */
export function filterGradientScratchBytes(threads: i32, outputs: i32, filters: i32): usize {
  return aligned(packedRightBytes(outputs, filters)) + <usize>threads * ownBytes(BLOCK);
}

/** `dKernel = patchesᵀ · dz` by all threads. */
export function conv2dFilterGradient(
  team: usize, thread: i32, x: usize, dz: usize, dKernel: usize, scratch: usize,
  batch: i32, height: i32, width: i32, channels: i32, kernelHeight: i32, kernelWidth: i32, filters: i32,
  strideHeight: i32, strideWidth: i32,
): void {
  const threads = threadsOf(team);
  const line = kernelWidth * channels, taps = kernelHeight * line;
  const down = positions(height, kernelHeight, strideHeight);
  const across = positions(width, kernelWidth, strideWidth);
  const outputs = batch * down * across;
  const pitch = pitchOf(width, channels);
  const rowStep = <usize>strideHeight * pitch, columnStep = pitchOf(strideWidth, channels);

  // dz is packed in blocks of the sum, each a right matrix of its own.
  const packs = ceilDiv(outputs, BLOCK), rights = rightPanels(filters);
  // Every unit passes over all images, so there are few, as equal as can be.
  const lefts = leftPanels(taps);
  const units = min(lefts, max(ceilDiv(lefts, LEFT_PANELS), threads * PASSES)), all = packs + units;
  const edge = scratch + aligned(packedRightBytes(outputs, filters)) + <usize>thread * ownBytes(BLOCK);
  const panels = edge + EDGE;
  const row = <usize>filters << 2;
  memory.fill(edge, 0, EDGE);

  let unit = firstUnit(team);
  for (; unit < packs; unit = nextUnit(team)) {
    const from = unit * BLOCK, length = min(BLOCK, outputs - from);
    const target = scratch + packedRightBytes(from, filters);
    packRight(dz + <usize>from * row, row, false, length, filters, 0, rights, target, length, 0);
  }
  if (unit < all) awaitUnits(team, packs);
  for (; unit < all; unit = nextUnit(team)) {
    const part = unit - packs;
    const first = panelRow(part * lefts / units, taps);
    const count = panelRow((part + 1) * lefts / units, taps) - first, own = leftPanels(count);
    const target = dKernel + <usize>first * row;
    for (let from = 0; from < outputs; from += BLOCK) {
      const length = min(BLOCK, outputs - from);
      for (let panel = 0; panel < own; panel++) {
        const tap = panelRow(panel, count);
        packTaps(
          x, height, pitch, across, down, rowStep, columnStep, line, first + tap,
          panelRow(panel + 1, count) - tap, from, length, panels + (<usize>tap * <usize>length << 2),
        );
      }
      multiplyPanels(
        panels, scratch + packedRightBytes(from, filters), target, row, count, filters, length,
        from > 0 ? target : 0, row, 0, own, 0, rights, edge,
      );
    }
  }
}

/** Left panels whose products are added before the next ones are computed, while they are in the cache. */
const PANELS_BEFORE_SUM: i32 = 8;

// @ts-ignore: decorator
@inline
function inputGradientOwnBytes(taps: i32, filters: i32): usize {
  const rows = PANELS_BEFORE_SUM * ROWS;
  return EDGE + packedLeftBytes(rows, filters) + packedLeftBytes(rows, taps);
}

/** Bytes of scratch that `conv2dInputGradient` needs; `taps` is the size of a patch. */
export function inputGradientScratchBytes(threads: i32, taps: i32, filters: i32): usize {
  return aligned(packedRightBytes(filters, taps)) + <usize>threads * inputGradientOwnBytes(taps, filters);
}

/** `dx = Σ patches of dz · kernelᵀ`, over the outputs ascending, by all threads, each image by one of them. */
export function conv2dInputGradient(
  team: usize, thread: i32, dz: usize, kernel: usize, dx: usize, scratch: usize,
  batch: i32, height: i32, width: i32, channels: i32, kernelHeight: i32, kernelWidth: i32, filters: i32,
  strideHeight: i32, strideWidth: i32,
): void {
  const line = kernelWidth * channels, taps = kernelHeight * line;
  const down = positions(height, kernelHeight, strideHeight);
  const across = positions(width, kernelWidth, strideWidth);
  const outputs = down * across;
  const pitch = pitchOf(width, channels);
  const rowStep = <usize>strideHeight * pitch, columnStep = pitchOf(strideWidth, channels);

  const rights = rightPanels(taps), chunk = ceilDiv(rights, threadsOf(team) * UNITS);
  const packs = ceilDiv(rights, chunk), all = packs + batch;
  const edge = scratch + aligned(packedRightBytes(filters, taps)) +
    <usize>thread * inputGradientOwnBytes(taps, filters);
  const high = PANELS_BEFORE_SUM * ROWS;
  const panels = edge + EDGE, products = panels + packedLeftBytes(high, filters);
  const row = <usize>filters << 2, patch = <usize>taps << 2;
  memory.fill(edge, 0, EDGE);

  let unit = firstUnit(team);
  for (; unit < packs; unit = nextUnit(team)) {
    const end = min(unit * chunk + chunk, rights);
    packRight(kernel, row, true, filters, taps, unit * chunk, end, scratch, filters, 0);
  }
  if (unit < all) awaitUnits(team, packs);
  for (; unit < all; unit = nextUnit(team)) {
    const image = unit - packs;
    const source = dz + <usize>image * <usize>outputs * row;
    const target = dx + <usize>image * <usize>height * pitch;
    memory.fill(target, 0, <usize>height * pitch);
    for (let first = 0; first < outputs; first += high) {
      const count = min(high, outputs - first), lefts = leftPanels(count);
      packLeft(source + <usize>first * row, row, false, count, filters, 0, lefts, panels, filters, 0);
      multiplyPanels(
        panels, scratch, products, patch, count, taps, filters, 0, 0, 0, lefts, 0, rights, edge,
      );
      for (let i = 0; i < count; i++) {
        const to = patchAt(target, first + i, height, pitch, across, down, rowStep, columnStep);
        const from = products + <usize>i * patch;
        for (let tap = 0; tap < kernelHeight; tap++) {
          addTo(to + <usize>tap * pitch, from + <usize>(tap * line) * 4, line);
        }
      }
    }
  }
}

/** `y += x`, `n` floats. */
// @ts-ignore: decorator
@inline
function addTo(y: usize, x: usize, n: i32): void {
  const end = y + (<usize>n << 2), blocks = y + (<usize>(n & ~3) << 2);
  for (; y < blocks; y += 16, x += 16) v128.store(y, f32x4.add(v128.load(y), v128.load(x)));
  for (; y < end; y += 4, x += 4) store<f32>(y, load<f32>(y) + load<f32>(x));
}
