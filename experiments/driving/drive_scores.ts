/**
 * What drives come to.
 */

import type { Drive } from "../../data/driving.ts";

/** Means over episodes, those of speed, offset and jerk over all steps. */
export interface DriveScores {
  readonly episodes: number;
  /** Episodes in which the whole way was driven. */
  readonly successes: number;
  /** Share of them. */
  readonly success: number;
  /** Sum of the rewards. */
  readonly totalReward: number;
  /** Metres. */
  readonly progress: number;
  /** Metres a second. */
  readonly meanSpeed: number;
  /** Metres from the centre line. */
  readonly meanAbsOffset: number;
  /** m/s³. */
  readonly meanAbsJerk: number;
}

/**
 * Scores of drives.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const drive = { track: 0, progress: 100, meanSpeed: 5, meanAbsOffset: 0.5, meanAbsJerk: 1 };
 * const { success, meanSpeed } = driveScores([
 *   { ...drive, episode: 0, steps: 100, success: true, totalReward: 10 },
 *   { ...drive, episode: 1, steps: 300, success: false, totalReward: 20, meanSpeed: 1 },
 * ]);
 * assertEquals([success, meanSpeed], [0.5, 2]);
 * ```
 */
export function driveScores(drives: readonly Drive[]): DriveScores {
  const sum = (value: (drive: Drive) => number) =>
    drives.reduce((total, drive) => total + value(drive), 0);
  const episodes = drives.length, steps = sum((drive) => drive.steps);
  const overSteps = (value: (drive: Drive) => number) =>
    sum((drive) => drive.steps * value(drive)) / steps;
  const successes = sum(({ success }) => Number(success));
  return {
    episodes,
    successes,
    success: successes / episodes,
    totalReward: sum(({ totalReward }) => totalReward) / episodes,
    progress: sum(({ progress }) => progress) / episodes,
    meanSpeed: overSteps(({ meanSpeed }) => meanSpeed),
    meanAbsOffset: overSteps(({ meanAbsOffset }) => meanAbsOffset),
    meanAbsJerk: overSteps(({ meanAbsJerk }) => meanAbsJerk),
  };
}

/** Scores of several evaluations as one, each counting the same. */
export function jointScores(all: readonly DriveScores[]): DriveScores {
  const sum = (score: keyof DriveScores) => all.reduce((total, scores) => total + scores[score], 0);
  const mean = (score: keyof DriveScores) => sum(score) / all.length;
  return {
    episodes: sum("episodes"),
    successes: sum("successes"),
    success: mean("success"),
    totalReward: mean("totalReward"),
    progress: mean("progress"),
    meanSpeed: mean("meanSpeed"),
    meanAbsOffset: mean("meanAbsOffset"),
    meanAbsJerk: mean("meanAbsJerk"),
  };
}
