// Zeros around images, and gradients without theirs. Rows and positions along them are in bytes.

import { firstUnit, nextUnit } from "./team";

/** Copies images of `height` rows into the middle of zeros, from row `top`, byte `left` on. */
export function padImages(
  team: usize, thread: i32, x: usize, padded: usize, batch: i32, height: i32, row: usize,
  paddedHeight: i32, paddedRow: usize, top: i32, left: usize,
): void {
  const paddedImage = <usize>paddedHeight * paddedRow;
  for (let unit = firstUnit(team); unit < batch; unit = nextUnit(team)) {
    const image = padded + <usize>unit * paddedImage;
    memory.fill(image, 0, paddedImage);
    let from = x + <usize>unit * <usize>height * row, to = image + <usize>top * paddedRow + left;
    for (let i = 0; i < height; i++, from += row, to += paddedRow) memory.copy(to, from, row);
  }
}

/** Copies the middles of images out of what lies around them. */
export function cropImages(
  team: usize, thread: i32, padded: usize, x: usize, batch: i32, height: i32, row: usize,
  paddedHeight: i32, paddedRow: usize, top: i32, left: usize,
): void {
  for (let unit = firstUnit(team); unit < batch; unit = nextUnit(team)) {
    const image = padded + <usize>unit * <usize>paddedHeight * paddedRow;
    let from = image + <usize>top * paddedRow + left, to = x + <usize>unit * <usize>height * row;
    for (let i = 0; i < height; i++, from += paddedRow, to += row) memory.copy(to, from, row);
  }
}
