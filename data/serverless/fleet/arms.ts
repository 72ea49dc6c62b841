/**
 * The fleet end to end: all functions hour by hour through a part of the trace, placed and given
 * capacity by whatever is on trial.
 *
 * @module
 */

import { serveWithCapacity } from "./capacity.ts";
import { type Occasion, type Past, pastOf, referencePast } from "./decisions.ts";
import type { Fleet, Part } from "./fleet.ts";
import { FunctionRun } from "./function_run.ts";
import { HOUR_SECONDS } from "./hours.ts";
import { addOutcome, clearOutcome, emptyOutcome, type Outcome } from "./outcome.ts";
import type { Placement } from "./placement.ts";
import { referencePlacement } from "./profiles.ts";
import { placementReward, type Scores, scoresOf } from "./reward.ts";

/**
 * Instances for every bin of an hour, `[HOUR_BINS]`. Asked for every hour, also those without
 * invocations: what idles in them costs. Each bin's number may use what arrived before the bin.
 */
export type CapacityPlan = (
  functionIndex: number,
  hour: number,
  placement: Placement,
) => ArrayLike<number>;

/** What is on trial. */
export interface Arm {
  /** Where each of these functions runs until it is asked for again; all of one hour. */
  place(occasions: readonly Occasion[]): readonly Placement[] | Promise<readonly Placement[]>;
  /** Default: nothing is provisioned. */
  readonly capacity?: CapacityPlan;
}

/** What an arm came to. */
export interface ArmResult {
  /** Mean over decisions: each hour of a function with invocations, until the next such hour. */
  readonly meanReward: number;
  /** Means over the same. */
  readonly meanScores: Scores;
  /** Means over the decisions of each function that has any. */
  readonly byFunction: ReadonlyMap<number, Scores>;
  /** The invocations of each function. */
  readonly outcomes: ReadonlyMap<number, Outcome>;
  readonly largestReward: number;
  readonly decisions: number;
  /** All invocations together. */
  readonly outcome: Outcome;
}

/** One function in the part. */
interface Member {
  readonly f: number;
  readonly run: FunctionRun;
  /** What came since the last decision. */
  readonly outcome: Outcome;
  /** Of the decisions so far. */
  readonly scores: Scores[];
  readonly total: Outcome;
  past: Past;
  /** The next function-hour, and one past the last. */
  row: number;
  readonly lastRow: number;
}

/** Everything stays as it is at the reference placement. */
export function atReference(occasions: readonly Occasion[]): Placement[] {
  return occasions.map(({ profile }) => referencePlacement(profile));
}

/**
 * Runs a part of the trace once. Functions begin at their reference placement without instances;
 * those that the part does not invoke are left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { constantCapacity } from "./capacity_plans.ts";
 * import { fleetOf } from "./fleet.ts";
 * import { handTrace } from "./testing.ts";
 *
 * const trace = handTrace([{}], [[0, 10, 1], [0, 4000, 1]]);
 * const fleet = fleetOf(trace, { trainHours: 1, validationHours: 1 });
 * const arm = { place: atReference, capacity: constantCapacity(1) };
 * const { outcome, decisions } = await runArm(fleet, "test", arm);
 * assertEquals([decisions, outcome.coldStarts], [1, 0]);
 * ```
 */
export async function runArm(fleet: Fleet, part: Part, arm: Arm): Promise<ArmResult> {
  const { hours, profiles } = fleet;
  const [begin, end] = fleet.parts[part];
  const members = membersOf(fleet, part), total = emptyOutcome();
  let rewards = 0, largestReward = -Infinity;
  const conclude = ({ f, run, outcome, scores, total: own }: Member): Past => {
    const profile = profiles[f]!;
    const reached = scoresOf(outcome, profile.reference), reward = placementReward(reached);
    scores.push(reached);
    rewards += reward;
    largestReward = Math.max(largestReward, reward);
    addOutcome(total, outcome);
    addOutcome(own, outcome);
    const past = pastOf(outcome, run.placement, profile);
    clearOutcome(outcome);
    return past;
  };

  for (let hour = begin; hour < end; hour++) {
    const due = members.filter(({ row, lastRow }) => row < lastRow && hours.hour[row] === hour);
    for (const member of due) if (member.outcome.invocations > 0) member.past = conclude(member);
    const occasions = due.map(({ f, row, past }) => ({ fleet, profile: profiles[f]!, row, past }));
    const placements = await arm.place(occasions);
    due.forEach((member, i) => {
      member.run.place(placements[i]!, member.outcome);
      member.row++;
    });
    for (const { f, run, outcome } of members) {
      if (!arm.capacity) run.advance((hour + 1) * HOUR_SECONDS, outcome);
      else serveWithCapacity(run, arm.capacity(f, hour, run.placement), outcome);
    }
  }
  for (const member of members) {
    member.run.finish(member.outcome);
    conclude(member);
  }
  const all = members.flatMap(({ scores }) => scores);
  return {
    meanReward: rewards / all.length,
    meanScores: meanOf(all),
    byFunction: new Map(members.map(({ f, scores }) => [f, meanOf(scores)])),
    outcomes: new Map(members.map(({ f, total }) => [f, total])),
    largestReward,
    decisions: all.length,
    outcome: total,
  };
}

function meanOf(scores: readonly Scores[]): Scores {
  const mean = (of: (score: Scores) => number) =>
    scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
  return {
    cost: mean(({ cost }) => cost),
    performance: mean(({ performance }) => performance),
    carbon: mean(({ carbon }) => carbon),
    violations: mean(({ violations }) => violations),
  };
}

/** The functions of a part; their rows follow each other, a day an episode. */
function membersOf(fleet: Fleet, part: Part): Member[] {
  const { arrivals, episodes, hours, parts, profiles } = fleet;
  const rows = new Map<number, { from: number; to: number }>();
  for (const { from, to } of episodes[part]) {
    const f = hours.functionIndex[from]!;
    rows.set(f, { from: rows.get(f)?.from ?? from, to });
  }
  return Array.from(rows, ([f, { from, to }]) => {
    const run = new FunctionRun(arrivals), profile = profiles[f]!;
    const last = hours.first[to - 1]! + hours.invocations[to - 1]!;
    const now = parts[part][0] * HOUR_SECONDS;
    run.begin(profile, referencePlacement(profile), now, hours.first[from]!, last);
    const past = referencePast(profile);
    const [outcome, total] = [emptyOutcome(), emptyOutcome()];
    return { f, run, outcome, scores: [], total, past, row: from, lastRow: to };
  });
}
