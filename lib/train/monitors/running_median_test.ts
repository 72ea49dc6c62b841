import { assertEquals, assertThrows } from "@std/assert";
import { integers } from "../../random/distributions.ts";
import { rootKey } from "../../random/key.ts";
import { RunningMedian } from "./running_median.ts";

function plainMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

Deno.test("`RunningMedian` is the median of the newest values, ties among them", () => {
  for (const window of [1, 2, 3, 8, 31]) {
    // Few different values, so that most have ties.
    for (const most of [3, 1000]) {
      const values = [...integers(rootKey(window).at(most), 300, 0, most)];
      const median = new RunningMedian(window);
      values.forEach((value, i) => {
        median.add(value);
        const kept = values.slice(Math.max(0, i + 1 - window), i + 1);
        assertEquals(median.values(), kept);
        assertEquals(median.count, kept.length);
        assertEquals(median.value, plainMedian(kept));
      });
    }
  }
});

Deno.test("`RunningMedian` has no median before the first value", () => {
  assertEquals(new RunningMedian(3).value, NaN);
});

Deno.test("`RunningMedian` refuses windows and values without a rank", () => {
  for (const window of [0, -1, 1.5, NaN]) {
    assertThrows(() => new RunningMedian(window), RangeError, `${window}`);
  }
  for (const value of [NaN, Infinity, -Infinity]) {
    assertThrows(() => new RunningMedian(3).add(value), RangeError, `${value}`);
  }
});
