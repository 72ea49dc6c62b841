/**
 * Capacity plans on a whole part of a trace, at every function's reference placement: what a
 * forecaster's plan is to be read against.
 *
 * @module
 */

import {
  CAPACITY_BIN_SECONDS,
  instancesFor,
  meanConcurrency,
  peakConcurrency,
  serveWithCapacity,
} from "./capacity.ts";
import type { Episode, Fleet, Part } from "./fleet.ts";
import { FunctionRun } from "./function_run.ts";
import { HOUR_SECONDS } from "./hours.ts";
import { addOutcome, emptyOutcome, type Outcome } from "./outcome.ts";
import type { Placement } from "./placement.ts";
import { type FunctionProfile, referencePlacement } from "./profiles.ts";
import { WORTH_SHARE } from "./providers.ts";
import { placementReward, scoresOf } from "./reward.ts";

/** A stretch of bins in which a function is to be given capacity. */
export interface CapacityStretch {
  readonly functionIndex: number;
  /** The first bin, counted from the trace's first midnight. */
  readonly firstBin: number;
  readonly bins: number;
  /** The function's rows of the fleet's arrivals in the stretch. */
  readonly first: number;
  readonly last: number;
}

/** Instances for every bin of a stretch, `[bins]`. */
export type CapacityPlan = (stretch: CapacityStretch) => ArrayLike<number>;

/** Bins of {@linkcode CAPACITY_BIN_SECONDS} in an hour. */
const HOUR_BINS = HOUR_SECONDS / CAPACITY_BIN_SECONDS;

/** What a plan came to. */
export interface CapacityEvaluation {
  /** Mean over function-days of the reward of the whole day. */
  readonly meanReward: number;
  readonly days: number;
  /** All invocations together. */
  readonly outcome: Outcome;
}

/**
 * Serves every function-day of a part by a plan, from the first to the last hour with invocations.
 *
 * @param placementOf Where functions run. Default: their reference placement.
 */
export function evaluateCapacity(
  fleet: Fleet,
  part: Part,
  plan: CapacityPlan,
  placementOf: (profile: FunctionProfile) => Placement = referencePlacement,
): CapacityEvaluation {
  const total = emptyOutcome();
  const run = new FunctionRun(fleet.arrivals);
  let rewards = 0;
  for (const episode of fleet.episodes[part]) {
    const stretch = stretchOf(fleet, episode);
    const profile = fleet.profiles[stretch.functionIndex]!;
    const outcome = emptyOutcome();
    const now = stretch.firstBin * CAPACITY_BIN_SECONDS;
    run.begin(profile, placementOf(profile), now, stretch.first, stretch.last);
    serveWithCapacity(run, plan(stretch), CAPACITY_BIN_SECONDS, outcome);
    run.finish(outcome);
    rewards += placementReward(scoresOf(outcome, profile.reference));
    addOutcome(total, outcome);
  }
  const days = fleet.episodes[part].length;
  return { meanReward: rewards / days, days, outcome: total };
}

/** The same number of instances always. */
export function constantCapacity(instances: number): CapacityPlan {
  return ({ bins }) => new Uint16Array(bins).fill(instances);
}

/**
 * As many as the bin itself or the bin before has use for: at its peak, or for so much of its time that
 * it pays. Durations are those of the trace.
 */
export function concurrencyPlan(
  { arrivals }: Fleet,
  which: "peak" | "worth",
  when: "this" | "last",
): CapacityPlan {
  return ({ first, last, firstBin, bins }) => {
    const begin = firstBin * CAPACITY_BIN_SECONDS,
      of = [begin, bins, CAPACITY_BIN_SECONDS] as const;
    const wanted = which === "peak"
      ? peakConcurrency(arrivals, first, last, ...of)
      : meanConcurrency(arrivals, first, last, ...of).map((load) =>
        instancesFor(load, WORTH_SHARE)
      );
    return when === "this" ? wanted : wanted.map((_, bin) => wanted[bin - 1] ?? 0);
  };
}

function stretchOf({ hours }: Fleet, { from, to }: Episode): CapacityStretch {
  const firstBin = hours.hour[from]! * HOUR_BINS;
  return {
    functionIndex: hours.functionIndex[from]!,
    firstBin,
    bins: (hours.hour[to - 1]! + 1) * HOUR_BINS - firstBin,
    first: hours.first[from]!,
    last: hours.first[to - 1]! + hours.invocations[to - 1]!,
  };
}
