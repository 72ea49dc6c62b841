import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { rootKey } from "assay";
import { arrivalsOf } from "./arrivals.ts";
import { fleetOf } from "./fleet.ts";
import { FunctionRun } from "./function_run.ts";
import { functionHours } from "./hours.ts";
import { emptyOutcome } from "./outcome.ts";
import { referencePlacement } from "./profiles.ts";
import { handTrace, smallTrace } from "./testing.ts";

Deno.test("`arrivalsOf()` orders by function and arrival, in seconds", () => {
  // The long one ends last but arrives first; the first of the other begins before midnight.
  const arrivals = arrivalsOf(
    handTrace([{}, {}], [[0, 10, 100], [0, 20, 1], [1, -5, 8], [0, 15, 2]]),
  );
  assertEquals([...arrivals.offsets], [0, 3, 4]);
  assertEquals([...arrivals.seconds], [10, 15, 20, 0]);
  assertEquals([...arrivals.durations], [100, 2, 1, 8]);
});

Deno.test("`functionHours()` lists hours with invocations and their bursts", () => {
  const trace = handTrace([{}, {}], [
    [0, 3599.99, 1],
    [0, 3600, 1],
    [0, 3605, 1],
    [0, 90_000, 1],
    [1, 7200, 1],
  ]);
  const hours = functionHours(arrivalsOf(trace));
  assertEquals([...hours.functionIndex], [0, 0, 0, 1]);
  assertEquals([...hours.hour], [0, 1, 25, 2]);
  assertEquals([...hours.first], [0, 1, 3, 4]);
  assertEquals([...hours.invocations], [1, 2, 1, 1]);
  // 3600 follows 3599.99 across the hour.
  assertEquals([...hours.burstShare], [0, 0.5, 0, 0]);
});

Deno.test("`fleetOf()` profiles from the training part alone", () => {
  const functions = [{ memoryMb: 1024 }, { memoryMb: 512, homeRegion: 2 }, {}];
  const train = [[0, 100, 2], [0, 200, 4], [1, 50, 1]] as const;
  const fleet = fleetOf(handTrace(functions, [...train, [0, 4000, 500], [2, 5000, 9]]), {
    trainHours: 1,
    validationHours: 1,
  });
  const [first, second, unseen] = fleet.profiles;
  assertEquals([first!.meanSeconds, first!.stdSeconds, first!.slaSeconds], [3, 1, 7]);
  // Two requests, 6 s at 1 GB.
  assertAlmostEquals(first!.reference.costUsd, (2 * 2e-7 + 6 * 1.66667e-5) / 2, 1e-15);
  assertEquals([first!.reference.coldStarts, second!.reference.coldStarts], [0.5, 1]);
  assertEquals(second!.homeRegion, 2);
  // Means of the known are 1 and 3; the upper of the two stands for the unknown.
  assertEquals([unseen!.invocations, unseen!.meanSeconds], [0, 3]);
  assertEquals(fleet.largest, { invocations: 2, seconds: 3 });
  assertEquals(fleet.episodes.test.map(({ from, to }) => to - from), [1, 1]);
  assertThrows(
    () => fleetOf(handTrace([{}], [[0, 5000, 1]]), { trainHours: 1, validationHours: 1 }),
    RangeError,
    "none is invoked",
  );
});

Deno.test("`fleetOf()` puts every function-hour into one episode of its part", () => {
  const split = { trainHours: 40, validationHours: 50 };
  const fleet = fleetOf(smallTrace(rootKey(5), 30, 3), split);
  const { hour, functionIndex } = fleet.hours;
  const seen = new Uint8Array(hour.length);
  for (
    const [part, [begin, end]] of Object.entries({
      train: [0, 40],
      validation: [40, 50],
      test: [50, 72],
    })
  ) {
    for (const { from, to } of fleet.episodes[part as "train"]) {
      for (let row = from; row < to; row++) {
        seen[row]!++;
        assert(hour[row]! >= begin! && hour[row]! < end!);
        assertEquals(functionIndex[row], functionIndex[from]);
        assertEquals(Math.floor(hour[row]! / 24), Math.floor(hour[from]! / 24));
      }
    }
  }
  assert(seen.every((times) => times === 1));
});

Deno.test("`FunctionRun` serves each invocation once, whatever the steps and moves", () => {
  const fleet = fleetOf(smallTrace(rootKey(6), 12, 2), { trainHours: 24, validationHours: 30 });
  const { offsets, durations } = fleet.arrivals;
  fleet.profiles.forEach((profile, f) => {
    const outcome = emptyOutcome();
    const run = new FunctionRun(fleet.arrivals);
    const home = referencePlacement(profile);
    run.begin(profile, home, 0, offsets[f]!, offsets[f + 1]!);
    for (let end = 977; end < 2 * 86_400 + 977; end += 977) {
      run.place({ ...home, region: (end / 977) % 4 }, outcome);
      run.advance(end, outcome);
    }
    run.finish(outcome);
    assertEquals(outcome.invocations, offsets[f + 1]! - offsets[f]!);
    assertEquals(outcome.latencies.reduce((sum, count) => sum + count, 0), outcome.invocations);
    const busy = durations.subarray(offsets[f]!, offsets[f + 1]!).reduce((sum, d) => sum + d, 0);
    // At the traced memory every invocation runs as long as it did.
    const expected = busy * home.memoryMb / 1024;
    assertAlmostEquals(outcome.busyGbSeconds, expected, 1e-4 * expected);
  });
});

Deno.test("`FunctionRun.place` loses warm instances, and staying keeps them", () => {
  const trace = handTrace([{}], [[0, 0, 1], [0, 100, 1], [0, 200, 1]]);
  const fleet = fleetOf(trace, { trainHours: 1, validationHours: 1 });
  const [profile] = fleet.profiles;
  const home = referencePlacement(profile!);
  const colds = [home, { ...home, memoryMb: 1024 }].map((there) => {
    const outcome = emptyOutcome(), run = new FunctionRun(fleet.arrivals);
    run.begin(profile!, home, 0, 0, 3);
    run.advance(150, outcome);
    run.place(there, outcome);
    run.advance(300, outcome);
    return outcome.coldStarts;
  });
  assertEquals(colds, [1, 2]);
});

Deno.test("`FunctionRun.advance` charges what is provisioned for the time it is", () => {
  const fleet = fleetOf(handTrace([{}], [[0, 0, 1]]), { trainHours: 1, validationHours: 1 });
  const outcome = emptyOutcome(), run = new FunctionRun(fleet.arrivals);
  run.begin(fleet.profiles[0]!, { provider: 0, region: 0, memoryMb: 2048 }, 0, 1, 1);
  run.provision(3, outcome);
  run.advance(60, outcome);
  assertEquals(outcome.provisionedGbSeconds, 3 * 60 * 2);
  assertAlmostEquals(outcome.costUsd, 360 * 1.66667e-5 / 4, 1e-12);
});
