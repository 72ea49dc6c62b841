/**
 * Prints what policies that learn nothing reach on the three decision problems:
 *
 * ```sh
 * deno run data/serverless/fleet/references.ts
 * ```
 *
 * @module
 */

import { type Key, rootKey } from "assay";
import { invocationTrace } from "../generate.ts";
import { PROVIDERS, REGIONS } from "../invocation_trace.ts";
import { atReference, type CapacityPlan, runArm } from "./arms.ts";
import { concurrencyPlan, constantCapacity } from "./capacity_plans.ts";
import type { DecisionProblem } from "./decisions.ts";
import {
  evaluateConstants,
  type Evaluation,
  type PlacementReferences,
  placementReferences,
} from "./evaluation.ts";
import { type Fleet, fleetOf, hourSplit } from "./fleet.ts";
import { latencyQuantile, utilisation } from "./outcome.ts";
import { STRATEGIC } from "./strategic.ts";
import { TACTICAL, tacticalPlacement } from "./tactical.ts";

async function main(): Promise<void> {
  const trace = invocationTrace(rootKey(1).key("trace"));
  const fleet = fleetOf(trace, hourSplit(14));
  print(
    `${trace.functionIndex.length} invocations of ${trace.functions.length} functions, ` +
      `${fleet.hours.hour.length} function-hours`,
  );
  await printReferences(fleet, rootKey(1).key("random"));
}

/** Prints the references of a fleet's test part. */
export async function printReferences(fleet: Fleet, key: Key): Promise<void> {
  const on = async (problem: DecisionProblem) => {
    const trained = await evaluateConstants(fleet, problem, "train");
    return await placementReferences(fleet, problem, "test", key.key(problem.name), trained);
  };
  const [strategic, tactical] = [await on(STRATEGIC), await on(TACTICAL)];
  printPlacement("strategic", strategic, (action) => PROVIDERS[action]!);
  printPlacement("tactical", tactical, (action) => {
    const { region, memoryMb } = tacticalPlacement(0, action);
    return `${REGIONS[region]} ${memoryMb} MB`;
  });
  await printCapacity(fleet);
}

function printPlacement(
  title: string,
  references: PlacementReferences,
  name: (action: number) => string,
): void {
  const { random, constants, bestAction, lookup, oracle } = references;
  const row = (what: string, { meanReward }: Evaluation, note = "") =>
    print(
      `  ${what.padEnd(28)}${meanReward.toFixed(4).padStart(8)}  regret ${
        (oracle.meanReward - meanReward).toFixed(4)
      }${note}`,
    );
  print(`\n${title}: mean reward of ${oracle.decisions} decisions`);
  row("random", random);
  constants.forEach((value, action) =>
    row(name(action), value, `  chosen by the oracle ${oracle.chosen[action]}`)
  );
  row("best constant", constants[bestAction]!);
  row("each function's best of train", lookup);
  row("myopic oracle", oracle);
}

async function printCapacity(fleet: Fleet): Promise<void> {
  const plans: [name: string, plan: CapacityPlan][] = [
    ["none", constantCapacity(0)],
    ["one always", constantCapacity(1)],
    ["peak of the last minute", concurrencyPlan(fleet, "peak", "last")],
    ["peak of this minute", concurrencyPlan(fleet, "peak", "this")],
    ["worth by the last minute", concurrencyPlan(fleet, "worth", "last")],
    ["worth by this minute", concurrencyPlan(fleet, "worth", "this")],
  ];
  print("\noperational: at the reference placement, minute by minute");
  for (const [name, plan] of plans) {
    const arm = { place: atReference, capacity: plan };
    const { meanReward, outcome } = await runArm(fleet, "test", arm);
    const share = (count: number) => (100 * count / outcome.invocations).toFixed(3);
    print(
      `  ${name.padEnd(28)}${meanReward.toFixed(4).padStart(8)}  USD ${
        outcome.costUsd.toFixed(4)
      }` +
        `  cold ${share(outcome.coldStarts)} %  late ${share(outcome.violations)} %` +
        `  P99 ${latencyQuantile(outcome, 0.99).toFixed(3)} s  used ${
          utilisation(outcome).toFixed(4)
        }`,
    );
  }
}

function print(line: string): void {
  // deno-lint-ignore no-console -- printing is what this command is for
  console.log(line);
}

if (import.meta.main) await main();
