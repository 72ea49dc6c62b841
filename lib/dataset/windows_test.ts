import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import type { Series } from "./series.ts";
import { chronologicalSplit } from "./splits.ts";
import {
  inputCounts,
  sliceWindows,
  targetCounts,
  targetRows,
  windowInputs,
  windows,
  windowTargets,
} from "./windows.ts";

/** Row r holds 10 r and 10 r + 1. */
function counting(rows: number): Series {
  const values = Float32Array.from({ length: rows * 2 }, (_, i) => 10 * (i >> 1) + i % 2);
  return { columns: ["a", "b"], rows, values };
}

Deno.test("`windows()` gives rows − window − horizon + 1 windows", () => {
  assertEquals(windows({ rows: 15_000, window: 20, horizon: 1 }).starts.length, 14_980);
  assertEquals(windows({ rows: 15_000, window: 20, horizon: 15 }).starts.length, 14_966);
  const { starts } = windows({ rows: 21, window: 20, horizon: 1 });
  assertEquals(starts, Int32Array.of(0));
});

Deno.test("`windows()` says how many rows are needed", () => {
  assertThrows(
    () => windows({ rows: 20, window: 20, horizon: 1, source: "a.csv" }),
    InputError,
    "a.csv: it has 20 rows, and one window of 20 with its target 1 further needs 21",
  );
  assertThrows(() => windows({ rows: 0, window: 1, horizon: 1 }), InputError, "needs 2");
  assertThrows(() => windows({ rows: 9, window: 0, horizon: 1 }), RangeError, "window is 0");
  assertThrows(() => windows({ rows: 9, window: 1, horizon: 1.5 }), RangeError, "horizon is 1.5");
});

Deno.test("`targetRows()` lie `horizon` rows after the last row seen", () => {
  assertEquals(targetRows(windows({ rows: 7, window: 3, horizon: 2 })), Int32Array.of(4, 5, 6));
});

Deno.test("`windowInputs()` and `windowTargets()` write windows out", () => {
  const all = windows({ rows: 5, window: 2, horizon: 2 });
  assertEquals(windowInputs(counting(5), all), Float32Array.of(0, 1, 10, 11, 10, 11, 20, 21));
  assertEquals(windowTargets(counting(5), all, ["b"]), Float32Array.of(31, 41));
  assertEquals(windowTargets(counting(5), all, ["b", "a"]), Float32Array.of(31, 30, 41, 40));
  assertThrows(() => windowTargets(counting(5), all, ["c"]), RangeError, '"c"');
});

Deno.test("`inputCounts()` and `targetCounts()` equal the counts over windows written out", () => {
  for (const [rows, window, horizon, from, to] of [[40, 7, 3, 4, 21], [9, 8, 1, 0, 1]] as const) {
    const some = sliceWindows(windows({ rows, window, horizon }), { from, to });
    const seen = new Int32Array(rows), predicted = new Int32Array(rows);
    for (let start = from; start < to; start++) {
      for (let t = 0; t < window; t++) seen[start + t]!++;
      predicted[start + window - 1 + horizon]!++;
    }
    assertEquals(inputCounts(some, rows), seen);
    assertEquals(targetCounts(some, rows), predicted);
  }
});

Deno.test("`chronologicalSplit()` follows time and covers all", () => {
  assertEquals(chronologicalSplit(14_980), {
    train: { from: 0, to: 10_486 },
    validation: { from: 10_486, to: 12_733 },
    test: { from: 12_733, to: 14_980 },
  });
  const full = chronologicalSplit(1_807_062);
  assertEquals(full.train.to, 1_807_062 - 2 * 271_059);
  assertEquals(chronologicalSplit(100, { validation: 0, test: 0.29 }), {
    train: { from: 0, to: 71 },
    validation: { from: 71, to: 71 },
    test: { from: 71, to: 100 },
  });
  assertEquals(chronologicalSplit(7).train, { from: 0, to: 5 });
});

Deno.test("`chronologicalSplit()` refuses empty parts and impossible shares", () => {
  assertThrows(() => chronologicalSplit(6), InputError, "the validation part would be empty");
  assertThrows(() => chronologicalSplit(6, { validation: 0 }), InputError, "the test part");
  assertThrows(() => chronologicalSplit(0), InputError, "the train part");
  assertThrows(() => chronologicalSplit(9, { test: 0.85 }), RangeError, "leave something to train");
  assertThrows(() => chronologicalSplit(9, { test: NaN }), RangeError, "test NaN");
});
