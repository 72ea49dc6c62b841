/**
 * A decision problem on the fleet: once in every hour in which a function is invoked, where should
 * it run? The strategic and the tactical layer are two such problems.
 *
 * Hours without invocations are no occasions: no outcome would follow. Time passes in them all the
 * same, and instances that were kept warm expire.
 *
 * @module
 */

import type { Fleet } from "./fleet.ts";
import type { Outcome } from "./outcome.ts";
import type { Placement } from "./placement.ts";
import type { FunctionProfile } from "./profiles.ts";

/** What is known where a decision is due; nothing of the hour that it is for but its time. */
export interface Occasion {
  readonly fleet: Fleet;
  readonly profile: FunctionProfile;
  /** The function-hour, a row of `fleet.hours`. */
  readonly row: number;
  readonly past: Past;
}

/** What came of the function's last hour, per invocation. */
export interface Past {
  /** Over twice the reference: 1/2 is as at the reference placement. */
  readonly cost: number;
  readonly carbon: number;
  /** Share of invocations. */
  readonly coldStarts: number;
  /** Seconds that an invocation ran, at the placement it had. */
  readonly seconds: number;
}

/** What is decided, and upon which state. */
export interface DecisionProblem {
  readonly name: string;
  readonly stateSize: number;
  readonly actions: number;
  /** Where an action puts a function. */
  placement(profile: FunctionProfile, action: number): Placement;
  /** Writes the state of an occasion from element `at` on. */
  observe(occasion: Occasion, into: Float32Array, at: number): void;
}

/** Ratios to the reference are cut here. */
const RATIO_LIMIT = 1.5;

/** The past of a function that has run at its reference placement. */
export function referencePast(profile: FunctionProfile): Past {
  const { reference: { coldStarts }, meanSeconds } = profile;
  return { cost: 0.5, carbon: 0.5, coldStarts, seconds: meanSeconds };
}

/** The past after an hour with invocations. */
export function pastOf(outcome: Outcome, placement: Placement, profile: FunctionProfile): Past {
  const { invocations } = outcome, { reference } = profile;
  return {
    cost: ratio(outcome.costUsd / invocations, reference.costUsd),
    carbon: ratio(outcome.carbonGrams / invocations, reference.carbonGrams),
    coldStarts: outcome.coldStarts / invocations,
    seconds: outcome.busyGbSeconds / (placement.memoryMb / 1024) / invocations,
  };
}

/**
 * Invocations an hour since the function's last hour began, and the share of bursts in that hour;
 * zeros where there was none.
 */
export function recentRate(occasion: Occasion): { hourly: number; burstShare: number } {
  const { fleet: { hours }, row } = occasion;
  if (row === 0 || hours.functionIndex[row - 1] !== hours.functionIndex[row]) {
    return { hourly: 0, burstShare: 0 };
  }
  return {
    hourly: hours.invocations[row - 1]! / (hours.hour[row]! - hours.hour[row - 1]!),
    burstShare: hours.burstShare[row - 1]!,
  };
}

function ratio(value: number, reference: number): number {
  return Math.min(value / (2 * reference), RATIO_LIMIT);
}
