import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { normal } from "../../random/distributions.ts";
import { rootKey } from "../../random/key.ts";
import { predictionInterval } from "./prediction_interval.ts";

Deno.test("`predictionInterval()` is mean ± t · sd · √(1 / further + 1 / n)", () => {
  const { mean, low, high, n } = predictionInterval([1, 2, 3, 4, 5], { confidence: 0.95 });
  const reach = 2.776445 * Math.sqrt(2.5) * Math.sqrt(1.2); // t(0.975, 4)
  assertEquals([mean, n], [3, 5]);
  assertAlmostEquals(low!, 3 - reach, 1e-5);
  assertAlmostEquals(high!, 3 + reach, 1e-5);
  const wide = predictionInterval([10, 12, 11.5, 9.8], { confidence: 0.99 });
  const sd = Math.sqrt((0.825 ** 2 + 1.175 ** 2 + 0.675 ** 2 + 1.025 ** 2) / 3);
  assertAlmostEquals(wide.high! - wide.mean, 5.840909 * sd * Math.sqrt(1.25), 1e-5); // t(0.995, 3)
});

Deno.test("`predictionInterval()` of a mean narrows with the values it is of, as far as its own allow", () => {
  const reach = (further: number) => {
    const { mean, high } = predictionInterval([1, 2, 3], { confidence: 0.95, further });
    return high! - mean;
  };
  assertAlmostEquals(reach(3) / reach(1), Math.sqrt((1 / 3 + 1 / 3) / (1 + 1 / 3)), 1e-12);
  assertAlmostEquals(reach(1e9), 4.302653 / Math.sqrt(3), 1e-5);
});

Deno.test("`predictionInterval()` holds 95 of 100 further values", () => {
  const trials = 4000, n = 4;
  const drawn = normal(rootKey(1).key("trials"), trials * (n + 1), 3, 2);
  let inside = 0;
  for (let trial = 0; trial < trials; trial++) {
    const [next, ...values] = drawn.subarray(trial * (n + 1), (trial + 1) * (n + 1));
    const { low, high } = predictionInterval(values, { confidence: 0.95 });
    if (next! >= low! && next! <= high!) inside++;
  }
  assertLess(Math.abs(inside / trials - 0.95), 4 * Math.sqrt(0.95 * 0.05 / trials));
});

Deno.test("`predictionInterval()` has no ends for one value and its own value for equal ones", () => {
  assertEquals(predictionInterval([2], { confidence: 0.9 }), {
    mean: 2,
    low: null,
    high: null,
    n: 1,
  });
  assertEquals(predictionInterval([0.1, 0.1, 0.1], { confidence: 0.9 }), {
    mean: 0.1,
    low: 0.1,
    high: 0.1,
    n: 3,
  });
});

Deno.test("`predictionInterval()` refuses what it cannot predict from", () => {
  assertThrows(() => predictionInterval([], { confidence: 0.9 }), RangeError, "no values");
  assertThrows(() => predictionInterval([1, NaN], { confidence: 0.9 }), RangeError, "is NaN");
  for (const confidence of [0, 1, NaN]) {
    assertThrows(() => predictionInterval([1, 2], { confidence }), RangeError, "confidence");
  }
  for (const further of [0, 1.5]) {
    assertThrows(
      () => predictionInterval([1, 2], { confidence: 0.9, further }),
      RangeError,
      `${further} further values`,
    );
  }
});
