import { InputError, rootKey, targetRows } from "assay";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { invocationTrace } from "./generate.ts";
import { busiestFunctions, rowsByFunction } from "./rows_by_function.ts";
import { stepSeries } from "./series.ts";
import { tracedFunction } from "./stable_hash.ts";
import { stepSplit, stepWindows } from "./step_windows.ts";

const trace = invocationTrace(rootKey(1), { days: 1, invocations: 8_000 });

Deno.test("`stepSeries()` equals a count by hand, step by step", () => {
  for (const stepSeconds of [15, 60]) {
    const chosen = [3, 0, 40];
    const series = stepSeries(trace, { stepSeconds, functions: chosen });
    assertEquals(series.functions.map(({ functionIndex }) => functionIndex), chosen);
    for (const { functionIndex, from, to, firstStep } of series.functions) {
      const runs = Array.from(rowsByFunction(trace)(functionIndex), (row) => {
        const end = trace.endSeconds[row]!;
        return [end - trace.durationSeconds[row]!, end] as const;
      });
      assertEquals(firstStep, Math.floor(Math.min(...runs.map(([start]) => start)) / stepSeconds));
      assertEquals(to - from, series.steps.end - firstStep);
      for (let row = from; row < to; row += 7) {
        const begin = (firstStep + row - from) * stepSeconds, end = begin + stepSeconds;
        const inside = runs.filter(([a, b]) => a < end && b > begin);
        const overlap = (a: number, b: number) => Math.min(b, end) - Math.max(a, begin);
        const running = (time: number) => inside.filter(([a, b]) => a <= time && b > time).length;
        const { count, busySeconds, peak, busyShare, inFlight } = series.columns;
        assertEquals(count[row], inside.filter(([a]) => a >= begin).length);
        assertAlmostEquals(
          busySeconds[row]!,
          inside.reduce((sum, [a, b]) => sum + overlap(a, b), 0),
          1e-3,
        );
        const changes = [begin, ...inside.map(([a]) => Math.max(a, begin))];
        assertEquals(peak[row], Math.max(...changes.map(running)));
        assertEquals(inFlight[row], inside.filter(([, b]) => b > end).length);
        assert(busyShare[row]! >= 0 && busyShare[row]! <= 1 + 1e-6);
        if (peak[row]! <= 1) {
          assertAlmostEquals(busyShare[row]!, busySeconds[row]! / stepSeconds, 1e-6);
        }
      }
    }
  }
});

Deno.test("`stepSeries()` loses no invocation and no second", () => {
  const { columns } = stepSeries(trace, { stepSeconds: 60 });
  const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
  assertEquals(sum(columns.count), 8_000);
  assertAlmostEquals(sum(columns.busySeconds) / sum(trace.durationSeconds), 1, 1e-6);
});

Deno.test("`stepWindows()` stay within a function and a part", () => {
  const series = stepSeries(trace, { stepSeconds: 60, functions: [0, 1, 200, 5] });
  const { validation, test } = stepSplit(series.steps);
  const bounds = {
    train: [0, validation],
    validation: [validation, test],
    test: [test, series.steps.end],
  };
  const parts = stepWindows(series, { window: 12, horizon: 3 });
  for (const part of ["train", "validation", "test"] as const) {
    const last = targetRows(parts[part]);
    parts[part].starts.forEach((start, w) => {
      const own = series.functions.find(({ from, to }) => start >= from && start < to)!;
      const step = (row: number) => own.firstStep + row - own.from;
      assert(
        last[w]! < own.to && step(start) >= bounds[part][0]! && step(last[w]!) < bounds[part][1]!,
      );
    });
  }
  // All there are: of a function that lives from the first step on, rows − 14 in each part.
  const full = series.functions.filter(({ firstStep }) => firstStep <= validation).length;
  assertEquals(parts.test.starts.length, full * (series.steps.end - test - 14));
});

Deno.test("`stepSeries()` refuses steps, functions and clocks that make no series", () => {
  assertThrows(() => stepSeries(trace, { stepSeconds: 0 }), RangeError, "steps of 0 s");
  const idle = { ...trace, functions: [...trace.functions, tracedFunction("a", "b", 0)] };
  assertThrows(() => stepSeries(idle, { stepSeconds: 60 }), RangeError, "function 424");
  const odd = { ...trace, endSeconds: trace.endSeconds.slice() };
  odd.endSeconds[odd.endSeconds.length - 1] = 1e11;
  assertThrows(() => stepSeries(odd, { stepSeconds: 15 }), InputError, "check the timestamps");
});

Deno.test("`busiestFunctions()` does not look beyond the time given", () => {
  const two = {
    functions: [
      tracedFunction("a", "f", 0),
      tracedFunction("a", "g", 0),
      tracedFunction("a", "h", 0),
    ],
    functionIndex: Uint16Array.of(1, 0, 1, 0, 0, 2),
    endSeconds: Float64Array.of(1, 2, 3, 10, 11, 12),
    durationSeconds: new Float32Array(6).fill(1),
  };
  assertEquals(busiestFunctions(two, 5, 10), [1, 0]);
  assertEquals(busiestFunctions(two, 2, 99), [0, 1]);
});
