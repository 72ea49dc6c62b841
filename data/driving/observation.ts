/**
 * What a driver knows in numbers: speed, place on the road and the road ahead.
 *
 * @module
 */

import { cos, sin } from "assay";
import type { Car } from "./car.ts";
import type { Place } from "./place.ts";
import type { Track } from "./track.ts";

/** Points of the road ahead, and metres from each to the next. */
const WAY_POINTS = 25;
const WAY_POINT_M = 2;

/** Numbers in an observation with the road. */
export const ROAD_NUMBERS = 3 + 2 * WAY_POINTS;

/** Scales that bring the numbers to about ±1. */
const SPEED_SCALE = 30;
const OFFSET_SCALE_M = 3.5;
const WAY_SCALE_M = 50;

/** A speed in m/s as observed. */
export function observedSpeed(speed: number): number {
  return speed / SPEED_SCALE;
}

/**
 * Writes 53 numbers: speed / 30, offset / 3.5, heading error / π, then 25 points of the centre line, 2 m to 50 m
 * ahead, as (forward, left) / 50 seen from the car.
 *
 * @param into f32, written from `at` on.
 *
 * @example
 * ```ts
 * import { track } from "./track.ts";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const road = track(0, 0), numbers = new Float32Array(53);
 * const place = { index: 0, along: 0, offset: 0, headingError: 0 };
 * const [x, y, heading] = [road.x[0]!, road.y[0]!, road.heading[0]!];
 * observeRoad(road, { x, y, heading, speed: 15, steer: 0, acceleration: 0 }, place, numbers, 0);
 * assertAlmostEquals(numbers[0]!, 0.5);
 * assertAlmostEquals(50 * numbers[3]!, 2, 0.05);
 * ```
 */
export function observeRoad(
  track: Track,
  car: Car,
  place: Place,
  into: Float32Array,
  at: number,
): void {
  const { points, spacing, x, y } = track;
  const [ahead, aside] = [cos(car.heading) / WAY_SCALE_M, sin(car.heading) / WAY_SCALE_M];
  into[at] = observedSpeed(car.speed);
  into[at + 1] = place.offset / OFFSET_SCALE_M;
  into[at + 2] = place.headingError / Math.PI;
  const step = Math.round(WAY_POINT_M / spacing);
  for (let k = 1, i = place.index, j = at + 3; k <= WAY_POINTS; k++, j += 2) {
    i += step;
    if (i >= points) i -= points;
    const dx = x[i]! - car.x, dy = y[i]! - car.y;
    into[j] = dx * ahead + dy * aside;
    into[j + 1] = dy * ahead - dx * aside;
  }
}
