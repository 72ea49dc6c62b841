import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { constantPolicy, rootKey } from "assay";
import { atReference, runArm } from "./arms.ts";
import { constantCapacity } from "./capacity_plans.ts";
import type { Occasion } from "./decisions.ts";
import { evaluate } from "./evaluation.ts";
import { fleetOf } from "./fleet.ts";
import { placementReward, REWARD_BOUNDS } from "./reward.ts";
import { STRATEGIC } from "./strategic.ts";
import { handTrace, smallTrace } from "./testing.ts";

const split = { trainHours: 24, validationHours: 30 };
const fleet = fleetOf(smallTrace(rootKey(12).key("trace"), 25, 2), split);

Deno.test("`runArm()` serves all of a part once and asks for every function-hour", async () => {
  for (const part of ["train", "validation", "test"] as const) {
    const asked: number[] = [];
    const { outcome, decisions } = await runArm(fleet, part, {
      place(occasions) {
        asked.push(...occasions.map(({ row }) => row));
        return atReference(occasions);
      },
    });
    const rows = fleet.episodes[part].flatMap(({ from, to }) =>
      Array.from({ length: to - from }, (_, i) => from + i)
    );
    assertEquals(asked.sort((a, b) => a - b), rows);
    assertEquals(decisions, rows.length);
    assertEquals(
      outcome.invocations,
      rows.reduce((sum, row) => sum + fleet.hours.invocations[row]!, 0),
    );
  }
});

Deno.test("`runArm()` on a single day gives the rewards of the environment", async () => {
  // The environment begins every day anew; here both have one day only.
  for (const action of [0, 1, 2]) {
    const place = (occasions: readonly Occasion[]) =>
      occasions.map(({ profile }) => STRATEGIC.placement(profile, action));
    const arm = await runArm(fleet, "test", { place });
    const alone = await evaluate(fleet, STRATEGIC, "test", constantPolicy(action));
    assertEquals(arm.decisions, alone.decisions);
    assertAlmostEquals(arm.meanReward, alone.meanReward, 1e-6);
  }
});

Deno.test("`runArm()` without capacity is the same as with a capacity of none", async () => {
  const without = await runArm(fleet, "test", { place: atReference });
  const none = await runArm(fleet, "test", { place: atReference, capacity: constantCapacity(0) });
  assertEquals(none.outcome.latencies, without.outcome.latencies);
  assertEquals(none.outcome.coldStarts, without.outcome.coldStarts);
  assertAlmostEquals(none.outcome.costUsd, without.outcome.costUsd, 1e-12);
  assertAlmostEquals(none.outcome.idleGbSeconds / without.outcome.idleGbSeconds, 1, 1e-9);
});

Deno.test("`runArm()` charges what is provisioned in hours without invocations", async () => {
  const trace = handTrace([{}], [[0, 10, 1], [0, 4000, 1], [0, 20_000, 1]]);
  const small = fleetOf(trace, { trainHours: 1, validationHours: 1 });
  const arm = { place: atReference, capacity: constantCapacity(1) };
  const { outcome, decisions } = await runArm(small, "test", arm);
  assertEquals([decisions, outcome.coldStarts], [2, 0]);
  assertEquals(outcome.provisionedGbSeconds, 5 * 3600 / 2);
  assert(outcome.costUsd > 9000 * 4e-6);
});

Deno.test("`runArm()` rewards within the bound, as the scores of all decisions say", async () => {
  const { meanReward, meanScores, byFunction, largestReward } = await runArm(fleet, "test", {
    place: atReference,
  });
  assertAlmostEquals(meanReward, placementReward(meanScores), 1e-12);
  assert(largestReward > meanReward && largestReward <= REWARD_BOUNDS.high);
  const invoked = fleet.episodes.test.map(({ from }) => fleet.hours.functionIndex[from]!);
  assertEquals(new Set(byFunction.keys()), new Set(invoked));
});
