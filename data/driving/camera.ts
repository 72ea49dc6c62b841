/**
 * The camera: grey frames of the road ahead, each pixel the mean of 2 × 2 samples. It is a pinhole
 * 1.2 m ahead of the car's middle and 1.5 m above the ground, looks 8° down and sees 90°; where a sample
 * meets the ground is the same in every frame, and is looked up.
 *
 * @module
 */

import { cos, exp, sin } from "assay";
import type { Car } from "./car.ts";
import { KERNEL_BINARY } from "./kernel_binary.ts";
import { type Look, USUAL_LOOK } from "./look.ts";
import { ARC_UNITS, CELL_M, type TrackGrid } from "./track_grid.ts";

/** Width and height of a frame in pixels. */
export const FRAME_SIDE = 84;

/** How bright paint on the edges and in the middle of the road is when new, and the sky. */
export const EDGE_PAINT = 0.95, DASH_PAINT = 0.85, SKY = 0.75;

/** Metres from a dash to the next; the first half is painted. */
export const DASH_M = 6;

const AHEAD_OF_MIDDLE_M = 1.2;
const ABOVE_GROUND_M = 1.5;
const PITCH_RAD = 8 * Math.PI / 180;
/** Half a frame is seen at 45°. */
const FOCAL_PIXELS = FRAME_SIDE / 2;
/** Metres ahead of the camera beyond which all is sky. */
const VISIBLE_M = 40;
/** Metres after which haze has taken all but 1/e. */
const HAZE_M = 80;

/** Floats of {@linkcode cameraRows} a row. */
export const ROW_FLOATS = 16;

/**
 * What is the same in all of a row of pixels, row by row from the top: f32 `[84, 4, 4]`, for its four samples
 * (upper left, upper right, lower left, lower right) the metres ahead of the car's middle, the metres to the right
 * for a pixel to the right, what of the ground is seen through the haze, and the haze; 0, 0, 0 and the sky
 * where a sample meets no ground.
 */
export function cameraRows(): Float32Array {
  const rows = new Float32Array(FRAME_SIDE * ROW_FLOATS);
  const [cosine, sine] = [cos(PITCH_RAD), sin(PITCH_RAD)];
  for (let row = 0; row < FRAME_SIDE; row++) {
    for (let sample = 0; sample < 4; sample++) {
      const below = row + (sample < 2 ? 0.25 : 0.75) - FRAME_SIDE / 2;
      const down = sine + below / FOCAL_PIXELS * cosine;
      const forward = cosine - below / FOCAL_PIXELS * sine;
      const times = ABOVE_GROUND_M / down, ahead = times * forward;
      const visible = down > 1e-3 && forward > 0 && ahead <= VISIBLE_M;
      const seen = visible ? exp(-ahead / HAZE_M) : 0;
      const at = row * ROW_FLOATS + sample;
      rows[at] = visible ? ahead + AHEAD_OF_MIDDLE_M : 0;
      rows[at + 4] = visible ? times / FOCAL_PIXELS : 0;
      rows[at + 8] = seen;
      rows[at + 12] = SKY * (1 - seen);
    }
  }
  return rows;
}

/** What a frame is rendered with besides its ground; the numbers of `assembly/index.ts`. */
export interface Shot {
  readonly x: number;
  readonly y: number;
  readonly aheadX: number;
  readonly aheadY: number;
  readonly edgePaint: number;
  readonly dashPaint: number;
  readonly dashes: number;
  readonly gain: number;
  readonly bias: number;
}

/** A car's view of a ground. */
export function shotOf(
  { left, bottom, length }: Pick<TrackGrid, "left" | "bottom" | "length">,
  { x, y, heading }: Pick<Car, "x" | "y" | "heading">,
  { paint, brightness, contrast }: Look,
): Shot {
  return {
    x: (x - left) / CELL_M,
    y: (y - bottom) / CELL_M,
    aheadX: cos(heading) / CELL_M,
    aheadY: sin(heading) / CELL_M,
    edgePaint: EDGE_PAINT * paint,
    dashPaint: DASH_PAINT * paint,
    dashes: length / (DASH_M * ARC_UNITS),
    gain: 255 / 4 * contrast * brightness,
    bias: 255 * brightness * (0.5 - 0.5 * contrast) + 0.5,
  };
}

/** Addresses, counts and the numbers of a {@linkcode Shot}; `assembly/index.ts` says what each is. */
interface Exports {
  // deno-fmt-ignore
  render(
    rows: number, side: number, offsets: number, arcs: number, width: number, height: number,
    x: number, y: number, aheadX: number, aheadY: number, seed: number, grain: number,
    edgePaint: number, dashPaint: number, dashes: number, gain: number, bias: number, out: number,
  ): void;
}

const PAGE_BYTES = 65536;
const binary = Uint8Array.from(atob(KERNEL_BINARY.replaceAll("\n", "")), (c) => c.charCodeAt(0));
const module = new WebAssembly.Module(binary);

/** A ground in the memory of the camera that loaded it. */
export interface Ground extends Pick<TrackGrid, "left" | "bottom" | "length" | "width" | "height"> {
  readonly offsets: number;
  readonly arcs: number;
}

/** A camera and the grounds that it has been shown, about 1 MB each. */
export class Camera {
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  readonly #kernel = new WebAssembly.Instance(module, { env: { memory: this.#memory } })
    .exports as unknown as Exports;
  readonly #rows: number;
  readonly #frame: number;
  #end = 0;

  constructor() {
    this.#rows = this.#store(cameraRows());
    this.#frame = this.#store(new Uint8Array(FRAME_SIDE * FRAME_SIDE));
  }

  /** Takes a ground into memory. */
  load({ length, left, bottom, width, height, offsets, arcs }: TrackGrid): Ground {
    const place = { offsets: this.#store(offsets), arcs: this.#store(arcs) };
    return { length, left, bottom, width, height, ...place };
  }

  /**
   * Renders what a car sees.
   *
   * @returns u8 `[84, 84]`, rows from the top: a view, good until the camera is used again.
   */
  render(
    ground: Ground,
    car: Pick<Car, "x" | "y" | "heading">,
    look: Look = USUAL_LOOK,
  ): Uint8Array {
    const { offsets, arcs, width, height } = ground;
    const shot = shotOf(ground, car, look);
    // deno-fmt-ignore
    this.#kernel.render(this.#rows, FRAME_SIDE, offsets, arcs, width, height, shot.x, shot.y,
      shot.aheadX, shot.aheadY, look.grassSeed, look.grain, shot.edgePaint, shot.dashPaint, shot.dashes,
      shot.gain, shot.bias, this.#frame);
    return new Uint8Array(this.#memory.buffer, this.#frame, FRAME_SIDE * FRAME_SIDE);
  }

  #store(array: Float32Array | Int16Array | Uint16Array | Uint8Array): number {
    const at = this.#end;
    this.#end = Math.ceil((at + array.byteLength) / 16) * 16;
    const missing = this.#end - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    new Uint8Array(this.#memory.buffer).set(bytes, at);
    return at;
  }
}

/**
 * A frame of half the side: each pixel the mean of 2 × 2, halves rounded up.
 *
 * @param frame u8 `[side, side]`, `side` even.
 * @param into u8 `[side / 2, side / 2]`, written from `at` on.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const small = new Uint8Array(1);
 * halveFrame(Uint8Array.of(1, 2, 3, 4), 2, small, 0);
 * assertEquals(small[0], 3);
 * ```
 */
export function halveFrame(frame: Uint8Array, side: number, into: Uint8Array, at: number): void {
  for (let row = 0; row < side; row += 2) {
    for (let i = row * side, end = i + side; i < end; i += 2) {
      const sum = frame[i]! + frame[i + 1]! + frame[i + side]! + frame[i + side + 1]!;
      into[at++] = (sum + 2) >> 2;
    }
  }
}
