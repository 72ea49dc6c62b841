import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { constantPolicy, randomPolicy, rootKey } from "assay";
import { ANYWHERE } from "./anywhere.ts";
import { atReference, runArm } from "./arms.ts";
import { fleetOf } from "./fleet.ts";
import {
  among,
  atProvidersOf,
  bestConstants,
  byFunctionPlacer,
  isKnown,
  layeredPlacer,
  placedWhere,
  type Placer,
  placerOf,
  servedForLess,
  trainConstants,
} from "./placers.ts";
import type { Placement } from "./placement.ts";
import { referencePlacement } from "./profiles.ts";
import { placementReward } from "./reward.ts";
import { STRATEGIC } from "./strategic.ts";
import { handTrace, smallTrace } from "./testing.ts";

const fleet = fleetOf(smallTrace(rootKey(4).key("trace"), 25, 2), {
  trainHours: 24,
  validationHours: 30,
});
const constants = await trainConstants(fleet);

Deno.test("all placers meet the same invocations and decisions", async () => {
  const { overall, byFunction } = bestConstants(fleet, constants);
  const placers: Placer[] = [
    placerOf(ANYWHERE, randomPolicy(rootKey(1), ANYWHERE.actions)),
    placerOf(ANYWHERE, constantPolicy(overall)),
    byFunctionPlacer(byFunction),
    placerOf(STRATEGIC, constantPolicy(1)),
    layeredPlacer(constantPolicy(2), constantPolicy(7)),
  ];
  const met = new Set<string>();
  for (const place of placers) {
    const { outcome, decisions } = await runArm(fleet, "test", { place });
    met.add(`${outcome.invocations} ${decisions}`);
  }
  assertEquals(met.size, 1);
});

Deno.test("`layeredPlacer()` of constants is the constant of both", async () => {
  const layered = layeredPlacer(constantPolicy(2), constantPolicy(7));
  const both = placerOf(ANYWHERE, constantPolicy(2 * 24 + 7));
  assertEquals(
    (await runArm(fleet, "test", { place: layered })).meanReward,
    (await runArm(fleet, "test", { place: both })).meanReward,
  );
});

Deno.test("`placedWhere()` asks another for whom training does not know", async () => {
  // The second function is invoked in the test part only.
  const trace = handTrace([{}, {}], [[0, 10, 1], [0, 7210, 1], [1, 7220, 1]]);
  const small = fleetOf(trace, { trainHours: 1, validationHours: 2 });
  const placed: Placement[] = [];
  const placer = placedWhere(isKnown, placerOf(ANYWHERE, constantPolicy(71)), atReference);
  await runArm(small, "test", {
    async place(occasions) {
      const placements = await placer(occasions);
      placed.push(...placements);
      return placements;
    },
  });
  const [known, unknown] = small.profiles;
  assertEquals(placed, [ANYWHERE.placement(known!, 71), referencePlacement(unknown!)]);
});

Deno.test("`servedForLess()` hands over what then costs less and breaks no more than before", async () => {
  const arm = (action: number): Placer => placerOf(ANYWHERE, constantPolicy(action));
  const [before, tried] = [arm(25), arm(3)];
  const run = (place: Placer) => runArm(fleet, "validation", { place });
  const than = await run(before), by = await run(tried);
  const chosen = servedForLess(by, than);
  const { outcome, outcomes } = await run(placedWhere(among(chosen), tried, before));
  assert(outcome.costUsd < than.outcome.costUsd);
  assert(outcome.violations <= than.outcome.violations);
  // Functions do not meet: each is as in the arm that it was given to.
  for (const [f, own] of outcomes) {
    const same = [by, than].some((arm) => arm.outcomes.get(f)!.costUsd === own.costUsd);
    assert(same, `function ${f}`);
  }
});

Deno.test("`atProvidersOf()` is the fleet with the provider that each function got most", async () => {
  const { profiles } = await atProvidersOf(fleet, constantPolicy(2));
  fleet.profiles.forEach((profile, f) => {
    const { provider, ...rest } = profiles[f]!, { provider: traced, ...same } = profile;
    assertEquals(provider, profile.invocations > 0 ? 2 : traced);
    assertEquals(rest, same);
  });
});

Deno.test("`bestConstants()` are best in training, for each function and for all", async () => {
  const { overall, byFunction } = bestConstants(fleet, constants);
  const rewards = constants.map(({ meanReward }) => meanReward);
  assertEquals(rewards[overall], Math.max(...rewards));
  const { byFunction: reached } = await runArm(fleet, "train", {
    place: byFunctionPlacer(byFunction),
  });
  for (const [f, scores] of reached) {
    const best = Math.max(
      ...constants.map(({ byFunction }) => placementReward(byFunction.get(f)!)),
    );
    assertAlmostEquals(placementReward(scores), best, 1e-12);
  }
});

Deno.test("`bestConstants()` break fewer limits the more a violation costs", async () => {
  const violations: number[] = [];
  for (const penalty of [0, 2, 20]) {
    const { byFunction } = bestConstants(fleet, constants, penalty);
    const place = byFunctionPlacer(byFunction);
    violations.push((await runArm(fleet, "train", { place })).meanScores.violations);
  }
  assert(violations[0]! > violations[1]! && violations[1]! >= violations[2]!);
});
