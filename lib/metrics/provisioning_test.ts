import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { normalExpectile } from "./expectile.ts";
import { provisioningScores } from "./provisioning.ts";

const weights = { under: 5, over: 1 };

Deno.test("`provisioningScores()` of exact provision are zero; equal counts as provided", () => {
  const demand = Float32Array.of(0, 1, 7);
  const zero = { underRate: 0, shortfall: 0, surplus: 0, asymmetricLoss: 0 };
  assertEquals(provisioningScores(demand, demand, weights), zero);
});

Deno.test("the asymmetric loss of a constant is least at the expectile of its weights", () => {
  const demand = normal(rootKey(3), 100_000);
  const lossAt = (level: number) =>
    provisioningScores(demand, new Float64Array(demand.length).fill(level), weights).asymmetricLoss;
  const levels = Array.from({ length: 101 }, (_, i) => i / 100);
  const best = levels.reduce((a, b) => lossAt(b) < lossAt(a) ? b : a);
  assertAlmostEquals(best, normalExpectile(5 / 6), 0.02);
});

Deno.test("`provisioningScores()` refuses rows that differ in number, none, and NaN", () => {
  const one = Float64Array.of(1);
  assertThrows(() => provisioningScores(one, new Float64Array(2), weights), RangeError);
  assertThrows(
    () => provisioningScores(new Float64Array(0), new Float64Array(0), weights),
    RangeError,
  );
  assertThrows(() => provisioningScores(one, Float64Array.of(NaN), weights), RangeError);
});
