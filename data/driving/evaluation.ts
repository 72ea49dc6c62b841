/**
 * How well a driver drives.
 *
 * @module
 */

import { TICK_S } from "./car.ts";
import type { Driver } from "./drivers.ts";
import { type DrivingWorlds, SUCCESS_M } from "./worlds.ts";

/** What came of an episode. */
export interface Drive {
  /** The number of the episode. */
  readonly episode: number;
  /** Seed of the road. */
  readonly track: number;
  readonly steps: number;
  /** Metres along the road. */
  readonly progress: number;
  /** Whether the whole way was driven. */
  readonly success: boolean;
  /** Metres a second, mean over the steps. */
  readonly meanSpeed: number;
  /** Metres from the centre line, mean over the steps. */
  readonly meanAbsOffset: number;
  /** Of the engine and the brakes, m/s³, mean over the steps: how rough it is to sit in. */
  readonly meanAbsJerk: number;
  /** Sum of the rewards. */
  readonly totalReward: number;
}

/**
 * Drives whole episodes from the environment's beginning, as many in each of its environments.
 *
 * @param episodes In each of the environments.
 * @param see Told after each of their steps which environment has taken it. Default: nobody looks.
 * @returns By number of the episode.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assert } from "@std/assert";
 * import { purePursuit } from "./drivers.ts";
 * import { DrivingWorlds } from "./worlds.ts";
 *
 * const worlds = new DrivingWorlds({ key: rootKey(1), count: 2, mode: "vector" });
 * const drives = await evaluateDriver(purePursuit, worlds, 1);
 * assert(drives.every(({ success }) => success));
 * ```
 */
export async function evaluateDriver(
  driver: Driver,
  environment: DrivingWorlds,
  episodes: number,
  see: (world: number) => void = () => {},
): Promise<Drive[]> {
  const { count, worlds } = environment;
  const actions = new Float32Array(2 * count), rewards = new Float32Array(count);
  const terminals = new Uint8Array(count), truncations = new Uint8Array(count);
  const none = { speed: 0, absOffset: 0, absJerk: 0, reward: 0 };
  const sums = worlds.map(() => ({ ...none, played: 0 }));
  const drives: Drive[] = [];
  environment.reset();
  for (let step = 0; drives.length < episodes * count; step++) {
    await driver(environment, actions, step);
    const before = worlds.map(({ car }) => car.acceleration);
    environment.step(actions, rewards, terminals, truncations);
    worlds.forEach((world, i) => {
      const sum = sums[i]!;
      sum.speed += world.car.speed;
      sum.absOffset += Math.abs(world.place.offset);
      sum.absJerk += Math.abs(world.car.acceleration - before[i]!) / TICK_S;
      sum.reward += rewards[i]!;
      const counts = sum.played < episodes;
      if (counts) see(i);
      if (!world.ended) return;
      if (counts) {
        const { episode, steps, progress } = world;
        drives.push({
          ...{ episode, track: world.road.seed, steps, progress },
          success: !world.offRoad && progress >= SUCCESS_M,
          meanSpeed: sum.speed / steps,
          meanAbsOffset: sum.absOffset / steps,
          meanAbsJerk: sum.absJerk / steps,
          totalReward: sum.reward,
        });
      }
      sums[i] = { ...none, played: sum.played + 1 };
    });
    environment.renew();
  }
  return drives.sort((a, b) => a.episode - b.episode);
}
