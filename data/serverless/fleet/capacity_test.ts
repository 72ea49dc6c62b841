import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { rootKey } from "assay";
import { arrivalsOf } from "./arrivals.ts";
import { instancesFor, meanConcurrency, peakConcurrency, serveWithCapacity } from "./capacity.ts";
import { atReference, type CapacityPlan, runArm } from "./arms.ts";
import { concurrencyPlan, constantCapacity } from "./capacity_plans.ts";
import { type Fleet, fleetOf } from "./fleet.ts";
import { FunctionRun } from "./function_run.ts";
import { emptyOutcome } from "./outcome.ts";
import { handTrace, type Invocation, smallTrace } from "./testing.ts";

Deno.test("concurrency is what is under way, bin by bin", () => {
  // Two overlap at 30, one lasts into the third bin, the fourth bin is empty.
  const rows: Invocation[] = [[0, 12, 24], [0, 30, 120], [0, 246, 30], [0, 276, 6], [0, 999, 1]];
  const arrivals = arrivalsOf(handTrace([{}], rows));
  assertEquals([...peakConcurrency(arrivals, 0, 6)], [2, 1, 1, 0, 1, 0]);
  const mean = meanConcurrency(arrivals, 0, 6);
  [0.9, 1, 0.5, 0, 0.6, 0].forEach((load, bin) => assertAlmostEquals(mean[bin]!, load, 1e-12));
});

Deno.test("`instancesFor()` grows with the load and stays within the limit", () => {
  let last = 0;
  for (let load = 0; load < 500; load += 0.5) {
    const instances = instancesFor(load, 0.6);
    assert(instances >= last && instances <= Math.max(load, 1) && instances <= 100);
    assert(instancesFor(load, 0.01) >= instances);
    last = instances;
  }
  assertEquals([instancesFor(NaN, 0.6), instancesFor(-1, 0.6)], [0, 0]);
});

Deno.test("`serveWithCapacity()` spares cold starts where capacity is planned", () => {
  const fleet = fleetOf(handTrace([{}], [[0, 70, 5], [0, 71, 5]]), {
    trainHours: 1,
    validationHours: 1,
  });
  const colds = [[0, 0], [0, 1], [0, 2], [2, 0]].map((capacity) => {
    const outcome = emptyOutcome(), run = new FunctionRun(fleet.arrivals);
    run.begin(fleet.profiles[0]!, { provider: 0, region: 0, memoryMb: 512 }, 0, 0, 2);
    serveWithCapacity(run, capacity, outcome);
    assertEquals([run.now, outcome.invocations], [120, 2]);
    assertEquals(outcome.provisionedGbSeconds, (capacity[0]! + capacity[1]!) * 60 / 2);
    return outcome.coldStarts;
  });
  // Released after the first minute, two stay for the keep-alive time.
  assertEquals(colds, [2, 1, 0, 0]);
});

/** A plan at the reference placement on the test part. */
async function planned(fleet: Fleet, capacity: CapacityPlan) {
  return (await runArm(fleet, "test", { place: atReference, capacity })).outcome;
}

Deno.test("capacity that is in use costs less than none, capacity that idles costs more", async () => {
  // One invocation of 50 s a minute.
  const busy = Array.from({ length: 120 }, (_, i): Invocation => [0, 60 * i + 1, 50]);
  const fleet = fleetOf(handTrace([{}], busy), { trainHours: 1, validationHours: 1 });
  const [none, one, two] = await Promise.all(
    [0, 1, 2].map(async (instances) => (await planned(fleet, constantCapacity(instances))).costUsd),
  );
  assert(one! < none! && none! < two!);
  // An hour of one instance at half a GB, and its use at 7 / 12 of the price.
  const seconds = 3600 / 4 + 60 * 50 * 7 / 12;
  assertAlmostEquals(one!, 60 * 2e-7 + seconds / 2 * 1.66667e-5, 1e-12);
});

Deno.test("a plan that knows the peak leaves no cold start at the traced memory", async () => {
  const split = { trainHours: 24, validationHours: 36 };
  const fleet = fleetOf(smallTrace(rootKey(9).key("trace"), 20, 2), split);
  const known = await planned(fleet, concurrencyPlan(fleet, "peak", "this"));
  const none = await planned(fleet, constantCapacity(0));
  assertEquals(known.invocations, none.invocations);
  assertEquals(known.coldStarts, 0);
  assert(none.coldStarts > 0 && none.provisionedGbSeconds === 0);
});
