import { assertEquals } from "@std/assert";
import { addBaseline, emptyStudy, metric } from "assay";
import { errorScores, firstColumns, thinned, thinnedParts } from "./study.ts";

Deno.test("`thinned()` keeps few windows as they are, and spreads what it takes of many", () => {
  const windows = { window: 2, horizon: 1, starts: Int32Array.from({ length: 10 }, (_, i) => i) };
  assertEquals(thinned(windows, 10), windows);
  assertEquals(thinned(windows, 4).starts, Int32Array.of(0, 2, 5, 7));
});

Deno.test("`thinnedParts()` holds out a quarter of what it trains on", () => {
  const windows = { window: 2, horizon: 1, starts: new Int32Array(10) };
  const { train, validation, test } = thinnedParts(
    { train: windows, validation: windows, test: windows },
    9,
  );
  assertEquals([train, validation, test].map(({ starts }) => starts.length), [9, 3, 3]);
});

Deno.test("`errorScores()` leaves relative errors out", () => {
  const actual = Float64Array.of(0, 1), predicted = Float64Array.of(1, 1);
  const scores = errorScores("test", actual, predicted, { targets: ["count"], units: ["1/min"] });
  assertEquals(Object.keys(scores), [
    "test/count/mae",
    "test/count/rmse",
    "test/count/r2",
    "test/r2/mean",
  ]);
  assertEquals(scores["test/count/mae"], { value: 0.5, unit: "1/min", better: "lower" });
});

Deno.test("`addBaseline()` adds to what is known of a reference", () => {
  const study = emptyStudy();
  addBaseline(study, "reactive", { a: metric(1, "lower") });
  addBaseline(study, "reactive", { b: metric(2, "lower") });
  assertEquals(study.baselines, { reactive: { a: 1, b: 2 } });
});

Deno.test("`firstColumns()` cuts rows", () => {
  const series = { columns: ["a", "b", "c"], rows: 2, values: Float32Array.of(1, 2, 3, 4, 5, 6) };
  assertEquals(firstColumns(series, 2), Float32Array.of(1, 2, 4, 5));
});
