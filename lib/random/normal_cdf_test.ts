import { assertAlmostEquals, assertEquals } from "@std/assert";
import { normalCdf, normalDensity } from "./normal_cdf.ts";

Deno.test("`normalCdf()` equals tabulated values to 14 digits, far tails to 7", () => {
  const table = [
    [0, 0.5],
    [1, 0.841344746068543],
    [-1, 0.158655253931457],
    [1.96, 0.975002104851780],
    [-3, 0.00134989803163009],
  ] as const;
  for (const [z, p] of table) assertAlmostEquals(normalCdf(z), p, 1e-14);
  assertAlmostEquals(normalCdf(-8) / 6.22096057427178e-16, 1, 1e-7);
  assertAlmostEquals(normalCdf(-10) / 7.61985302416053e-24, 1, 1e-7);
  assertEquals([normalCdf(40), normalCdf(-40)], [1, 0]);
});

Deno.test("`normalDensity()` is the slope of `normalCdf()`", () => {
  for (const z of [-2.5, -0.3, 0, 1.7]) {
    const slope = (normalCdf(z + 1e-4) - normalCdf(z - 1e-4)) / 2e-4;
    assertAlmostEquals(normalDensity(z), slope, 1e-8);
  }
});
