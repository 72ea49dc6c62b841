import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { exponential, integers, rootKey } from "assay";
import { InstancePool } from "./instances.ts";
import { emptyOutcome, type Outcome } from "./outcome.ts";
import type { Service } from "./placement.ts";

/** One GB; a second to start, ten to stay, late after five; prices and grams that read off easily. */
const SERVICE: Service = {
  durationFactor: 1,
  networkSeconds: 0,
  coldSeconds: 1,
  keepAliveSeconds: 10,
  slaSeconds: 5,
  gigabytes: 1,
  perGbSecond: 1,
  perRequest: 100,
  perProvisionedGbSecond: 0.25,
  perProvisionedUse: 0.5,
  busyGrams: 1,
  idleGrams: 0.125,
};

/** Serves `[arrival, duration]` and leaves at `now`. */
function served(
  invocations: readonly (readonly [arrival: number, duration: number])[],
  { limit = 10, now = 100, service = SERVICE } = {},
): Outcome {
  const outcome = emptyOutcome(), pool = new InstancePool(limit);
  const arrivals = Float64Array.from(invocations, ([arrival]) => arrival);
  const durations = Float32Array.from(invocations, ([, duration]) => duration);
  const next = pool.serve(arrivals, durations, 0, arrivals.length, now, service, outcome);
  assertEquals(next, invocations.length);
  pool.abandon(now, service, outcome);
  return outcome;
}

Deno.test("`InstancePool` starts cold, serves warm, and starts again after the keep-alive time", () => {
  // Free at 2, warm at 5 after 3 idle, free at 6, gone at 16, cold at 30, free at 32, gone at 42.
  const outcome = served([[0, 1], [5, 1], [30, 1]]);
  assertEquals([outcome.coldStarts, outcome.latencySeconds], [2, 2 + 1 + 2]);
  assertEquals([outcome.busyGbSeconds, outcome.startingGbSeconds], [3, 2]);
  assertEquals(outcome.idleGbSeconds, 3 + 10 + 10);
  assertEquals(outcome.costUsd, 3 * 100 + 3);
  assertEquals(outcome.carbonGrams, 5 + outcome.idleGbSeconds / 8);
});

Deno.test("`InstancePool` keeps an instance for exactly the keep-alive time", () => {
  assertEquals(served([[0, 1], [12, 1]]).coldStarts, 1);
  assertEquals(served([[0, 1], [12.001, 1]]).coldStarts, 2);
});

Deno.test("`InstancePool` takes the instance used last, so that the other expires", () => {
  // Two are free at 2 and 4; the one from 4 serves at 5, 9 and 13 (idle 1, 3, 3), the other is gone at 12.
  const outcome = served([[0, 1], [0, 3], [5, 1], [9, 1], [13, 1], [13, 1]], { now: 15 });
  assertEquals(outcome.coldStarts, 3);
  assertEquals(outcome.idleGbSeconds, 1 + 3 + 3 + 10 + 2 * 10);
});

Deno.test("`InstancePool` at its limit lets invocations wait, first come first served", () => {
  const one = served([[0, 1], [0.5, 1], [0.75, 1]], { limit: 1 });
  assertEquals(one.latencySeconds, 2 + (1.5 + 1) + (2.25 + 1));
  assertEquals([one.waitSeconds, one.coldStarts], [3.75, 1]);
  // Two instances are free at 6 and 2: the third waits for 2, the fourth for 3.
  const two = served([[0, 5], [0, 1], [1, 1], [1, 1]], { limit: 2 });
  assertEquals([two.waitSeconds, two.coldStarts], [1 + 2, 2]);
});

Deno.test("`InstancePool` counts latencies above the limit as violations", () => {
  const late = served([[0, 3.5], [0, 4], [0, 4.5]], {
    service: { ...SERVICE, networkSeconds: 0.25 },
  });
  assertEquals(late.violations, 2); // 4.75, 5.25 and 5.75 s
  assertEquals(late.limitShares, 4.75 / 5 + 2);
});

Deno.test("`InstancePool` multiplies durations, and ends them at the timeout", () => {
  const outcome = served([[0, 1], [0, 1000]], { service: { ...SERVICE, durationFactor: 2 } });
  assertEquals(outcome.busyGbSeconds, 2 + 900);
});

Deno.test("`InstancePool.provision` keeps instances warm, for another price", () => {
  const outcome = emptyOutcome(), pool = new InstancePool(10);
  const arrivals = Float64Array.of(50, 50, 51), durations = Float32Array.of(2, 2, 2);
  pool.provision(2, 0, SERVICE, outcome);
  pool.serve(arrivals, durations, 0, 3, 60, SERVICE, outcome);
  // Two provisioned ones were idle for 50 s; the third invocation is on demand, and cold.
  assertEquals([outcome.coldStarts, outcome.idleGbSeconds], [1, 100]);
  assertEquals(outcome.provisionedBusyGbSeconds, 4);
  assertEquals(outcome.costUsd, 3 * 100 + 4 * 0.5 + 2);
  // Free at 52, 52, 54: none has idled for ten seconds when two are released at 60.
  pool.provision(0, 60, SERVICE, outcome);
  assertEquals([pool.count, outcome.idleGbSeconds], [3, 100]);
  pool.provision(0, 70, SERVICE, outcome);
  assertEquals([pool.count, outcome.idleGbSeconds], [0, 130]);
});

Deno.test("`InstancePool.provision` releases what only it had kept", () => {
  const outcome = emptyOutcome(), pool = new InstancePool(10);
  pool.provision(3, 0, SERVICE, outcome);
  pool.provision(1, 40, SERVICE, outcome);
  assertEquals([pool.count, outcome.idleGbSeconds], [1, 80]);
  assertThrows(() => pool.provision(11, 50, SERVICE, outcome), RangeError, "0 to 10");
});

/** The same rules in the plainest way: every instance an object, looked through for each invocation. */
function plainly(arrivals: Float64Array, durations: Float32Array, limit: number) {
  let instances: { free: number }[] = [];
  let cold = 0, idle = 0, latency = 0;
  arrivals.forEach((arrival, i) => {
    const gone = instances.filter(({ free }) => arrival - free > SERVICE.keepAliveSeconds);
    idle += gone.length * SERVICE.keepAliveSeconds;
    instances = instances.filter((instance) => !gone.includes(instance));
    const warm = instances.filter(({ free }) => free <= arrival).sort((a, b) => b.free - a.free)[0];
    let wait = 0, used = warm;
    if (warm) idle += arrival - warm.free;
    else if (instances.length < limit) {
      wait = SERVICE.coldSeconds;
      cold++;
      instances.push(used = { free: 0 });
    } else {
      used = instances.sort((a, b) => a.free - b.free)[0]!;
      wait = used.free - arrival;
    }
    used!.free = arrival + wait + durations[i]!;
    latency += wait + durations[i]!;
  });
  return { cold, idle, latency, left: instances.map(({ free }) => free).sort((a, b) => a - b) };
}

Deno.test("`InstancePool` does what its rules say, for loads from idle to overloaded", () => {
  for (const [seed, gap] of [30, 8, 2, 0.5, 0.2].entries()) {
    for (const limit of [1, 3, 16]) {
      const key = rootKey(seed).key("pool").at(limit), count = 2000;
      const arrivals = exponential(key.key("gaps"), count, gap);
      for (let i = 1; i < count; i++) arrivals[i]! += arrivals[i - 1]!;
      const durations = Float32Array.from(exponential(key.key("durations"), count, 2));
      const outcome = emptyOutcome(), pool = new InstancePool(limit);
      // In pieces of any size, as intervals do.
      const cuts = integers(key.key("cuts"), 50, 0, count).sort();
      let next = 0;
      for (const cut of cuts) {
        next = pool.serve(arrivals, durations, next, count, arrivals[cut]!, SERVICE, outcome);
        assertEquals(next, cut);
      }
      pool.serve(arrivals, durations, next, count, Infinity, SERVICE, outcome);
      const plain = plainly(arrivals, durations, limit);
      const saved = new Float64Array(2 + limit);
      pool.save(saved);
      assertEquals([outcome.invocations, outcome.coldStarts], [count, plain.cold]);
      assertEquals([...saved.subarray(2, 2 + saved[1]!)], plain.left);
      assertAlmostEquals(outcome.idleGbSeconds, plain.idle, 1e-6);
      assertAlmostEquals(outcome.latencySeconds, plain.latency, 1e-6 * plain.latency);
      assertAlmostEquals(outcome.busyGbSeconds, durations.reduce((sum, d) => sum + d, 0), 1e-6);
      assert(pool.count <= limit);
    }
  }
});

Deno.test("`InstancePool.copyFrom` and `load` give pools of their own with the same future", () => {
  const key = rootKey(3).key("copy"), count = 400;
  const arrivals = exponential(key.key("gaps"), count, 1);
  for (let i = 1; i < count; i++) arrivals[i]! += arrivals[i - 1]!;
  const durations = Float32Array.from(exponential(key.key("durations"), count, 4));
  const pool = new InstancePool(6), copy = new InstancePool(6), loaded = new InstancePool(6);
  pool.provision(2, 0, SERVICE, emptyOutcome());
  const half = pool.serve(arrivals, durations, 0, count, arrivals[200]!, SERVICE, emptyOutcome());
  copy.copyFrom(pool);
  const saved = new Float64Array(8);
  pool.save(saved);
  const rest = [pool, copy].map((each) => {
    const outcome = emptyOutcome();
    each.serve(arrivals, durations, half, count, Infinity, SERVICE, outcome);
    return outcome;
  });
  assertEquals(rest[0], rest[1]);
  loaded.load(saved);
  const outcome = emptyOutcome();
  loaded.serve(arrivals, durations, half, count, Infinity, SERVICE, outcome);
  assertEquals(outcome, rest[0]);
});
