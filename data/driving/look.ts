/**
 * What frames look like apart from where the road is: light, paint and grass, which vary from episode
 * to episode.
 *
 * @module
 */

import { type Key, uniform } from "assay";

/** The look of an episode. */
export interface Look {
  /** Which ground is light and which dark, a 32-bit integer. */
  readonly grassSeed: number;
  /** How uneven the ground is: 1, or 0 for not at all. */
  readonly grain: number;
  /** How bright lines are: 1 when new. */
  readonly paint: number;
  /** Factor of all intensities, after contrast. */
  readonly brightness: number;
  /** Factor of the distance from middle grey. */
  readonly contrast: number;
}

/** The look without variation. */
export const USUAL_LOOK: Look = { grassSeed: 0, grain: 1, paint: 1, brightness: 1, contrast: 1 };

/**
 * A look by key: brightness within 10 %, contrast within 15 %, lines faded by up to a quarter, grass of its own.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assert } from "@std/assert";
 *
 * const { brightness, paint } = drawLook(rootKey(1));
 * assert(brightness >= 0.9 && brightness < 1.1 && paint >= 0.75 && paint < 1);
 * ```
 */
export function drawLook(key: Key): Look {
  const [brightness, contrast, paint] = uniform(key.key("light"), 3);
  return {
    grassSeed: key.key("grass").bits(1)[0]!,
    grain: 1,
    paint: 0.75 + 0.25 * paint!,
    brightness: 0.9 + 0.2 * brightness!,
    contrast: 0.85 + 0.3 * contrast!,
  };
}
