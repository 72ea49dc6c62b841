import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { MEMORY_TIERS_MB, PROVIDERS, REGIONS } from "../invocation_trace.ts";
import {
  documentStrategicReward,
  documentTacticalReward,
  type StrategicRow,
} from "./documented.ts";
import { busyGrams, idleGrams, operationalGrams } from "./energy.ts";
import { demandOf, durationFactor } from "./memory_law.ts";
import { addOutcome, clearOutcome, emptyOutcome, latencyBin, latencyQuantile } from "./outcome.ts";
import { serviceOf } from "./placement.ts";
import { PROVIDER_TERMS, WORTH_SHARE } from "./providers.ts";
import { CARBON_INTENSITY, NETWORK_SECONDS } from "./regions.ts";
import { placementReward, REWARD_BOUNDS, scoresOf } from "./reward.ts";

Deno.test("prices are the document's", () => {
  assertEquals(PROVIDERS.length, PROVIDER_TERMS.length);
  assertEquals(PROVIDER_TERMS.map(({ perGbSecond }) => perGbSecond), [1.66667e-5, 1.6e-5, 2.5e-6]);
  assertEquals(PROVIDER_TERMS.map(({ perRequest }) => perRequest), [2e-7, 2e-7, 4e-7]);
  // AWS lists 4.1667e-6 for keeping and 9.7222e-6 for using provisioned memory.
  assertAlmostEquals(PROVIDER_TERMS[0]!.perProvisionedGbSecond, 4.1667e-6, 1e-10);
  assertAlmostEquals(PROVIDER_TERMS[0]!.perProvisionedUse, 9.7222e-6, 1e-10);
  assertAlmostEquals(WORTH_SHARE, 0.6, 1e-12);
});

Deno.test("regions are the document's as seen from us-east-1, and distances symmetric", () => {
  assertEquals(NETWORK_SECONDS[0], [0, 0.06, 0.08, 0.18]);
  assertEquals(CARBON_INTENSITY, [385, 275, 295, 525]);
  REGIONS.forEach((_, a) =>
    REGIONS.forEach((_, b) => assertEquals(NETWORK_SECONDS[a]![b], NETWORK_SECONDS[b]![a]))
  );
});

Deno.test("energy has the document's constants and right units", () => {
  // 46 ms at 256 MB: 200 · 1.2 · 0.046 / 3600 · 256 / 3008 Wh.
  assertAlmostEquals(operationalGrams(0.046, 256, 385), 1.00482e-4, 1e-9);
  assertAlmostEquals(busyGrams(385) - operationalGrams(1, 1024, 385), 8.1318e-5, 1e-8);
  assert(idleGrams(385) < busyGrams(385) / 50);
});

Deno.test("`durationFactor()` never gains from less memory nor beyond one CPU", () => {
  for (const traced of MEMORY_TIERS_MB) {
    for (let i = 0; i < 50; i++) {
      const demand = demandOf(`app${i}/f`, traced);
      assertAlmostEquals(durationFactor(demand, traced), 1, 1e-15);
      assert(demand.neededMb < traced && demand.ioShare > 0 && demand.ioShare < 1);
      const factors = MEMORY_TIERS_MB.map((mb) => durationFactor(demand, mb));
      factors.slice(1).forEach((factor, j) => assert(factor <= factors[j]!));
    }
  }
  const demand = { tracedMemoryMb: 1769, ioShare: 0.25, neededMb: 100 };
  assertEquals(durationFactor(demand, 3008), 1);
  assertAlmostEquals(durationFactor(demand, 1769 / 2), 0.25 + 0.75 * 2, 1e-12);
});

Deno.test("`serviceOf()` brings the laws together", () => {
  const what = { tracedMemoryMb: 512, ioShare: 0, neededMb: 100, homeRegion: 1, slaSeconds: 3 };
  const service = serviceOf(what, { provider: 1, region: 2, memoryMb: 1024 });
  assertEquals([service.durationFactor, service.gigabytes, service.networkSeconds], [0.5, 1, 0.14]);
  assertEquals([service.coldSeconds, service.keepAliveSeconds], [1.6, 1200]);
  assertEquals([service.slaSeconds, service.busyGrams], [3, busyGrams(295)]);
});

Deno.test("outcomes add up, and their quantiles are right to a bin", () => {
  const whole = emptyOutcome(), part = emptyOutcome();
  for (let i = 0; i < 1000; i++) {
    const latency = 0.002 * 1.01 ** i;
    part.invocations = 1;
    part.latencies[latencyBin(latency)]! = 1;
    part.costUsd = 2;
    addOutcome(whole, part);
    clearOutcome(part);
  }
  assertEquals(part, emptyOutcome());
  assertEquals([whole.invocations, whole.costUsd], [1000, 2000]);
  for (const p of [0.1, 0.5, 0.95, 0.99]) {
    const exact = 0.002 * 1.01 ** (1000 * p);
    assertAlmostEquals(latencyQuantile(whole, p) / exact, 1, 0.06);
  }
  assertEquals([latencyBin(0), latencyBin(1e-9), latencyBin(1e9)], [0, 0, 383]);
  assertEquals(latencyQuantile(emptyOutcome(), 0.5), 0);
});

Deno.test("`placementReward()` is 1/2 of cost and carbon at the reference, and never out of bounds", () => {
  const reference = { costUsd: 3, carbonGrams: 4, coldStarts: 0, violations: 0 };
  const at = { ...emptyOutcome(), invocations: 2, costUsd: 6, carbonGrams: 8, limitShares: 0.5 };
  assertEquals(scoresOf(at, reference), {
    cost: 0.5,
    performance: 0.75,
    carbon: 0.5,
    violations: 0,
  });
  const worst = { ...at, costUsd: 99, carbonGrams: 99, limitShares: 2, violations: 2 };
  assertEquals(placementReward(scoresOf(worst, reference)), REWARD_BOUNDS.low);
  const best = { cost: 1, performance: 1, carbon: 1, violations: 0 };
  assertAlmostEquals(placementReward(best), REWARD_BOUNDS.high, 1e-15);
  assertThrows(() => placementReward({ ...best, cost: 1.1 }), Error, "internal");
  assertThrows(() => scoresOf(emptyOutcome(), reference), RangeError);
});

Deno.test("the document's tactical reward has its golden values", () => {
  const row = { cost: 0, latency: 0, carbon: 0, coldStart: false, memoryMb: 0, region: -1 };
  assertEquals(
    [0, 6, 12, 18].map((action) => documentTacticalReward(row, action).toFixed(3)),
    ["1.100", "1.048", "0.998", "0.930"],
  );
  // 0.5 · 1024 / 512 = 1 leaves nothing of cost; 1,060 · 0.8 ms stays below the limit.
  const cold = { ...row, cost: 0.5, latency: 1000, coldStart: true, region: 1 };
  assertAlmostEquals(documentTacticalReward(cold, 9), 0.4 * 0.152 + 0.2 + 0.08, 1e-12);
  assertAlmostEquals(documentTacticalReward(cold, 8), 0.4 * 0.5 + 0.2 + 0.08 - 2, 1e-12);
});

Deno.test("the document's strategic reward is the same for every action", () => {
  const row: StrategicRow = {
    costUsd: 0.25,
    latencyMs: 500,
    carbonGrams: 50,
    coldStart: true,
    slaViolation: false,
    burstyApp: true,
    appViolations: 0.2,
  };
  for (const action of [0, 1, 2]) {
    assertAlmostEquals(documentStrategicReward(row, action), 0.3 + 0.16 + 0.1, 1e-12);
    const late = documentStrategicReward({ ...row, slaViolation: true }, action);
    assertAlmostEquals(late, 0.3 + 0.12 + 0.1 - 5, 1e-12);
  }
});
