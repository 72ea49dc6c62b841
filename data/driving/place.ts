/**
 * Where a car is on its road.
 *
 * @module
 */

import { wrapAngle } from "./angles.ts";
import type { Car } from "./car.ts";
import type { Track } from "./track.ts";

/** A car's place on a road. */
export interface Place {
  /** The nearest point of the centre line. */
  index: number;
  /** Metres from there along the road. */
  along: number;
  /** Metres from the centre line, to the left positive. */
  offset: number;
  /** The car's heading less the road's, within ±π. */
  headingError: number;
}

/** Centre points behind and ahead of the last place among which a car is looked for. */
const BEHIND = 20, AHEAD = 39;

/**
 * Finds a car again, near to where it was.
 *
 * @param near A centre point within 10 m.
 *
 * @example
 * ```ts
 * import { track } from "./track.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const road = track(0);
 * const [x, y, heading] = [road.x[9]!, road.y[9]!, road.heading[9]! + 0.1];
 * const place = { index: 0, along: 0, offset: 0, headingError: 0 };
 * locate(road, { x, y, heading, speed: 0, steer: 0, acceleration: 0 }, 0, place);
 * assertAlmostEquals(place.headingError, 0.1);
 * ```
 */
export function locate(track: Track, car: Car, near: number, into: Place): void {
  const { points, x, y } = track;
  let index = near, least = Infinity;
  for (let k = near - BEHIND; k <= near + AHEAD; k++) {
    const i = k < 0 ? k + points : k >= points ? k - points : k;
    const dx = car.x - x[i]!, dy = car.y - y[i]!;
    const squared = dx * dx + dy * dy;
    if (squared < least) {
      least = squared;
      index = i;
    }
  }
  into.index = index;
  const dx = car.x - x[index]!, dy = car.y - y[index]!;
  const [tangentX, tangentY] = [track.tangentX[index]!, track.tangentY[index]!];
  into.along = dx * tangentX + dy * tangentY;
  into.offset = dy * tangentX - dx * tangentY;
  into.headingError = wrapAngle(car.heading - track.heading[index]!);
}

/** Metres of road from one place to another, the shorter way round; backwards is negative. */
export function advance(track: Track, from: Place, to: Place): number {
  const { points, spacing } = track;
  const steps = to.index - from.index;
  const shorter = steps - points * Math.round(steps / points);
  return shorter * spacing + to.along - from.along;
}
