/**
 * Configurations drawn at random, good and bad: wider than a search would look, since what predicts how
 * a training ends has to have seen bad ones.
 *
 * @module
 */

import { exp, integers, type Key, log, uniform } from "assay";
import { repaired, type SomConfiguration } from "./configuration.ts";

/** Steepnesses to choose from. */
const STEEPNESSES = [5, 10, 20, 30];
/** The `static` schedule is not drawn. */
const DROPS = ["linear-drop", "exp-drop", "log-drop", "step-down"] as const;
const GROWTHS = ["linear-growth", "exp-growth"] as const;

/**
 * A configuration for data of `samples` rows.
 *
 * | what | from |
 * | --- | --- |
 * | side | 0.5 to 1.6 times √(5 √samples), the side that is usual for so many |
 * | learning rate | 0.05 to 1, to 0.001 to 0.2 (log-uniform), the larger first |
 * | radius | 0.1 to 1 times the side (log-uniform) |
 * | batch | 0.1 to 2 %, to 1 to 5 %, the smaller first |
 * | iterations | 0.5 to 5 times the samples |
 * | choices | four drops twice, growth straight or exponential, steepness 5, 10, 20, 30, square or hex |
 *
 * Batches walk through the data, in one section, and weights keep their length.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const configuration = sampleConfiguration(rootKey(1), 400);
 * assertEquals(sampleConfiguration(rootKey(1), 400), configuration);
 * assert(configuration.rows >= 5 && configuration.rows <= 16);
 * ```
 */
export function sampleConfiguration(key: Key, samples: number): SomConfiguration {
  const number = (name: string, low: number, high: number) =>
    uniform(key.key(name), 1, low, high)[0]!;
  const logarithmic = (name: string, low: number, high: number) =>
    exp(number(name, log(low), log(high)));
  const one = <T>(name: string, choices: readonly T[]) =>
    choices[integers(key.key(name), 1, 0, choices.length)[0]!]!;
  const side = Math.max(2, Math.round(number("side", 0.5, 1.6) * usualSide(samples)));
  return repaired({
    topology: one("topology", ["square", "hex"]),
    rows: side,
    columns: side,
    startLearningRate: logarithmic("startLearningRate", 0.05, 1),
    endLearningRate: logarithmic("endLearningRate", 0.001, 0.2),
    learningRateSchedule: one("learningRateSchedule", DROPS),
    radiusRatio: logarithmic("radiusRatio", 0.1, 1),
    radiusSchedule: one("radiusSchedule", DROPS),
    startBatchPercent: number("startBatchPercent", 0.1, 2),
    endBatchPercent: number("endBatchPercent", 1, 5),
    batchSchedule: one("batchSchedule", GROWTHS),
    epochMultiplier: number("epochMultiplier", 0.5, 5),
    steepness: one("steepness", STEEPNESSES),
    sampling: "reshuffle",
    sections: 1,
    normaliseWeights: false,
  });
}

/**
 * The side of a square map of 5 √samples units, Vesanto's rule of thumb.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(usualSide(400), 10);
 * ```
 */
export function usualSide(samples: number): number {
  return Math.sqrt(5 * Math.sqrt(samples));
}
