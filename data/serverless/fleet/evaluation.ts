/**
 * Policies on a whole part of a trace, each episode once, and the references that a learned policy
 * is to be read against.
 *
 * @module
 */

import { constantPolicy, type Key, type Policy, randomPolicy } from "assay";
import type { DecisionProblem } from "./decisions.ts";
import type { Fleet, Part } from "./fleet.ts";
import { highest } from "./highest.ts";
import { addOutcome, emptyOutcome, type Outcome } from "./outcome.ts";
import { PlacementEnvironment } from "./placement_environment.ts";

/** A {@linkcode Policy} that may also look at the environments themselves; any plain one is one of these. */
export type FleetPolicy = (
  ...asked: [...Parameters<Policy>, environment: PlacementEnvironment]
) => ReturnType<Policy>;

/** What a policy reached. */
export interface Evaluation {
  /** Mean over decisions; each hour of a function counts the same, however often it is invoked. */
  readonly meanReward: number;
  readonly decisions: number;
  /** How often each action was chosen. */
  readonly chosen: readonly number[];
  /** Mean reward of each function; NaN of those without a decision. */
  readonly byFunction: Float64Array;
  /** All invocations together. */
  readonly outcome: Outcome;
}

/** Environments that play side by side. */
const WIDTH = 128;

/** Plays every episode of a part once. */
export async function evaluate(
  fleet: Fleet,
  problem: DecisionProblem,
  part: Part,
  policy: FleetPolicy,
): Promise<Evaluation> {
  const environment = new PlacementEnvironment(fleet, problem, { part, count: WIDTH });
  const states = new Float32Array(WIDTH * problem.stateSize);
  const rewards = new Float32Array(WIDTH), dones = new Uint8Array(WIDTH);
  const chosen = new Array<number>(problem.actions).fill(0);
  const sums = new Float64Array(fleet.profiles.length), decided = new Uint32Array(sums.length);
  const slots = Array.from(dones, (_, i) => i), episodes = fleet.episodes[part].length;
  const outcome = emptyOutcome();
  let sum = 0, decisions = 0;
  for (let step = 0;; step++) {
    // What begins after the last episode repeats the first.
    const counting = slots.filter((i) => environment.episodeOf(i) < episodes);
    if (counting.length === 0) break;
    const functions = slots.map((i) => environment.functionOf(i));
    environment.observe(states);
    const actions = await policy(states, WIDTH, step, environment);
    environment.step(actions, rewards, dones);
    for (const i of counting) {
      sum += rewards[i]!;
      decisions++;
      chosen[actions[i]!]!++;
      sums[functions[i]!]! += rewards[i]!;
      decided[functions[i]!]!++;
      addOutcome(outcome, environment.outcomeOf(i));
    }
  }
  return {
    meanReward: sum / decisions,
    decisions,
    chosen,
    byFunction: sums.map((total, f) => total / decided[f]!),
    outcome,
  };
}

/** The same action for a function everywhere. */
export function byFunctionPolicy(actionOf: ArrayLike<number>): FleetPolicy {
  return (_states, count, _step, environment) =>
    Int32Array.from({ length: count }, (_, i) => actionOf[environment.functionOf(i)]!);
}

/** Sees the hour that is to come: the action with the best reward in it, the first of equals. */
export function myopicOracle(
  ...[_states, count, _step, environment]: Parameters<FleetPolicy>
): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => {
    const rewards = Array.from(
      { length: environment.actions },
      (_, action) => environment.rewardOf(i, action),
    );
    return highest(rewards)!;
  });
}

/** What is reached on one part without learning. */
export interface PlacementReferences {
  readonly random: Evaluation;
  /** Each action always. */
  readonly constants: readonly Evaluation[];
  /** The action that is best on this part when it is always taken, in hindsight. */
  readonly bestAction: number;
  /** Each function's best constant of the training part; the best of all where it has none. */
  readonly lookup: Evaluation;
  readonly oracle: Evaluation;
}

/**
 * The references of a problem on a part.
 *
 * @param trained Each action always on the training part, as {@linkcode evaluateConstants} has it.
 */
export async function placementReferences(
  fleet: Fleet,
  problem: DecisionProblem,
  part: Part,
  key: Key,
  trained: readonly Evaluation[],
): Promise<PlacementReferences> {
  const constants = await evaluateConstants(fleet, problem, part);
  const overall = bestConstant(trained);
  const bestActions = fleet.profiles.map((_, f) =>
    highest(trained.map(({ byFunction }) => byFunction[f]!)) ?? overall
  );
  return {
    random: await evaluate(fleet, problem, part, randomPolicy(key, problem.actions)),
    constants,
    bestAction: bestConstant(constants),
    lookup: await evaluate(fleet, problem, part, byFunctionPolicy(bestActions)),
    oracle: await evaluate(fleet, problem, part, myopicOracle),
  };
}

/** Each action always, on one part. */
export async function evaluateConstants(
  fleet: Fleet,
  problem: DecisionProblem,
  part: Part,
): Promise<Evaluation[]> {
  const constants: Evaluation[] = [];
  for (let action = 0; action < problem.actions; action++) {
    constants.push(await evaluate(fleet, problem, part, constantPolicy(action)));
  }
  return constants;
}

/** The action that is best when it is always taken. */
export function bestConstant(constants: readonly Evaluation[]): number {
  return highest(constants.map(({ meanReward }) => meanReward))!;
}
