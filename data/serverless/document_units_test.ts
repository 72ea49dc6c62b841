import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { rootKey, windowTargets } from "assay";
import { DOCUMENT_FEATURES } from "./document_features.ts";
import { documentFraming } from "./document_framing.ts";
import { documentUnits } from "./document_units.ts";
import { invocationTrace } from "./generate.ts";

const trace = invocationTrace(rootKey(1), { days: 2, invocations: 20_000 });
const median = (values: Float32Array) => values.toSorted()[values.length / 2]!;
const names = DOCUMENT_FEATURES.slice(0, 3);

Deno.test("`documentUnits()` finds the same rates, sizes and durations behind every variant", () => {
  const found = (["raw", "normalised"] as const).flatMap((variant) =>
    (["once", "twice"] as const).map((scaling) => {
      const framing = documentFraming(trace, rootKey(2), { variant, scaling });
      const targets = windowTargets(framing.series, framing.test, names);
      return documentUnits(framing, "test", targets);
    })
  );
  const [first, ...others] = found;
  // Negative rates have no logarithm, and clipping loses what scaling made negative: half of the durations.
  const least = [0.01, 0, median(trace.durationSeconds)];
  const comparable = first!.map((value, i) => value >= least[i % 3]! ? 1 : 0);
  for (const other of others) {
    other.forEach((value, i) => {
      if (comparable[i]) assertAlmostEquals(value, first![i]!, 1e-4 * Math.max(1, value));
    });
  }
  assert(first!.every((value, i) => value >= 0 && value <= [1000, 3008, 1000][i % 3]!));
});

Deno.test("rows function by function: windows of one, each row once, no part mixed", () => {
  const interleaved = documentFraming(trace, rootKey(2), { variant: "raw", scaling: "once" });
  const grouped = documentFraming(trace, rootKey(2), {
    variant: "raw",
    scaling: "once",
    rows: "by-function",
  });
  const column = (values: Float32Array, c: number, from: number, to: number) =>
    values.filter((_, i) => i % 5 === c && i >= 5 * from && i < 5 * to).toSorted();
  const { validation } = { validation: Math.floor(0.7 * 20_000) };
  for (const c of [0, 2]) {
    assertEquals(
      column(grouped.series.values, c, 0, validation),
      column(interleaved.series.values, c, 0, validation),
    );
  }
  // Memory is the function's: constant in a window and its target.
  for (const start of grouped.train.starts) {
    const memory = (row: number) => grouped.series.values[5 * row + 1]!;
    assertEquals(memory(start), memory(start + 12));
  }
  assert(grouped.train.starts.length < interleaved.train.starts.length);
});
