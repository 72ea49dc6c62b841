/**
 * Keeping to the lane as environments side by side: episodes of 200 m on closed roads.
 *
 * @module
 */

import { type ContinuousEnvironment, type Key, type SavedState, type State, uniform } from "assay";
import { Camera, FRAME_SIDE, halveFrame } from "./camera.ts";
import { drive } from "./car.ts";
import { drawLook, USUAL_LOOK } from "./look.ts";
import { observedSpeed, observeRoad, ROAD_NUMBERS } from "./observation.ts";
import { advance, locate } from "./place.ts";
import { reward } from "./reward.ts";
import { Roads } from "./roads.ts";
import { TRAINING_TRACKS } from "./track.ts";
import { loadWorld, newWorld, saveWorld, type World, WORLD_NUMBERS } from "./world.ts";

/** Metres of progress that end an episode in success. */
export const SUCCESS_M = 200;

/** Metres from the centre line beyond which an episode ends in failure. */
export const OFF_ROAD_M = 2.5;

/** Steps after which an episode is broken off. */
export const MAX_STEPS = 1000;

/**
 * What a driver gets: frames and 53 numbers of speed and road; frames and the speed alone; the numbers without
 * a camera.
 */
export type ObservationMode = "full" | "vision" | "vector";

/** Which episodes are driven, and what is seen of them. */
export interface DrivingOptions {
  /** Where, how fast and in what light episodes begin is drawn from here. */
  readonly key: Key;
  /** Environments side by side. */
  readonly count: number;
  /** Default: `full`. */
  readonly mode?: ObservationMode;
  /** Pixels; 42 is the mean of 2 × 2 of 84. Default: 84. */
  readonly frameSide?: 84 | 42;
  /** Seeds of the roads, which are driven in this order. Default: the 100 to learn on. */
  readonly tracks?: readonly number[];
  /** Of the roads, from 0 to 1. Default: 1. */
  readonly difficulty?: number;
  /** Whether light, paint and grass vary from episode to episode. Default: `true`. */
  readonly variation?: boolean;
}

/**
 * Environments of lane keeping. An action is steering (1 is fully left) and pedals (1 is full throttle, −1 full
 * brakes), one each 0.05 s. Episode `n · count + i` is the `n`th of environment `i`, and the same whatever
 * the count is.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const worlds = new DrivingWorlds({ key: rootKey(1), count: 2, mode: "vision", frameSide: 42 });
 * const states = new Float32Array(2), frames = new Uint8Array(2 * 42 * 42);
 * const rewards = new Float32Array(2);
 * const terminals = new Uint8Array(2), truncations = new Uint8Array(2);
 * worlds.step(Float32Array.of(0, 1, 0, -1), rewards, terminals, truncations);
 * worlds.observe(states, frames);
 * assertEquals([...terminals, ...truncations], [0, 0, 0, 0]);
 * ```
 */
export class DrivingWorlds implements ContinuousEnvironment {
  readonly count: number;
  readonly stateSize: number;
  readonly actionSize = 2;
  readonly frameSide: number;
  /** The environments as they are at this moment. */
  readonly worlds: readonly Readonly<World>[];
  readonly #worlds: World[];
  readonly #key: Key;
  readonly #seeds: readonly number[];
  readonly #roads: Roads;
  readonly #variation: boolean;
  readonly #camera: Camera | undefined;
  /** Frames of this moment, those that are not `#fresh` apart. */
  readonly #frames: Uint8Array;
  readonly #fresh: Uint8Array;

  constructor(options: DrivingOptions) {
    const { mode = "full", tracks = TRAINING_TRACKS } = options;
    if (!(Number.isInteger(options.count) && options.count > 0) || tracks.length === 0) {
      throw new RangeError(
        `Cannot drive in ${options.count} worlds on ${tracks.length} tracks: both are at least 1`,
      );
    }
    this.count = options.count;
    this.stateSize = mode === "vision" ? 1 : ROAD_NUMBERS;
    this.frameSide = mode === "vector" ? 0 : options.frameSide ?? FRAME_SIDE;
    this.#key = options.key;
    this.#seeds = tracks;
    this.#variation = options.variation ?? true;
    this.#camera = mode === "vector" ? undefined : new Camera();
    this.#roads = new Roads(options.difficulty ?? 1, this.#camera);
    this.#frames = new Uint8Array(this.count * this.frameSide * this.frameSide);
    this.#fresh = new Uint8Array(this.count);
    const road = this.#roads.of(tracks[0]!);
    this.#worlds = Array.from({ length: this.count }, () => newWorld(road));
    this.worlds = this.#worlds;
    this.reset();
  }

  reset(): void {
    this.#worlds.forEach((world, i) => this.#begin(world, i, i));
  }

  observe(states: Float32Array, frames: Uint8Array): void {
    const size = this.stateSize;
    this.#worlds.forEach((world, i) => {
      if (size === 1) states[i] = observedSpeed(world.car.speed);
      else observeRoad(world.road.track, world.car, world.place, states, i * size);
    });
    if (!this.#camera) return;
    this.#worlds.forEach((world, i) => {
      if (!this.#fresh[i]) this.#render(world, i);
    });
    frames.set(this.#frames);
  }

  step(
    actions: Float32Array,
    rewards: Float32Array,
    terminals: Uint8Array,
    truncations: Uint8Array,
  ): void {
    this.#worlds.forEach((world, i) => {
      rewards[i] = this.#drive(world, i, actions[2 * i]!, actions[2 * i + 1]!);
      const arrived = world.offRoad || world.progress >= SUCCESS_M;
      terminals[i] = arrived ? 1 : 0;
      truncations[i] = !arrived && world.steps === MAX_STEPS ? 1 : 0;
      world.ended = arrived || world.steps === MAX_STEPS;
    });
  }

  renew(): void {
    this.#worlds.forEach((world, i) => {
      if (world.ended) this.#begin(world, i, world.episode + this.count);
    });
  }

  begins(i: number): boolean {
    return this.#worlds[i]!.steps === 0;
  }

  state(): State {
    const data = new Float64Array(this.count * WORLD_NUMBERS);
    this.#worlds.forEach((world, i) => saveWorld(world, data.subarray(i * WORLD_NUMBERS)));
    return { worlds: { shape: [this.count, WORLD_NUMBERS], data } };
  }

  restore(saved: SavedState): void {
    const data = saved.numbers("worlds");
    if (data.length !== this.count * WORLD_NUMBERS) {
      throw new RangeError(
        `Cannot go on from a state of ${
          data.length / WORLD_NUMBERS
        } worlds: these are ${this.count}`,
      );
    }
    this.#worlds.forEach((world, i) => {
      loadWorld(world, data.subarray(i * WORLD_NUMBERS));
      this.#enter(world, i);
    });
  }

  #drive(world: World, i: number, steering: number, pedals: number): number {
    if (world.ended || Number.isNaN(steering) || Number.isNaN(pedals)) {
      throw new RangeError(
        `Cannot drive on in world ${i} with the action (${steering}, ${pedals}): ${
          world.ended ? "its episode has ended; call renew()" : "an action is two numbers"
        }`,
      );
    }
    const { car, place, road: { track } } = world;
    const [left, pedal] = [Math.min(Math.max(steering, -1), 1), Math.min(Math.max(pedals, -1), 1)];
    const before = { ...place };
    drive(car, left, pedal);
    locate(track, car, before.index, place);
    const progress = advance(track, before, place);
    const steeringChange = Math.abs(left - world.steering);
    world.steering = left;
    world.progress += progress;
    world.steps++;
    world.offRoad = Math.abs(place.offset) > OFF_ROAD_M;
    this.#fresh[i] = 0;
    return reward({ ...place, progress, speed: car.speed, steeringChange, offRoad: world.offRoad });
  }

  #begin(world: World, i: number, episode: number): void {
    world.episode = episode;
    this.#enter(world, i);
    const { track } = world.road;
    const [where, aside, askew, speed] = uniform(this.#key.at(episode).key("start"), 4);
    const index = Math.floor(where! * track.points);
    const offset = aside! - 0.5;
    Object.assign(world.car, {
      x: track.x[index]! - offset * track.tangentY[index]!,
      y: track.y[index]! + offset * track.tangentX[index]!,
      heading: track.heading[index]! + 0.2 * askew! - 0.1,
      ...{ speed: 6 * speed!, steer: 0, acceleration: 0 },
    });
    locate(track, world.car, index, world.place);
    Object.assign(world, { steps: 0, progress: 0, steering: 0, offRoad: false, ended: false });
  }

  /** Gives a world the road and the look of its episode. */
  #enter(world: World, i: number): void {
    const { episode } = world;
    world.road = this.#roads.of(this.#seeds[episode % this.#seeds.length]!);
    world.look = this.#variation ? drawLook(this.#key.at(episode).key("look")) : USUAL_LOOK;
    this.#fresh[i] = 0;
  }

  #render({ road, car, look }: World, i: number): void {
    const frame = this.#camera!.render(road.ground!, car, look);
    const at = i * this.frameSide * this.frameSide;
    if (this.frameSide === FRAME_SIDE) this.#frames.set(frame, at);
    else halveFrame(frame, FRAME_SIDE, this.#frames, at);
    this.#fresh[i] = 1;
  }
}
