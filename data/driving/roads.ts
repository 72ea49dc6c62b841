/**
 * The roads that environments have met so far, each made once.
 *
 * @module
 */

import type { Camera, Ground } from "./camera.ts";
import { type Track, track } from "./track.ts";
import { trackGrid } from "./track_grid.ts";

/** A road, and its ground where there is a camera to see it. */
export interface Road {
  readonly seed: number;
  readonly track: Track;
  readonly ground: Ground | undefined;
}

/** Roads of one difficulty by seed. */
export class Roads {
  readonly #difficulty: number;
  readonly #camera: Camera | undefined;
  readonly #made = new Map<number, Road>();

  constructor(difficulty: number, camera: Camera | undefined) {
    this.#difficulty = difficulty;
    this.#camera = camera;
  }

  /** The road of a seed; the first time takes some 6 ms, most of them for its ground. */
  of(seed: number): Road {
    let road = this.#made.get(seed);
    if (!road) {
      const made = track(seed, this.#difficulty);
      road = { seed, track: made, ground: this.#camera?.load(trackGrid(made)) };
      this.#made.set(seed, road);
    }
    return road;
  }
}
