import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { meanInterval, seedsToDecide } from "./mean_interval.ts";

Deno.test("`meanInterval()` gives mean, sample sd and both one-sided bounds", () => {
  const { mean, sd, low, high, n } = meanInterval([2, 4, 4, 5, 5]);
  assertEquals([mean, n], [4, 5]);
  assertAlmostEquals(sd, Math.sqrt(6 / 4), 1e-15);
  const reach = 2.131847 * Math.sqrt(1.5 / 5); // t(0.95, 4)
  assertAlmostEquals(low!, 4 - reach, 1e-6);
  assertAlmostEquals(high!, 4 + reach, 1e-6);
});

Deno.test("`meanInterval()` has no bounds for one value and exact ones for equal values", () => {
  assertEquals(meanInterval([0.3]), { mean: 0.3, sd: 0, low: null, high: null, n: 1 });
  assertEquals(meanInterval(Array(10).fill(0.1)), {
    mean: 0.1,
    sd: 0,
    low: 0.1,
    high: 0.1,
    n: 10,
  });
});

Deno.test("`meanInterval()` refuses no values and values that are not finite", () => {
  assertThrows(() => meanInterval([]), RangeError, "no values");
  assertThrows(() => meanInterval([1, NaN]), RangeError, "value 1 is NaN");
});

Deno.test("`seedsToDecide()` gives the first number of seeds whose bound is on one side", () => {
  // distance / sd = 1: t(0.95, 4) / √5 = 0.9534, but t(0.95, 3) / √4 = 1.1767.
  assertEquals(seedsToDecide(1, 1, 0), 5);
  assertEquals(seedsToDecide(0, 1, 1), 5);
  // distance / sd = 0.1: about (1.645 / 0.1)² = 271, a little more for the estimated sd.
  assertEquals(seedsToDecide(0.1, 1, 0), 273);
  assertEquals(seedsToDecide(1, 0, 0), 2);
  assertEquals(seedsToDecide(1, 0, 1), 2);
  for (const [mean, sd] of [[0.3, 1], [0.07, 1], [2, 1]] as const) {
    const n = seedsToDecide(mean, sd, 0);
    assertEquals(bound(n, sd) <= mean, true);
    assertEquals(n === 2 || bound(n - 1, sd) > mean, true);
  }
});

/** Half width of the interval of n values with sample standard deviation `sd`, by `meanInterval`. */
function bound(n: number, sd: number): number {
  const values = Array.from({ length: n }, (_, i) => i);
  const interval = meanInterval(values);
  return (interval.high! - interval.mean) / interval.sd * sd;
}

Deno.test("`seedsToDecide()` says never on the bound and refuses nonsense", () => {
  assertEquals(seedsToDecide(0.98, 0.01, 0.98), Infinity);
  assertEquals(seedsToDecide(0.98 + 1e-9, 0.01, 0.98), Infinity);
  assertThrows(() => seedsToDecide(NaN, 1, 0), RangeError, "mean NaN");
  assertThrows(() => seedsToDecide(0, -1, 0), RangeError, "sd -1");
});
