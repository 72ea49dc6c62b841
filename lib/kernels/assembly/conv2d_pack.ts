// The patches of a stack of images, packed for the matrix product straight from where they lie: a patch
// is what a kernel covers, so the product's left matrix, a row for each patch, is never written down.
//
// Images are `[batch, height, width, channels]`. A line of a patch, all channels under one row of the
// kernel, lies in memory without gaps; the next one follows `pitch` bytes later.

import { leftPanels, panelRow } from "./gemm_pack";
import { ROWS } from "./gemm_tile";

/** Bytes from one row of an image to the next. */
// @ts-ignore: decorator
@inline
export function pitchOf(width: i32, channels: i32): usize {
  return <usize>width * <usize>channels << 2;
}

/** Positions of a kernel along an axis. */
// @ts-ignore: decorator
@inline
export function positions(extent: i32, kernel: i32, stride: i32): i32 {
  return (extent - kernel) / stride + 1;
}

/** Where the patch of output `p`, counted over batch, rows and columns, starts. */
// @ts-ignore: decorator
@inline
export function patchAt(
  x: usize, p: i32, height: i32, pitch: usize, across: i32, down: i32, rowStep: usize, columnStep: usize,
): usize {
  const image = p / (across * down), row = p / across % down, column = p % across;
  return x + <usize>image * <usize>height * pitch + <usize>row * rowStep + <usize>column * columnStep;
}

/** `n` floats, at most `ROWS`. */
// @ts-ignore: decorator
@inline
function copyFew(from: usize, to: usize, n: i32): void {
  if (n & 4) { v128.store(to, v128.load(from)); from += 16; to += 16; }
  if (n & 2) { store<u64>(to, load<u64>(from)); from += 8; to += 8; }
  if (n & 1) store<u32>(to, load<u32>(from));
}

/** A line of `n` floats of each of four patches, or of `five`, float after float. */
// @ts-ignore: decorator
@inline
function interleave(
  five: bool, a: usize, b: usize, c: usize, d: usize, e: usize, n: i32, to: usize,
): void {
  const step: usize = five ? 20 : 16;
  let i: usize = 0;
  for (const end = <usize>(n & ~3) << 2; i < end; i += 16, to += 4 * step) {
    const ra = v128.load(a + i), rb = v128.load(b + i), rc = v128.load(c + i), rd = v128.load(d + i);
    const ab = v128.shuffle<f32>(ra, rb, 0, 4, 1, 5), AB = v128.shuffle<f32>(ra, rb, 2, 6, 3, 7);
    const cd = v128.shuffle<f32>(rc, rd, 0, 4, 1, 5), CD = v128.shuffle<f32>(rc, rd, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
    v128.store(to + step, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
    v128.store(to + 2 * step, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5));
    v128.store(to + 3 * step, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7));
    if (five) {
      const re = v128.load(e + i);
      v128.store_lane<f32>(to, re, 0, 16);
      v128.store_lane<f32>(to, re, 1, 36);
      v128.store_lane<f32>(to, re, 2, 56);
      v128.store_lane<f32>(to, re, 3, 76);
    }
  }
  for (const end = <usize>n << 2; i < end; i += 4, to += step) {
    store<u32>(to, load<u32>(a + i));
    store<u32>(to, load<u32>(b + i), 4);
    store<u32>(to, load<u32>(c + i), 8);
    store<u32>(to, load<u32>(d + i), 12);
    if (five) store<u32>(to, load<u32>(e + i), 16);
  }
}

/**
 * Packs the patches of outputs `first` up to `first + count` as left panels, `[count, k]`. `starts` has
 * room for the addresses of ROWS patches.
 */
export function packPatches(
  x: usize, height: i32, pitch: usize, across: i32, down: i32, rowStep: usize, columnStep: usize,
  kernelHeight: i32, line: i32, first: i32, count: i32, to: usize, starts: usize,
): void {
  for (let panel = 0; panel < leftPanels(count); panel++) {
    const row = panelRow(panel, count), rows = panelRow(panel + 1, count) - row;
    for (let i = 0; i < rows; i++) {
      const start = patchAt(x, first + row + i, height, pitch, across, down, rowStep, columnStep);
      store<usize>(starts + (<usize>i << 2), start);
    }
    const step = <usize>rows << 2;
    for (let tap = 0; tap < kernelHeight; tap++, to += <usize>line * step) {
      const offset = <usize>tap * pitch;
      if (rows >= 4) {
        const a = load<usize>(starts) + offset, b = load<usize>(starts, 4) + offset;
        const c = load<usize>(starts, 8) + offset, d = load<usize>(starts, 12) + offset;
        if (rows == 5) interleave(true, a, b, c, d, load<usize>(starts, 16) + offset, line, to);
        else interleave(false, a, b, c, d, 0, line, to);
        continue;
      }
      for (let i: usize = 0; i < step; i += 4) {
        let from = load<usize>(starts + i) + offset, target = to + i;
        for (let j = 0; j < line; j++, from += 4, target += step) store<u32>(target, load<u32>(from));
      }
    }
  }
}

/** `n` floats of each of `count` patches, the groups `step` bytes apart. */
// @ts-ignore: decorator
@inline
function gatherPatches(
  x: usize, height: i32, pitch: usize, across: i32, down: i32, rowStep: usize, columnStep: usize,
  n: i32, first: i32, count: i32, to: usize, step: usize,
): void {
  let row = first / across % down, column = first % across;
  let start = patchAt(x, first - column, height, pitch, across, down, rowStep, columnStep);
  // From the first row of an image that has no output to the first row of the next image.
  const beyond = <usize>height * pitch - <usize>down * rowStep;
  while (count > 0) {
    const beside = min(count, across - column);
    let from = start + <usize>column * columnStep;
    for (let i = 0; i < beside; i++, from += columnStep, to += step) copyFew(from, to, n);
    count -= beside;
    column = 0;
    start += rowStep;
    if (++row == down) {
      row = 0;
      start += beyond;
    }
  }
}

/** Packs one left panel of the transposed patches: `width` taps from `tap` on, for `count` outputs. */
export function packTaps(
  x: usize, height: i32, pitch: usize, across: i32, down: i32, rowStep: usize, columnStep: usize,
  line: i32, tap: i32, width: i32, first: i32, count: i32, to: usize,
): void {
  const step = <usize>width << 2;
  for (let done = 0; done < width;) {
    const within = (tap + done) % line;
    const n = min(width - done, line - within);
    const from = x + <usize>((tap + done) / line) * pitch + (<usize>within << 2);
    const target = to + (<usize>done << 2);
    // A constant length lets the compiler lay out the copy.
    if (n == ROWS) {
      gatherPatches(
        from, height, pitch, across, down, rowStep, columnStep, ROWS, first, count, target, step,
      );
    } else if (n == ROWS - 1) {
      gatherPatches(
        from, height, pitch, across, down, rowStep, columnStep, ROWS - 1, first, count, target, step,
      );
    } else {
      gatherPatches(from, height, pitch, across, down, rowStep, columnStep, n, first, count, target, step);
    }
    done += n;
  }
}
