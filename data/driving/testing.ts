/**
 * Test support: the camera in its plainest form, sample by sample, which gives the same bits; roads that
 * are mirrored or straight.
 *
 * @module
 */

import { cameraRows, FRAME_SIDE, ROW_FLOATS, shotOf } from "./camera.ts";
import type { Car } from "./car.ts";
import type { Look } from "./look.ts";
import { type Track, trackThrough } from "./track.ts";
import { CELL_M, OFFSET_UNITS, type TrackGrid } from "./track_grid.ts";

const f = Math.fround;
const rows = cameraRows();
const ROAD = f(1.75 * 32767 / 8), EDGE = f(0.15 * 32767 / 8), DASH = f(0.08 * 32767 / 8);

/** A frame as `Camera.render` gives it, u8 `[84, 84]`. */
export function plainFrame(
  grid: TrackGrid,
  car: Pick<Car, "x" | "y" | "heading">,
  look: Look,
): Uint8Array {
  const shot = shotOf(grid, car, look);
  const [gain, bias] = [f(shot.gain), f(shot.bias)];
  return Uint8Array.from({ length: FRAME_SIDE * FRAME_SIDE }, (_, pixel) => {
    const row = Math.floor(pixel / FRAME_SIDE), column = pixel % FRAME_SIDE;
    const samples = [0, 1, 2, 3].map((sample) => {
      const right = f(column + (sample % 2 ? 0.75 : 0.25) - FRAME_SIDE / 2);
      const [ahead, aside, seen, haze] = [0, 4, 8, 12].map((k) =>
        rows[row * ROW_FLOATS + sample + k]!
      ) as [number, number, number, number];
      if (seen === 0) return haze;
      const [aheadX, aheadY] = [f(shot.aheadX), f(shot.aheadY)];
      const x = f(f(f(shot.x) + f(ahead * aheadX)) + f(right * f(aside * aheadY)));
      const y = f(f(f(shot.y) + f(ahead * aheadY)) - f(right * f(aside * aheadX)));
      return f(f(groundAt(grid, x, y, look, shot) * seen) + haze);
    }) as [number, number, number, number];
    const sum = f(f(samples[0] + samples[2]) + f(samples[1] + samples[3]));
    return Math.min(Math.max(f(f(sum * gain) + bias), 0), 255);
  });
}

/** How bright the ground is at a spot, in nodes of the grid. */
function groundAt(
  { width, height, offsets, arcs }: TrackGrid,
  x: number,
  y: number,
  look: Look,
  paint: { readonly edgePaint: number; readonly dashPaint: number; readonly dashes: number },
): number {
  const nearX = Math.min(Math.max(x, 0), width - 2), nearY = Math.min(Math.max(y, 0), height - 2);
  const column = Math.trunc(nearX), row = Math.trunc(nearY);
  const fx = f(nearX - column), fy = f(nearY - row);
  const node = row * width + column;
  const between = (at: number) => f(offsets[at]! + f(fx * (offsets[at + 1]! - offsets[at]!)));
  const low = between(node), high = between(node + width);
  const away = Math.abs(f(low + f(fy * f(high - low))));
  if (away < DASH) {
    const ring = (to: number) => (arcs[to]! - arcs[node]!) << 16 >> 16;
    const arc = f(arcs[node]! + f(f(fx * ring(node + 1)) + f(fy * ring(node + width))));
    const place = f(arc * f(paint.dashes));
    if (f(place - Math.floor(place)) < 0.5) return f(paint.dashPaint);
  }
  if (Math.abs(f(away - ROAD)) < EDGE) return f(paint.edgePaint);
  const uneven = noise(Math.floor(f(x / 2)), Math.floor(f(y / 2)), look.grassSeed);
  return away < ROAD
    ? f(f(0.3) + f(f(f(0.03) * f(look.grain)) * uneven))
    : f(f(0.55) + f(f(f(0.15) * f(look.grain)) * uneven));
}

function noise(i: number, j: number, seed: number): number {
  let h = Math.imul(i, 0x9e3779b1) + Math.imul(j, 0x85ebca77) + seed | 0;
  h = Math.imul(h ^ h >>> 15, 0x2c1b3c6d);
  h ^= h >>> 12;
  return f((h >>> 8) * 2 ** -24 - 0.5);
}

/** A road as it is seen in a mirror along the x axis. */
export function mirrored({ x, y }: Track): Track {
  return trackThrough({ x: x.slice(), y: y.map((value) => -value) });
}

/** The ground of a road that runs along the x axis. */
export function straightGround(): TrackGrid {
  const width = 321, height = 321, left = -10, bottom = -40;
  const offsets = new Int16Array(width * height), arcs = new Uint16Array(width * height);
  for (let row = 0, node = 0; row < height; row++) {
    const offset = Math.min(Math.max(bottom + row * CELL_M, -8), 8);
    for (let column = 0; column < width; column++, node++) {
      offsets[node] = Math.round(offset * OFFSET_UNITS);
      arcs[node] = column;
    }
  }
  // An arc of a node a cell.
  return { length: 65536 * CELL_M, left, bottom, width, height, offsets, arcs };
}
