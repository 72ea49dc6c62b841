/**
 * One environment's episode under way, and the numbers that it can be taken up from.
 *
 * @module
 */

import type { Car } from "./car.ts";
import { type Look, USUAL_LOOK } from "./look.ts";
import type { Place } from "./place.ts";
import type { Road } from "./roads.ts";

/** An episode under way. */
export interface World {
  road: Road;
  look: Look;
  /** How many episodes come before it, in all environments. */
  episode: number;
  readonly car: Car;
  readonly place: Place;
  /** Steps taken. */
  steps: number;
  /** Metres along the road since the beginning. */
  progress: number;
  /** The last action's. */
  steering: number;
  offRoad: boolean;
  /** Whether the last step ended it. */
  ended: boolean;
}

/** Numbers of {@linkcode saveWorld}. */
export const WORLD_NUMBERS = 16;

/** A world at rest, before its first episode. */
export function newWorld(road: Road): World {
  return {
    ...{ road, look: USUAL_LOOK, episode: 0, steps: 0, progress: 0, steering: 0 },
    ...{ offRoad: false, ended: false },
    car: { x: 0, y: 0, heading: 0, speed: 0, steer: 0, acceleration: 0 },
    place: { index: 0, along: 0, offset: 0, headingError: 0 },
  };
}

/** Writes all of a world that its episode's number does not determine, and that number. */
export function saveWorld(world: World, into: Float64Array): void {
  const { car, place } = world;
  into.set([
    ...[world.episode, world.steps, world.progress, world.steering],
    ...[Number(world.offRoad), Number(world.ended)],
    ...[car.x, car.y, car.heading, car.speed, car.steer, car.acceleration],
    ...[place.index, place.along, place.offset, place.headingError],
  ]);
}

/** Reads what {@linkcode saveWorld} wrote; road and look are left to do. */
export function loadWorld(world: World, from: Float64Array): void {
  const [episode, steps, progress, steering, offRoad, ended, ...rest] = from;
  const [x, y, heading, speed, steer, acceleration, index, along, offset, headingError] = rest;
  Object.assign(world, { episode, steps, progress, steering });
  Object.assign(world, { offRoad: offRoad === 1, ended: ended === 1 });
  Object.assign(world.car, { x, y, heading, speed, steer, acceleration });
  Object.assign(world.place, { index, along, offset, headingError });
}
