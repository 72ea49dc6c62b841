/**
 * Ways to place the functions of an hour: policies, alone or one upon the other, and constants.
 *
 * @module
 */

import { constantPolicy, type Policy } from "assay";
import { PROVIDERS } from "../invocation_trace.ts";
import { ANYWHERE } from "./anywhere.ts";
import { type Arm, type ArmResult, runArm } from "./arms.ts";
import type { DecisionProblem, Occasion } from "./decisions.ts";
import type { Fleet } from "./fleet.ts";
import { highest } from "./highest.ts";
import { type Scores, VIOLATION_PENALTY, weightedScore } from "./reward.ts";
import { STRATEGIC } from "./strategic.ts";
import { observeTactical, TACTICAL, tacticalPlacement } from "./tactical.ts";

/** Where an arm's functions run. */
export type Placer = Arm["place"];

/** As a policy of a decision problem says. */
export function placerOf(problem: DecisionProblem, policy: Policy): Placer {
  const decide = decisionsOf(policy);
  return async (occasions) => {
    const states = statesOf(problem.stateSize, occasions, problem.observe);
    const actions = await decide(states, occasions.length);
    return occasions.map(({ profile }, i) => problem.placement(profile, actions[i]!));
  };
}

/**
 * Provider by the strategic policy; region and memory by the tactical one, which is told the provider.
 *
 * @example
 * ```ts
 * import { constantPolicy } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { runArm } from "./arms.ts";
 * import { fleetOf } from "./fleet.ts";
 * import { handTrace } from "./testing.ts";
 *
 * const trace = handTrace([{}], [[0, 10, 1], [0, 4000, 1]]);
 * const fleet = fleetOf(trace, { trainHours: 1, validationHours: 1 });
 * // What the tactical policy sees of the clouds: the third is chosen.
 * let clouds = new Float32Array();
 * const tactical = (states: Float32Array) => {
 *   clouds = states.slice(7, 10);
 *   return Int32Array.of(0);
 * };
 * await runArm(fleet, "test", { place: layeredPlacer(constantPolicy(2), tactical) });
 * assertEquals(clouds, Float32Array.of(0, 0, 1));
 * ```
 */
export function layeredPlacer(strategic: Policy, tactical: Policy): Placer {
  const chooseProvider = decisionsOf(strategic), chooseRest = decisionsOf(tactical);
  return async (occasions) => {
    const { length } = occasions;
    const above = statesOf(STRATEGIC.stateSize, occasions, STRATEGIC.observe);
    const providers = await chooseProvider(above, length);
    const told = statesOf(
      TACTICAL.stateSize,
      occasions,
      (occasion, into, at, i) => observeTactical(occasion, providers[i]!, into, at),
    );
    const actions = await chooseRest(told, length);
    return occasions.map((_, i) => tacticalPlacement(providers[i]!, actions[i]!));
  };
}

/** Whether a function is one that the caller has in mind, told by an occasion of it. */
export type Chosen = (occasion: Occasion) => boolean;

/** As one placer says for the functions chosen, as another does for the rest. */
export function placedWhere(chosen: Chosen, place: Placer, otherwise: Placer): Placer {
  return async (occasions) => {
    const first = await place(occasions), second = await otherwise(occasions);
    return occasions.map((occasion, i) => (chosen(occasion) ? first : second)[i]!);
  };
}

/**
 * Functions that the training part knows. What a state says of others is made up, and no policy has learned from one
 * like them.
 */
export function isKnown({ profile }: Occasion): boolean {
  return profile.invocations > 0;
}

/** The functions of a set, by their indices. */
export function among(functions: ReadonlySet<number>): Chosen {
  return (occasion) => functions.has(functionOf(occasion));
}

/**
 * The functions that one arm served for less than another did, without breaking more of their limits.
 *
 * @param by The arm on probation.
 * @param than The arm that it is to replace, on the same part.
 */
export function servedForLess(by: ArmResult, than: ArmResult): Set<number> {
  const served = new Set<number>();
  for (const [f, { violations, costUsd }] of by.outcomes) {
    const other = than.outcomes.get(f);
    if (other && violations <= other.violations && costUsd < other.costUsd) served.add(f);
  }
  return served;
}

/**
 * The fleet as a strategic policy leaves it to the tactical layer: each function at the provider that it was given
 * most often in the training part, and where it was traced if it does not occur there.
 */
export async function atProvidersOf(fleet: Fleet, strategic: Policy): Promise<Fleet> {
  const given = fleet.profiles.map(() => PROVIDERS.map(() => 0));
  const placer = placerOf(STRATEGIC, strategic);
  await runArm(fleet, "train", {
    async place(occasions) {
      const placements = await placer(occasions);
      placements.forEach(({ provider }, i) => given[functionOf(occasions[i]!)]![provider]!++);
      return placements;
    },
  });
  const profiles = fleet.profiles.map((profile, f) =>
    given[f]!.some((times) => times > 0) ? { ...profile, provider: highest(given[f]!)! } : profile
  );
  return { ...fleet, profiles };
}

/** Each function where a list of actions of `ANYWHERE`, by function, puts it. */
export function byFunctionPlacer(actions: ArrayLike<number>): Placer {
  return (occasions) =>
    occasions.map((occasion) =>
      ANYWHERE.placement(occasion.profile, actions[functionOf(occasion)]!)
    );
}

/** What each action of `ANYWHERE` comes to on the training part when nothing ever moves. */
export async function trainConstants(fleet: Fleet): Promise<readonly ArmResult[]> {
  const results: ArmResult[] = [];
  for (let action = 0; action < ANYWHERE.actions; action++) {
    const place = placerOf(ANYWHERE, constantPolicy(action));
    results.push(await runArm(fleet, "train", { place }));
  }
  return results;
}

/** Actions of `ANYWHERE` that never change. */
export interface BestConstants {
  /** The same for all functions. */
  readonly overall: number;
  /** One for each. */
  readonly byFunction: readonly number[];
}

/**
 * The constants with the highest mean reward, the first of equals. A function that the training part lacks gets the
 * one that is best for all.
 *
 * @param constants Of {@linkcode trainConstants}.
 * @param penalty What a violation is taken to cost. Default: as in the reward.
 */
export function bestConstants(
  { profiles }: Fleet,
  constants: readonly ArmResult[],
  penalty = VIOLATION_PENALTY,
): BestConstants {
  const worth = (scores: Scores | undefined) =>
    scores === undefined ? NaN : weightedScore(scores) - penalty * scores.violations;
  const overall = highest(constants.map(({ meanScores }) => worth(meanScores)))!;
  const own = (f: number) => highest(constants.map(({ byFunction }) => worth(byFunction.get(f))));
  return { overall, byFunction: profiles.map((_, f) => own(f) ?? overall) };
}

function functionOf({ fleet, row }: Occasion): number {
  return fleet.hours.functionIndex[row]!;
}

/** Asks a policy, unless there is nobody to ask for. */
function decisionsOf(policy: Policy) {
  let step = 0;
  return async (states: Float32Array<ArrayBuffer>, count: number) =>
    count === 0 ? new Int32Array(0) : await policy(states, count, step++);
}

function statesOf(
  size: number,
  occasions: readonly Occasion[],
  observe: (occasion: Occasion, into: Float32Array, at: number, i: number) => void,
): Float32Array<ArrayBuffer> {
  const states = new Float32Array(size * occasions.length);
  occasions.forEach((occasion, i) => observe(occasion, states, i * size, i));
  return states;
}
