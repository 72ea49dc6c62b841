import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { exponentialAverage } from "./exponential_average.ts";
import { meanOfLast, persistence } from "./last_rows.ts";
import { lookupByGroup } from "./lookup.ts";
import { seasonalNaive } from "./seasonal_naive.ts";
import type { ForecastTask } from "./types.ts";

/** Six rows of three columns: 0, 1, 2 | 10, 11, 12 | … */
const task: ForecastTask = {
  values: Float32Array.from({ length: 18 }, (_, i) => 10 * Math.floor(i / 3) + i % 3),
  columns: 3,
  window: 2,
  horizon: 2,
  targets: [2, 0],
};
const all = Int32Array.of(0, 1, 2);

Deno.test("`persistence()` repeats the last row seen, in the order of the targets", () => {
  assertEquals(persistence(task, all), Float64Array.of(12, 10, 22, 20, 32, 30));
  assertEquals(persistence(task, Int32Array.of()), new Float64Array(0));
});

Deno.test("`meanOfLast()` averages the last rows of the window", () => {
  assertEquals(meanOfLast(task, all), Float64Array.of(7, 5, 17, 15, 27, 25));
  assertEquals(meanOfLast(task, Int32Array.of(2), 1), Float64Array.of(32, 30));
  const wide = { ...task, window: 4, horizon: 1 };
  assertEquals(meanOfLast(wide, Int32Array.of(0, 1), 3), Float64Array.of(22, 20, 32, 30));
  assertThrows(() => meanOfLast(task, all, 3), RangeError, "the last 3 rows");
  assertThrows(() => meanOfLast(task, all, 0), RangeError, "the last 0 rows");
});

Deno.test("`lookupByGroup()` gives the training mean of the target row's group", () => {
  // Target rows of the windows 0, 1, 2 are 3, 4, 5.
  const groups = Int32Array.of(9, 9, 9, 5, 6, 5);
  assertEquals(
    lookupByGroup(task, Int32Array.of(0, 1), all, groups),
    Float64Array.of(32, 30, 42, 40, 32, 30),
  );
  // Row 5's group is unknown when it alone has it: the mean of rows 3 and 4.
  const unseen = Int32Array.of(9, 9, 9, 5, 6, 7);
  assertEquals(
    lookupByGroup(task, Int32Array.of(0, 1), Int32Array.of(2), unseen),
    Float64Array.of(37, 35),
  );
  // Only training windows fill the table, though row 5 is of group 5 as well.
  assertEquals(
    lookupByGroup(task, Int32Array.of(0), Int32Array.of(2), groups),
    Float64Array.of(32, 30),
  );
});

Deno.test("`lookupByGroup()` refuses groups that do not fit and no training", () => {
  assertThrows(() => lookupByGroup(task, all, all, [1, 2]), RangeError, "2 groups for 6 rows");
  assertThrows(
    () => lookupByGroup(task, Int32Array.of(), all, new Int32Array(6)),
    RangeError,
    "0 training windows",
  );
});

Deno.test("baselines refuse windows outside the rows and tasks that do not fit", () => {
  const message = "starts at row 3 and its target, 3 rows on, do not lie within 6 rows";
  assertThrows(() => persistence(task, Int32Array.of(0, 3)), RangeError, message);
  assertThrows(() => persistence(task, Int32Array.of(-1)), RangeError, "row -1");
  const faults: [Partial<ForecastTask>, string][] = [
    [{ columns: 4 }, "18 values do not make rows of 4"],
    [{ window: 0 }, "window is 0"],
    [{ horizon: 0.5 }, "horizon is 0.5"],
    [{ targets: [] }, "no targets"],
    [{ targets: [3] }, "columns 3 of 3"],
  ];
  for (const [change, found] of faults) {
    assertThrows(() => persistence({ ...task, ...change }, all), RangeError, found);
  }
  assertAlmostEquals(persistence(task, all)[0]!, 12);
});

Deno.test("`exponentialAverage()` forgets by its weight, between persistence and the first row", () => {
  assertEquals(exponentialAverage(task, all, 1), persistence(task, all));
  assertEquals(exponentialAverage(task, Int32Array.of(1), 0.25), Float64Array.of(14.5, 12.5));
  const weight = (w: number) => () => exponentialAverage(task, all, w);
  assertThrows(weight(0), RangeError, "weight 0");
  assertThrows(weight(1.5), RangeError, "weight 1.5");
});

Deno.test("`seasonalNaive()` looks one period back, never beyond the series' beginning", () => {
  // Windows ask for rows 3, 4, 5; four before are rows −1, 0, 1.
  assertEquals(
    seasonalNaive(task, all, 4, Int32Array.of(0, 0, 2)),
    Float64Array.of(12, 10, 2, 0, 32, 30),
  );
  const begins = new Int32Array(3);
  assertThrows(() => seasonalNaive(task, all, 1, begins), RangeError, "1 rows at a horizon of 2");
  assertThrows(() => seasonalNaive(task, all, 4, Int32Array.of(0)), RangeError, "1 beginnings");
});
