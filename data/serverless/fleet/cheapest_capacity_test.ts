import { assert, assertEquals } from "@std/assert";
import { constantPolicy, rootKey } from "assay";
import { ANYWHERE } from "./anywhere.ts";
import { runArm } from "./arms.ts";
import { concurrencyPlan, constantCapacity } from "./capacity_plans.ts";
import { cheapestPlan } from "./cheapest_capacity.ts";
import { fleetOf } from "./fleet.ts";
import { placerOf } from "./placers.ts";
import { handTrace, smallTrace } from "./testing.ts";

Deno.test("`cheapestPlan()` saves where others lose", async () => {
  const split = { trainHours: 24, validationHours: 30 };
  const fleet = fleetOf(smallTrace(rootKey(5).key("trace"), 25, 2), split);
  for (const action of [2, 8 + 24]) {
    const cost = async (capacity = constantCapacity(0)) => {
      const place = placerOf(ANYWHERE, constantPolicy(action));
      return (await runArm(fleet, "test", { place, capacity })).outcome.costUsd;
    };
    const none = await cost(), cheapest = await cost(cheapestPlan(fleet));
    assert(cheapest < none);
    assert(cheapest < await cost(concurrencyPlan(fleet, "worth", "this")));
    assert(cheapest < await cost(constantCapacity(1)));
  }
});

Deno.test("`cheapestPlan()` knows who is still under way from the hour before", () => {
  // The first runs until 3,700 s; the second, beside it, is the one that a second instance would serve.
  const trace = handTrace([{}], [[0, 3400, 300], [0, 3601, 59]]);
  const fleet = fleetOf(trace, { trainHours: 2, validationHours: 2 });
  const placement = { provider: 0, region: 0, memoryMb: 512 };
  // 59 s of the second do not pay for both instances, 60 s of each.
  assertEquals(cheapestPlan(fleet)(0, 1, placement)[0], 0);
  const alone = fleetOf(handTrace([{}], [[0, 3601, 59]]), { trainHours: 2, validationHours: 2 });
  assertEquals(cheapestPlan(alone)(0, 1, placement)[0], 1);
});
