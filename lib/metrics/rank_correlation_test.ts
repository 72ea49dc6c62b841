import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { rankCorrelation } from "./rank_correlation.ts";

Deno.test("`rankCorrelation()` is 1 - 6 Σ d² / (n (n² - 1)) where nothing ties", () => {
  // Ranks 0 1 2 3 4 against 1 0 2 4 3: d² sums to 4.
  assertAlmostEquals(
    rankCorrelation([1, 3, 5, 7, 9], [2, 1, 6, 9, 8]),
    1 - 6 * 4 / (5 * 24),
    1e-12,
  );
});

Deno.test("`rankCorrelation()` gives equal values the mean of their ranks", () => {
  // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5 / √(4.5 · 5), as scipy.stats.spearmanr has it.
  assertAlmostEquals(rankCorrelation([1, 2, 2, 3], [1, 2, 3, 4]), 0.9486832980505138, 1e-12);
  assertEquals(rankCorrelation([7, 7, 7], [1, 2, 3]), 0);
  assertEquals(rankCorrelation([7], [1]), 0);
});

Deno.test("`rankCorrelation()` knows infinities and no scale, and is about 0 for what is independent", () => {
  assertEquals(rankCorrelation([-Infinity, 0, Infinity], [1, 2, 3]), 1);
  const [a, b] = [normal(rootKey(1), 2000), normal(rootKey(2), 2000)];
  assertAlmostEquals(rankCorrelation(a, b), 0, 0.09);
  assertEquals(
    rankCorrelation(a, b),
    rankCorrelation(a.map((x) => x ** 3), b.map((x) => 5 * x + 1)),
  );
});

Deno.test("`rankCorrelation()` refuses what has no order", () => {
  assertThrows(() => rankCorrelation([1], [1, 2]), RangeError, "1 and 2 values");
  assertThrows(() => rankCorrelation([], []), RangeError, "at least one");
  assertThrows(() => rankCorrelation([1, NaN], [1, 2]), RangeError, "value 1 (from 0): it is NaN");
});
