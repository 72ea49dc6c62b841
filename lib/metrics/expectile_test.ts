import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { normalExpectile, r2OfExpectile, sampleExpectile } from "./expectile.ts";

Deno.test("`normalExpectile()` is what a large normal sample has, and odd about 1/2", () => {
  const z = normal(rootKey(1), 200_000);
  for (const tau of [0.1, 0.5, 5 / 6, 0.99]) {
    assertAlmostEquals(sampleExpectile(z, tau), normalExpectile(tau), 0.012);
    assertAlmostEquals(normalExpectile(1 - tau), -normalExpectile(tau), 1e-12);
  }
  assertAlmostEquals(normalExpectile(0.5), 0, 1e-15);
});

Deno.test("the facts' figures: a gap of 0.636, R² of 0.34 falls to 0.07, 0.28 below 0", () => {
  assertAlmostEquals(normalExpectile(5 / 6), 0.636, 5e-4);
  assertAlmostEquals(normalExpectile(5 / 6) ** 2, 0.4045, 5e-4);
  assertAlmostEquals(r2OfExpectile(0.34, 5 / 6), 0.07, 5e-3);
  assertAlmostEquals(r2OfExpectile(0.28, 5 / 6), -0.01, 5e-3);
  assertAlmostEquals(r2OfExpectile(0.532, 5 / 6), 0.343, 1e-3);
});

Deno.test("`sampleExpectile()` balances both sides, and is the value of a constant sample", () => {
  assertEquals(sampleExpectile([3, 3, 3], 0.9), 3);
  assertAlmostEquals(sampleExpectile([-1, 2, 5, 6], 0.5), 3, 1e-15);
  // 0.8 (4 - e) = 0.2 e.
  assertAlmostEquals(sampleExpectile([0, 4], 0.8), 3.2, 1e-15);
});

Deno.test("expectiles refuse a weight outside (0, 1), no value, and values that are not finite", () => {
  for (const tau of [0, 1, NaN]) assertThrows(() => normalExpectile(tau), RangeError, "(0, 1)");
  assertThrows(() => sampleExpectile([], 0.5), RangeError, "0 values");
  assertThrows(() => sampleExpectile([1, Infinity], 0.5), RangeError, "Infinity");
});
