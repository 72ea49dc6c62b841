import { Key, rootKey } from "assay";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { documentFraming } from "./document_framing.ts";
import {
  DOCUMENTED_FUNCTION_COUNTS,
  DOCUMENTED_STATISTICS,
  HOUR_FACTOR,
} from "./documented_statistics.ts";
import { invocationTrace } from "./generate.ts";
import type { InvocationTrace } from "./invocation_trace.ts";
import { DOCUMENTED_HOURS } from "./rhythm.ts";
import { rowsByFunction } from "./rows_by_function.ts";
import { hourShares, traceStatistics } from "./trace_statistics.ts";

const small = { days: 3, invocations: 60_000 };

for (const seed of [1, 2]) {
  Deno.test(`\`invocationTrace()\` has the document's statistics within their tolerances, key ${seed}`, () => {
    const trace = invocationTrace(rootKey(seed).key("data"));
    const measured = traceStatistics(trace);
    const missed = DOCUMENTED_STATISTICS.filter(({ name, documented, factor }) =>
      !(measured[name]! >= documented / factor && measured[name]! <= documented * factor)
    );
    assertEquals(missed.map(({ name }) => `${name}: ${measured[name]}`), []);
    assertEquals(trace.functions.length, 424);
    for (const [functions, apps] of Object.entries(DOCUMENTED_FUNCTION_COUNTS)) {
      assertEquals(measured[`functions of an app/${functions}`], apps);
    }
    const all = DOCUMENTED_HOURS.reduce((sum, value) => sum + value, 0);
    hourShares(trace.endSeconds).forEach((share, hour) => {
      const ratio = share * all / DOCUMENTED_HOURS[hour]!;
      assert(ratio > 1 / HOUR_FACTOR && ratio < HOUR_FACTOR, `hour ${hour}: ${ratio}`);
    });
    if (seed !== 1) return;
    // The document's numbers of windows.
    const options = { variant: "normalised", scaling: "twice" } as const;
    const { train, validation, test, series } = documentFraming(trace, rootKey(1), options);
    const counts = [train, validation, test].map(({ starts }) => starts.length);
    assertEquals(counts, [1_264_934, 271_048, 271_049]);
    assertEquals(test.starts.at(-1)! + 12, series.rows - 1);
    assert(series.values.every(Number.isFinite));
  });
}

Deno.test("`invocationTrace()` is a sorted trace in bounds, at every scale", () => {
  for (
    const options of [small, { days: 1, invocations: 1_000 }, { days: 40, invocations: 90_000 }]
  ) {
    const { functions, functionIndex, endSeconds, durationSeconds } = invocationTrace(
      rootKey(3),
      options,
    );
    assertEquals(functions.length, 424);
    assertEquals(new Set(functionIndex).size, 424);
    assertEquals(endSeconds.length, options.invocations);
    let last = 0;
    for (let row = 0; row < endSeconds.length; row++) {
      assert(endSeconds[row]! >= last);
      last = endSeconds[row]!;
      const seconds = durationSeconds[row]!;
      assert(seconds >= Math.fround(0.001) && seconds <= Math.fround(578.6));
      // Nothing ran before the trace began, up to the rounding of f32.
      assert(seconds <= last + 1e-4);
    }
    assert(last <= options.days * 86_400);
  }
});

Deno.test("`invocationTrace()` is pure in its key", () => {
  const first = invocationTrace(rootKey(1), small);
  assertEquals(invocationTrace(new Key(0, 1), small), first);
  const other = invocationTrace(rootKey(2), small);
  assert(first.functions[0]!.app !== other.functions[0]!.app);
  assert(first.endSeconds[0] !== other.endSeconds[0]);
});

Deno.test("no function of `invocationTrace()` moves when another has more to do", () => {
  const [few, many] = [60_000, 61_000].map((invocations) =>
    invocationTrace(rootKey(1), { days: 3, invocations })
  );
  assertEquals(few!.functions, many!.functions);
  const alike = few!.functions.map((_, f) => [rowsOf(few!, f), rowsOf(many!, f)] as const)
    .filter(([a, b]) => a.length === b.length);
  assert(alike.length > 100);
  for (const [a, b] of alike) assertEquals(a, b);
});

Deno.test("`invocationTrace()` refuses what is no trace", () => {
  const trace = (options: object) => () => invocationTrace(rootKey(1), options);
  assertThrows(trace({ days: 0 }), RangeError, "trace of 0 days");
  assertThrows(trace({ days: 1.5 }), RangeError, "trace of 1.5 days");
  assertThrows(trace({ invocations: 999 }), RangeError, "trace of 999 invocations");
});

function rowsOf(trace: InvocationTrace, index: number): number[][] {
  return Array.from(
    rowsByFunction(trace)(index),
    (row) => [trace.endSeconds[row]!, trace.durationSeconds[row]!],
  );
}
