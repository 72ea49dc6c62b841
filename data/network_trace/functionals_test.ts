import { assertAlmostEquals, assertEquals } from "@std/assert";
import { gridDistribution, gridMedians, gridPoints } from "./functionals.ts";

Deno.test("`gridMedians()` of the uniform distribution on [1, 4] are its middle and √(1 · 4)", () => {
  const grid = Float64Array.from({ length: 3001 }, (_, k) => 1 + k / 1000);
  const { median, relativeMedian } = gridMedians(gridDistribution(grid, (y) => (y - 1) / 3));
  assertAlmostEquals(median, 2.5, 1e-12);
  // Weighted by 1 / y the mass up to m is log m, half of log 4 at 2.
  assertAlmostEquals(relativeMedian, 2, 1e-6);
});

Deno.test("`gridMedians()` sees the masses on the grid's ends", () => {
  const grid = Float64Array.of(1, 2, 3);
  assertEquals(gridMedians(gridDistribution(grid, () => 0.6)), { median: 1, relativeMedian: 1 });
  const top = gridDistribution(grid, (y) => y < 3 ? 0 : 0.3);
  assertEquals([...top.masses], [0, 0, 0.3, 0.7]);
  assertEquals([...gridPoints(top)], [1, 1.5, 2.5, 3]);
  // Weights 0.3 / 2.5 = 0.12 and 0.7 / 3 = 0.2333: both medians on the end.
  assertEquals(gridMedians(top), { median: 3, relativeMedian: 3 });
});

Deno.test("`gridMedians()` divides by at least 1e-8", () => {
  // 1 % of the mass at 0 outweighs the rest a millionfold.
  const grid = Float64Array.of(0, 1, 2);
  const { median, relativeMedian } = gridMedians(
    gridDistribution(grid, (y) => y === 0 ? 0.01 : y < 2 ? 0.01 : 1),
  );
  assertEquals(relativeMedian, 0);
  assertAlmostEquals(median, 1 + 0.49 / 0.99, 1e-12);
});
