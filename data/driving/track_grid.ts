/**
 * A road as a camera needs it: how far every spot of ground is from the centre line, and where along
 * it. Looked up in a grid, since a frame asks 15,000 times.
 *
 * @module
 */

import type { Place } from "./place.ts";
import type { Track } from "./track.ts";

/** Metres from a node to the next. */
export const CELL_M = 0.25;

/** Metres of ground around the road. */
const MARGIN_M = 12;

/** Offsets beyond this, in metres, are kept as this. */
export const FARTHEST_M = 8;

/** Nodes farther than this along the road from a point, in metres, have another that is nearer. */
const ABREAST_M = 1;

/** What a metre is in the units of `offsets`. */
export const OFFSET_UNITS = 32767 / FARTHEST_M;

/** What once around the road is in the units of `arcs`. */
export const ARC_UNITS = 65536;

/** Offsets and arc positions at the nodes of a grid, row by row with ascending y. */
export interface TrackGrid {
  /** Metres once around the road. */
  readonly length: number;
  /** Metres: where the first node is. */
  readonly left: number;
  readonly bottom: number;
  /** Nodes in a row, and rows. */
  readonly width: number;
  readonly height: number;
  /** `[height, width]`: metres from the centre line, to the left positive, times {@linkcode OFFSET_UNITS}. */
  readonly offsets: Int16Array;
  /** `[height, width]`: share of the way around times {@linkcode ARC_UNITS}; 0 farther than 8 m. */
  readonly arcs: Uint16Array;
}

/** Makes the grid of a road: some 480 by 480 nodes. */
export function trackGrid(track: Track): TrackGrid {
  const [left, right] = rangeOf(track.x), [bottom, top] = rangeOf(track.y);
  const width = nodesWithin(left, right), height = nodesWithin(bottom, top);
  const nearest = nearestPoints(track, { left, bottom, width, height });
  const offsets = new Int16Array(width * height), arcs = new Uint16Array(width * height);
  // Left of a closed road is its inside or its outside, by the sense in which it runs.
  const outside = signedArea(track) > 0 ? -1 : 1;
  for (let row = 0, node = 0; row < height; row++) {
    let side = outside;
    for (let column = 0; column < width; column++, node++) {
      const index = nearest[node]!;
      if (index < 0) {
        offsets[node] = side * FARTHEST_M * OFFSET_UNITS;
        continue;
      }
      const dx = left + column * CELL_M - track.x[index]!;
      const dy = bottom + row * CELL_M - track.y[index]!;
      const [tangentX, tangentY] = [track.tangentX[index]!, track.tangentY[index]!];
      const offset = dy * tangentX - dx * tangentY;
      const along = index + (dx * tangentX + dy * tangentY) / track.spacing;
      side = offset < 0 ? -1 : 1;
      offsets[node] = Math.round(
        Math.min(Math.max(offset, -FARTHEST_M), FARTHEST_M) * OFFSET_UNITS,
      );
      arcs[node] = Math.round(along * ARC_UNITS / track.points) & (ARC_UNITS - 1);
    }
  }
  const length = track.points * track.spacing;
  return { length, left, bottom, width, height, offsets, arcs };
}

/** Offset and arc position, both in metres, by the four nodes around a spot within the grid. */
export function lookUp(
  { length, left, bottom, width, offsets, arcs }: TrackGrid,
  x: number,
  y: number,
): Pick<Place, "offset"> & { readonly arc: number } {
  const [across, up] = [(x - left) / CELL_M, (y - bottom) / CELL_M];
  const [column, row] = [Math.floor(across), Math.floor(up)];
  const [fx, fy] = [across - column, up - row];
  const node = row * width + column;
  const between = (at: number) => offsets[at]! + fx * (offsets[at + 1]! - offsets[at]!);
  const [low, high] = [between(node), between(node + width)];
  // Arcs are a ring: a difference is the shorter way, which the sign of 16 bits gives.
  const ring = (to: number) => (arcs[to]! - arcs[node]!) << 16 >> 16;
  const arc = arcs[node]! + fx * ring(node + 1) + fy * ring(node + width);
  return { offset: (low + fy * (high - low)) / OFFSET_UNITS, arc: arc * length / ARC_UNITS };
}

/** The nearest centre point of each node, −1 where none is within reach. */
function nearestPoints(
  track: Track,
  { left, bottom, width, height }: Pick<TrackGrid, "left" | "bottom" | "width" | "height">,
): Int16Array {
  const { points, x, y } = track;
  const nearest = new Int16Array(width * height).fill(-1);
  const least = new Float64Array(width * height).fill(FARTHEST_M * FARTHEST_M);
  const reach = Math.ceil(FARTHEST_M / CELL_M);
  for (let i = 0; i < points; i++) {
    const [tangentX, tangentY] = [track.tangentX[i]!, track.tangentY[i]!];
    const column = Math.round((x[i]! - left) / CELL_M), row = Math.round((y[i]! - bottom) / CELL_M);
    for (let r = row - reach; r <= row + reach; r++) {
      const dy = bottom + r * CELL_M - y[i]!;
      // Only what is abreast of a point can be nearest to it: dx with |dx · tangentX + dy · tangentY| small.
      const middle = -dy * tangentY / tangentX, half = ABREAST_M / Math.abs(tangentX);
      const from = Math.ceil((x[i]! + middle - half - left) / CELL_M);
      const to = Math.floor((x[i]! + middle + half - left) / CELL_M);
      const last = Math.min(column + reach, to);
      for (let c = Math.max(column - reach, from); c <= last; c++) {
        const dx = left + c * CELL_M - x[i]!;
        const squared = dx * dx + dy * dy;
        const node = r * width + c;
        if (squared >= least[node]!) continue;
        least[node] = squared;
        nearest[node] = i;
      }
    }
  }
  return nearest;
}

/** From the margin before the least to the margin behind the greatest. */
function rangeOf(values: Float64Array): [number, number] {
  return [
    values.reduce((a, b) => Math.min(a, b)) - MARGIN_M,
    values.reduce((a, b) => Math.max(a, b)) + MARGIN_M,
  ];
}

function nodesWithin(from: number, to: number): number {
  return Math.ceil((to - from) / CELL_M) + 1;
}

function signedArea({ points, x, y }: Track): number {
  let area = 0;
  for (let i = 0, before = points - 1; i < points; before = i++) {
    area += (x[before]! * y[i]! - x[i]! * y[before]!) / 2;
  }
  return area;
}
