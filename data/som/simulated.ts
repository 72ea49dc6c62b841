/**
 * Histories as the document makes them up: curves drawn backwards from the end that a predictor is then
 * asked for. They say nothing about maps, and the quantisation error at the end can be read off the
 * first two steps ({@linkcode leakedMqe}). Kept to judge what the document claims of them.
 *
 * @module
 */

import { exp, type Key, log, normal, uniform } from "assay";
import type { Step } from "./history.ts";
import type { MapErrors } from "./quality.ts";
import type { RunRecord } from "./run_record.ts";

/** Steps of a simulated history where nothing else is asked for. */
export const SIMULATED_STEPS = 10;

/**
 * The document's generator. With `s` from 0 to 1 over the steps:
 *
 * | what | value |
 * | --- | --- |
 * | epoch | 10 + 990 s |
 * | mqe | u M e^{-3 s} + M, u uniform in [3, 5) |
 * | topographic error | min(0.5, v T) e^{-2 s} + T + 0.1 T z, v uniform in [2, 4), clipped to [0, 1] |
 * | dead neurons | d + (D - d) epoch / 1000 + 0.02 z', d uniform in [0.1, 0.3), clipped to [0, 1] |
 *
 * @param final The end, `M`, `T` and `D`.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const final = { mqe: 0.2, topographicError: 0.05, deadNeuronRatio: 0.6 };
 * assertAlmostEquals(leakedMqe(simulatedHistory(rootKey(1), final)), 0.2, 1e-12);
 * ```
 */
export function simulatedHistory(
  key: Key,
  { mqe, topographicError, deadNeuronRatio }: MapErrors,
  steps: number = SIMULATED_STEPS,
): Step[] {
  const one = (name: string, low: number, high: number) => uniform(key.key(name), 1, low, high)[0]!;
  const rise = one("mqe", 3, 5) * mqe;
  const tangle = Math.min(0.5, one("topographicError", 2, 4) * topographicError);
  const dead = one("deadNeuronRatio", 0.1, 0.3);
  const topographicNoise = normal(key.key("topographicNoise"), steps);
  const deadNoise = normal(key.key("deadNoise"), steps, 0, 0.02);
  return Array.from({ length: steps }, (_, k) => {
    const s = k / (steps - 1), epoch = 10 + 990 * s;
    return {
      epoch,
      mqe: rise * exp(-3 * s) + mqe,
      topographicError: clip(
        tangle * exp(-2 * s) + topographicError + 0.1 * topographicError * topographicNoise[k]!,
      ),
      deadNeuronRatio: clip(dead + (deadNeuronRatio - dead) * epoch / 1000 + deadNoise[k]!),
    };
  });
}

/**
 * The quantisation error at the end of a simulated history, by its first two steps: with q the decay of
 * a step, `M = (mqe₁ - q mqe₀) / (1 - q)`.
 *
 * @param steps How many the whole history has, of which two are enough.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const final = { mqe: 1.5, topographicError: 0.05, deadNeuronRatio: 0.6 };
 * const history = simulatedHistory(rootKey(1), final, 20);
 * assertAlmostEquals(leakedMqe(history.slice(0, 2), 20), 1.5, 1e-12);
 * ```
 */
export function leakedMqe(
  history: readonly Pick<Step, "mqe">[],
  steps: number = history.length,
): number {
  const q = exp(-3 / (steps - 1));
  return (history[1]!.mqe - q * history[0]!.mqe) / (1 - q);
}

/** Normal scores of the lowest, the 5th, 50th and 95th percentile and the highest of 1,000 runs. */
const SCORES = [-3.1, -1.645, 0, 1.645, 3.1] as const;
/** What the document's runs ended with there; the lowest, which were not published, are assumed. */
const MQE_QUANTILES = [0.09, 0.113, 0.188, 0.758, 1.664] as const;
const TOPOGRAPHIC_QUANTILES = [0, 0, 0.044, 0.46, 0.975] as const;
const DEAD_QUANTILES = [0.2, 0.44, 0.701, 0.92, 0.972] as const;
/** Added to a topographic error before its logarithm, so that 0 has one. */
const SHIFT = 0.01;
/** Lower triangle L with L Lᵀ their correlations: 0.78 of the errors, 0.30 and 0.39 of dead units with them. */
const MIX: readonly (readonly number[])[] = [[1, 0, 0], [0.78, 0.6258, 0], [0.3, 0.2493, 0.9208]];

/**
 * Simulated runs with ends that are spread and correlated much as those of the document's data set: normal
 * numbers with its correlations, put through its quantiles (straight lines between them, of the logarithm
 * for the errors).
 *
 * @param steps Of each history.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const runs = simulatedRuns(rootKey(1), 50);
 * assertEquals([runs.length, runs[0]!.history.length], [50, 10]);
 * assertEquals(simulatedRuns(rootKey(1), 60).slice(0, 50), runs);
 * ```
 */
export function simulatedRuns(
  key: Key,
  count: number,
  steps: number = SIMULATED_STEPS,
): RunRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const own = key.at(i), z = normal(own.key("final"), 3);
    const [mqe, topographic, dead] = MIX.map((row) =>
      row.reduce((sum, weight, c) => sum + weight * z[c]!, 0)
    );
    const final = {
      mqe: exp(interpolated(MQE_QUANTILES.map(log), mqe!)),
      topographicError: clip(
        exp(interpolated(TOPOGRAPHIC_QUANTILES.map((q) => log(q + SHIFT)), topographic!)) - SHIFT,
      ),
      deadNeuronRatio: interpolated(DEAD_QUANTILES, dead!),
    };
    return {
      uid: own.toString(),
      dataType: "simulated",
      final,
      history: simulatedHistory(own.key("history"), final, steps),
    };
  });
}

/** The value at a normal score, on straight lines between those at {@linkcode SCORES}, level beyond them. */
function interpolated(values: readonly number[], score: number): number {
  const at = Math.min(SCORES.at(-1)!, Math.max(SCORES[0], score));
  const i = Math.max(1, SCORES.findIndex((each) => at <= each));
  const low = SCORES[i - 1]!, high = SCORES[i]!;
  return values[i - 1]! + (values[i]! - values[i - 1]!) * (at - low) / (high - low);
}

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}
