/**
 * The reward of an interval at a placement: the document's form, its scales made each function's own.
 *
 * @module
 */

import type { Outcome } from "./outcome.ts";
import type { Reference } from "./profiles.ts";

/** The document's weights. */
const COST = 0.4, PERFORMANCE = 0.4, CARBON = 0.2;

/** Cost and carbon score nothing from this multiple of the reference on; the reference scores 1/2. */
const WORST_MULTIPLE = 2;

/** Taken off where every invocation violates its limit (the document's tactical penalty). */
export const VIOLATION_PENALTY = 2;

/** No reward is outside. */
export const REWARD_BOUNDS: { readonly low: number; readonly high: number } = {
  low: -VIOLATION_PENALTY,
  high: 1,
};

/** What a reward is made of, each from 0 to 1. */
export interface Scores {
  readonly cost: number;
  readonly performance: number;
  readonly carbon: number;
  /** Share of invocations. */
  readonly violations: number;
}

/**
 * Scores of an outcome: cost and carbon per invocation against the function's reference, latency
 * against its limit.
 *
 * @throws {RangeError} When there were no invocations: there is nothing to score.
 */
export function scoresOf(outcome: Outcome, reference: Reference): Scores {
  const { invocations } = outcome;
  if (invocations === 0) throw new RangeError("Cannot score an outcome without invocations");
  return {
    cost: score(outcome.costUsd / invocations / (WORST_MULTIPLE * reference.costUsd)),
    performance: score(outcome.limitShares / invocations),
    carbon: score(outcome.carbonGrams / invocations / (WORST_MULTIPLE * reference.carbonGrams)),
    violations: outcome.violations / invocations,
  };
}

/**
 * 0.4 cost + 0.4 performance + 0.2 carbon − 2 · violations, within {@linkcode REWARD_BOUNDS}.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const scores = { cost: 0.5, performance: 0.9, carbon: 0.5, violations: 0.01 };
 * assertAlmostEquals(placementReward(scores), 0.2 + 0.36 + 0.1 - 0.02, 1e-12);
 * ```
 */
export function placementReward(scores: Scores): number {
  const reward = weightedScore(scores) - VIOLATION_PENALTY * scores.violations;
  // One rounding beyond the bound is rounding, more is a fault.
  if (!(reward >= REWARD_BOUNDS.low && reward <= REWARD_BOUNDS.high + Number.EPSILON)) {
    throw new Error(`internal: the reward ${reward} is outside its bounds`);
  }
  return reward;
}

/** The reward before the penalty, from 0 to 1: 0.4 cost + 0.4 performance + 0.2 carbon. */
export function weightedScore({ cost, performance, carbon }: Scores): number {
  return COST * cost + PERFORMANCE * performance + CARBON * carbon;
}

function score(share: number): number {
  return 1 - Math.min(share, 1);
}
