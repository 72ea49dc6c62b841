import { rootKey } from "assay";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { DOCUMENTED_FEATURES, featureStatistics } from "./feature_statistics.ts";
import { stepFeatures, stepMaxima, stepTargets, trainRows, unscaleTargets } from "./features.ts";
import { simpleForecasts } from "./forecasts.ts";
import { invocationTrace } from "./generate.ts";
import { stepSeries } from "./series.ts";
import { stepWindows } from "./step_windows.ts";

const trace = invocationTrace(rootKey(1), { days: 3, invocations: 60_000 });
const binned = stepSeries(trace, { stepSeconds: 60, functions: [0, 1, 2, 9] });
const maxima = stepMaxima(binned);

Deno.test("`stepMaxima()` and `trainRows()` see nothing after train", () => {
  const rows = trainRows(binned);
  const later = stepSeries(trace, { stepSeconds: 60, functions: [0, 1, 2, 9] });
  for (const { to } of rows) later.columns.count[to] = 1e6;
  assertEquals(stepMaxima(later), maxima);
  const { clipped } = stepFeatures(later, maxima, "normalised");
  assert(clipped.count >= rows.length);
});

Deno.test("`stepFeatures()` of train lie in 0 … 1, and `unscaleTargets()` gives the targets back", () => {
  const { series } = stepFeatures(binned, maxima, "normalised");
  for (const { from, to } of trainRows(binned)) {
    for (let row = from; row < to; row++) {
      for (let c = 0; c < 4; c++) {
        const value = series.values[row * 6 + c]!;
        assert(value >= 0 && value <= 1 + 1e-6);
      }
    }
  }
  const scaled = Float32Array.from(
    { length: 3 * binned.rows },
    (_, i) => series.values[Math.floor(i / 3) * 6 + i % 3]!,
  );
  const targets = stepTargets(binned).values;
  const { to } = trainRows(binned)[0]!;
  unscaleTargets(maxima, scaled).slice(0, 3 * to).forEach((value, i) =>
    assertAlmostEquals(value, targets[i]!, 1e-4 * Math.max(1, targets[i]!))
  );
});

Deno.test("raw `stepFeatures()` are the columns themselves, with nothing clipped", () => {
  const { series, clipped } = stepFeatures(
    binned,
    { count: 1, concurrency: 1, inFlight: 1 },
    "raw",
  );
  const { count, inFlight, busyShare } = binned.columns;
  for (let row = 0; row < binned.rows; row += 97) {
    assertEquals(series.values[row * 6], count[row]);
    assertEquals(series.values[row * 6 + 2], busyShare[row]);
    assertEquals(series.values[row * 6 + 3], inFlight[row]);
  }
  assertEquals(clipped, { count: 0, concurrency: 0, inFlight: 0 });
});

Deno.test("every feature of the document's run misses a band that it expected", () => {
  const inside = (value: number, [low, high]: readonly [number, number]) =>
    value >= low && value <= high;
  for (const { name, expectedMean, expectedSd, printedMean, printedSd } of DOCUMENTED_FEATURES) {
    assert(!(inside(printedMean, expectedMean) && inside(printedSd, expectedSd)), name);
  }
  assertThrows(
    () => featureStatistics({ columns: ["x"], rows: 0, values: new Float32Array(0) }, []),
    RangeError,
    "there is no row",
  );
});

Deno.test("`simpleForecasts()` are in the targets' units, a season before within the function", () => {
  const parts = stepWindows(binned, { window: 12, horizon: 1 });
  const { values } = stepTargets(binned);
  const task = { values, columns: 3, window: 12, horizon: 1, targets: [0, 1, 2] };
  const forecasts = simpleForecasts(task, binned, parts);
  const { starts } = parts.test;
  for (const forecast of Object.values(forecasts)) {
    assertEquals(forecast.length, 3 * starts.length);
    assert(forecast.every(Number.isFinite));
  }
  for (const w of [0, Math.floor(starts.length / 2), starts.length - 1]) {
    const start = starts[w]!, asked = start + 12;
    const { from } = binned.functions.find(({ from, to }) => start >= from && start < to)!;
    const before = asked - 1440 >= from ? asked - 1440 : asked - 1;
    assertEquals(forecasts["seasonal naive"]![3 * w], values[3 * before]);
    assertEquals(forecasts["static 2×"]![3 * w], 2 * values[3 * (asked - 1)]!);
  }
});
