/**
 * The car: a kinematic bicycle, its steering and engine with lags, and tyres that slip rather than
 * turn it too fast.
 *
 * @module
 */

import { cos, sin } from "assay";
import { wrapAngle } from "./angles.ts";

/** Seconds from one action to the next. */
export const TICK_S = 0.05;

/** From the front axle to the rear one in metres; the point that moves is half way. */
export const WHEELBASE_M = 2.7;

/** Radians that the wheels turn at most. */
export const MAX_STEER_RAD = 0.6;

/** A car as it stands and moves. */
export interface Car {
  /** Metres. */
  x: number;
  y: number;
  /** Radians from the x axis, within ±π. */
  heading: number;
  /** Metres a second; a car does not go backwards. */
  speed: number;
  /** Of the front wheels, radians, to the left positive. */
  steer: number;
  /** Of the engine or the brakes, m/s². */
  acceleration: number;
}

const SUB_STEPS = 5;
const SUB_STEP_S = TICK_S / SUB_STEPS;
const STEER_LAG_S = 0.1;
const STEER_RATE = 1.5;
const ENGINE_LAG_S = 0.2;
const THROTTLE = 3;
const BRAKES = 6;
/** m/s² to the side that tyres bear. */
const GRIP = 7;

/**
 * Drives a car for one tick, in Euler steps of 0.01 s.
 *
 * @param steering From −1, fully right, to 1, fully left.
 * @param pedals Throttle from 0 to 1, brakes from 0 to −1.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const car = { x: 0, y: 0, heading: 0, speed: 10, steer: 0, acceleration: 0 };
 * drive(car, 0, 0);
 * assertAlmostEquals(car.x, 0.5, 0.01);
 * assertAlmostEquals(car.speed, 10 - 0.05 * 0.6, 1e-3);
 * ```
 */
export function drive(car: Car, steering: number, pedals: number): void {
  const wantedSteer = MAX_STEER_RAD * steering;
  const wantedAcceleration = (pedals > 0 ? THROTTLE : BRAKES) * pedals;
  for (let i = 0; i < SUB_STEPS; i++) {
    const { heading, speed, steer, acceleration } = car;
    // β = atan(tan(steer) / 2) is the way the middle goes; its sine and cosine need no atan.
    const tangent = sin(steer) / cos(steer);
    const cosine = 1 / Math.sqrt(1 + 0.25 * tangent * tangent);
    const sine = 0.5 * tangent * cosine;
    let curvature = cosine * tangent / WHEELBASE_M;
    const force = speed * speed * Math.abs(curvature);
    if (force > GRIP) curvature *= GRIP / force;
    const [ahead, aside] = [cos(heading), sin(heading)];
    car.x += SUB_STEP_S * speed * (ahead * cosine - aside * sine);
    car.y += SUB_STEP_S * speed * (aside * cosine + ahead * sine);
    car.heading = wrapAngle(heading + SUB_STEP_S * speed * curvature);
    const drag = speed > 0 ? 0.1 + 0.005 * speed * speed : 0;
    car.speed = Math.max(0, speed + SUB_STEP_S * (acceleration - drag));
    const rate = (wantedSteer - steer) / STEER_LAG_S;
    car.steer = steer + SUB_STEP_S * Math.min(Math.max(rate, -STEER_RATE), STEER_RATE);
    car.acceleration = acceleration +
      SUB_STEP_S * (wantedAcceleration - acceleration) / ENGINE_LAG_S;
  }
}
