/**
 * Prints how drivers do that learn nothing, over 60 episodes on the 20 roads to be judged on:
 *
 * ```sh
 * deno run data/driving/references.ts
 * ```
 *
 * @module
 */

import { type Key, rootKey } from "assay";
import { type Driver, purePursuit, straightOn, uniformDriver, Wandering } from "./drivers.ts";
import { type Drive, evaluateDriver } from "./evaluation.ts";
import { EVALUATION_TRACKS } from "./track.ts";
import { DrivingWorlds } from "./worlds.ts";

/** Episodes on each road. */
const EPISODES = 3;

/** Drivers that learn nothing, by name. */
export function referenceDrivers(key: Key): ReadonlyMap<string, Driver> {
  const wandering = new Wandering(key.key("wandering"), EVALUATION_TRACKS.length);
  return new Map<string, Driver>([
    ["pure pursuit, P speed control", purePursuit],
    ["straight on, throttle 0.4", straightOn],
    ["uniform random, throttle + 0.5", uniformDriver(key.key("throttle"), 0.5)],
    ["uniform random", uniformDriver(key.key("uniform"))],
    ["wandering (random phase)", (_, actions) => wandering.act(actions)],
  ]);
}

/** Drives the 60 episodes, the same for every driver. */
export function judged(key: Key, driver: Driver): Promise<Drive[]> {
  const environment = new DrivingWorlds({
    key,
    count: EVALUATION_TRACKS.length,
    mode: "vector",
    tracks: EVALUATION_TRACKS,
  });
  return evaluateDriver(driver, environment, EPISODES);
}

/** A line of the table: means over the episodes, those of speed and offset over all steps. */
function line(name: string, drives: readonly Drive[]): string {
  const mean = (value: (drive: Drive) => number) =>
    drives.reduce((sum, drive) => sum + value(drive), 0) / drives.length;
  const steps = mean((drive) => drive.steps);
  const overSteps = (value: (drive: Drive) => number) =>
    mean((drive) => drive.steps * value(drive)) / steps;
  const cells = [
    steps.toFixed(0),
    mean(({ progress }) => progress).toFixed(1),
    `${mean(({ success }) => 100 * Number(success)).toFixed(0)} %`,
    overSteps(({ meanSpeed }) => meanSpeed).toFixed(2),
    overSteps(({ meanAbsOffset }) => meanAbsOffset).toFixed(2),
    mean(({ totalReward }) => totalReward).toFixed(2),
  ];
  return name.padEnd(32) + cells.map((cell) => cell.padStart(10)).join("");
}

function print(text: string): void {
  // deno-lint-ignore no-console -- printing is what this command is for
  console.log(text);
}

if (import.meta.main) {
  const key = rootKey(1);
  const head = ["steps", "m", "success", "m/s", "|e| m", "return"];
  print(`${EPISODES * EVALUATION_TRACKS.length} episodes on ${EVALUATION_TRACKS.length} roads`);
  print(" ".repeat(32) + head.map((cell) => cell.padStart(10)).join(""));
  for (const [name, driver] of referenceDrivers(key.key("drivers"))) {
    print(line(name, await judged(key.key("episodes"), driver)));
  }
}
