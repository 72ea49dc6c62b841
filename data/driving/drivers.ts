/**
 * Ways to drive that learn nothing.
 *
 * @module
 */

import {
  atan,
  cos,
  type Key,
  normal,
  type Resumable,
  type SavedState,
  sin,
  type State,
  uniform,
} from "assay";
import { MAX_STEER_RAD, WHEELBASE_M } from "./car.ts";
import { TARGET_SPEED } from "./reward.ts";
import type { World } from "./world.ts";
import type { DrivingWorlds } from "./worlds.ts";

/**
 * Writes an action for each environment, f32 `[count, 2]`.
 *
 * @param step How many steps all of them have taken.
 */
export type Driver = (
  environment: DrivingWorlds,
  actions: Float32Array,
  step: number,
) => void | Promise<void>;

/** The acceleration to the side that {@linkcode purePursuit} allows itself, m/s². */
const CALM = 2.5;
/** How far ahead it minds curves, metres. */
const CURVES_M = 20;

/**
 * Steers on the circle through a point of the centre line ahead, and brakes for curves. It knows the road as no
 * camera does, and is what learned drivers are measured by.
 */
export function purePursuit({ worlds }: DrivingWorlds, actions: Float32Array): void {
  worlds.forEach((world, i) => {
    actions[2 * i] = pursuitSteering(world);
    actions[2 * i + 1] = 0.5 * (calmSpeed(world) - world.car.speed);
  });
}

/** Straight on with two fifths of the throttle. */
export function straightOn({ count }: DrivingWorlds, actions: Float32Array): void {
  for (let i = 0; i < count; i++) actions.set([0, 0.4], 2 * i);
}

/**
 * Steering and pedals uniform over their range.
 *
 * @param throttle What is added to the pedals. Brakes being twice as strong as the engine, a car hardly moves without.
 */
export function uniformDriver(key: Key, throttle = 0): Driver {
  return ({ count }, actions, step) => {
    const drawn = uniform(key.at(step), 2 * count, -1, 1);
    for (let i = 0; i < count; i++) drawn[2 * i + 1]! += throttle;
    actions.set(drawn);
  };
}

/**
 * What a learner does before it has learned anything: steering by an Ornstein–Uhlenbeck process (θ = 0.15,
 * σ = 0.3 a step), which keeps to a side long enough to get there, and pedals uniform from −0.5 to 1. Does not end
 * with an episode.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assert } from "@std/assert";
 *
 * const wander = new Wandering(rootKey(1), 3);
 * const actions = new Float32Array(6);
 * wander.act(actions);
 * assert(actions[1]! >= -0.5 && actions[1]! < 1);
 * ```
 */
export class Wandering implements Resumable {
  readonly #key: Key;
  readonly #steering: Float64Array;
  #step = 0;

  /** @param count Environments side by side. */
  constructor(key: Key, count: number) {
    this.#key = key;
    this.#steering = new Float64Array(count);
  }

  /** Writes the next actions, f32 `[count, 2]`. */
  act(actions: Float32Array): void {
    const steering = this.#steering, key = this.#key.at(this.#step++);
    const pushes = normal(key.key("steering"), steering.length, 0, 0.3);
    const pedals = uniform(key.key("pedals"), steering.length, -0.5, 1);
    for (let i = 0; i < steering.length; i++) {
      steering[i]! += pushes[i]! - 0.15 * steering[i]!;
      actions[2 * i] = Math.min(Math.max(steering[i]!, -1), 1);
      actions[2 * i + 1] = pedals[i]!;
    }
  }

  state(): State {
    const shape = [this.#steering.length];
    return {
      steering: { shape, data: this.#steering },
      step: { shape: [1], data: Float64Array.of(this.#step) },
    };
  }

  restore(saved: SavedState): void {
    this.#steering.set(saved.numbers("steering"));
    this.#step = saved.number("step");
  }
}

function pursuitSteering({ road: { track }, car, place }: Readonly<World>): number {
  const ahead = Math.max(5, 0.8 * car.speed);
  const target = (place.index + Math.round(ahead / track.spacing)) % track.points;
  const dx = track.x[target]! - car.x, dy = track.y[target]! - car.y;
  const squared = dx * dx + dy * dy;
  const aside = dy * cos(car.heading) - dx * sin(car.heading);
  return atan(2 * WHEELBASE_M * aside / squared) / MAX_STEER_RAD;
}

function calmSpeed({ road: { track }, place }: Readonly<World>): number {
  let sharpest = 0;
  for (let k = Math.round(CURVES_M / track.spacing); k >= 0; k--) {
    const curvature = Math.abs(track.curvature[(place.index + k) % track.points]!);
    if (curvature > sharpest) sharpest = curvature;
  }
  return Math.min(TARGET_SPEED, Math.sqrt(CALM / sharpest));
}
