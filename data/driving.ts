/**
 * Keeping to the lane on closed roads: a world to learn driving in from pixels, from numbers, or from both, with
 * a car that is no more than a bicycle and a camera that makes 8,000 frames a second.
 *
 * What it is made of and where it departs from the document's: `driving/README.md`.
 *
 * @module
 */

export { FRAME_SIDE } from "./driving/camera.ts";
export { TICK_S } from "./driving/car.ts";
export {
  type Driver,
  purePursuit,
  straightOn,
  uniformDriver,
  Wandering,
} from "./driving/drivers.ts";
export { type Drive, evaluateDriver } from "./driving/evaluation.ts";
export { episodePictures } from "./driving/pictures.ts";
export type { Place } from "./driving/place.ts";
export { referenceDrivers } from "./driving/references.ts";
export { REWARD_BOUND, REWARD_SCALE } from "./driving/reward.ts";
export { EVALUATION_TRACKS, type Track, track, TRAINING_TRACKS } from "./driving/track.ts";
export type { World } from "./driving/world.ts";
export {
  type DrivingOptions,
  DrivingWorlds,
  MAX_STEPS,
  type ObservationMode,
  OFF_ROAD_M,
  SUCCESS_M,
} from "./driving/worlds.ts";
