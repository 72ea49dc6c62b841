/**
 * What a tick of driving is worth: progress, speed along the road, keeping to its middle, a calm hand.
 *
 * @module
 */

import { cos } from "assay";
import { TICK_S } from "./car.ts";
import { HALF_WIDTH_M } from "./track.ts";

/** The speed that pays most, m/s: 30 km/h. */
export const TARGET_SPEED = 8.33;

/** Rewards are the terms over this. */
export const REWARD_SCALE = 30;

/** What a tick without leaving the road is worth at most, either way. */
export const REWARD_BOUND = 0.09;

/** What leaving the road costs besides, before the scale. */
const OFF_ROAD = 10;

/** What a tick came to. */
export interface Tick {
  /** Metres along the road. */
  readonly progress: number;
  /** Metres a second. */
  readonly speed: number;
  /** As a place on the road has them, metres and radians. */
  readonly offset: number;
  readonly headingError: number;
  /** The steering's last move, from 0 to 2. */
  readonly steeringChange: number;
  readonly offRoad: boolean;
}

/**
 * The reward of a tick: within ± {@linkcode REWARD_BOUND}, and a third lower where the car left the road.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const perfect = { progress: 8.33 / 20, speed: 8.33, offset: 0, headingError: 0 };
 * assertAlmostEquals(reward({ ...perfect, steeringChange: 0, offRoad: false }), 2 / 30);
 * ```
 */
export function reward(tick: Tick): number {
  const { progress, speed, offset, headingError, steeringChange, offRoad } = tick;
  const pace = Math.min(Math.max(progress / (TARGET_SPEED * TICK_S), -1), 1.5);
  const along = speed * cos(headingError) / TARGET_SPEED;
  const efficiency = Math.min(Math.max(along > 1 ? 2 - along : along, -1), 1);
  const aside = Math.min(1, Math.abs(offset) / HALF_WIDTH_M);
  const askew = Math.min(1, Math.abs(headingError) / 0.5);
  const lane = Math.min(1, speed / 3) * (1 - aside * aside - 0.5 * askew);
  const terms = pace + 0.5 * efficiency + 0.5 * lane - 0.05 * steeringChange;
  return (terms - (offRoad ? OFF_ROAD : 0)) / REWARD_SCALE;
}
