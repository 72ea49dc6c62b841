import { closeDevice, openDevice, readBack, residentSeries, rootKey, uniform } from "assay";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { documentFraming } from "./document_framing.ts";
import {
  type FeatureSources,
  type FeatureVariant,
  logarithmicRate,
  writeFeatures,
} from "./document_features.ts";
import { documentGaps, isCold } from "./document_gaps.ts";
import { invocationTrace } from "./generate.ts";
import { MEMORY_TIERS_MB } from "./invocation_trace.ts";
import { DOCUMENTED_SCALES, robustScale, scaledBy } from "./robust_scaling.ts";

const trace = invocationTrace(rootKey(1), { days: 3, invocations: 60_000 });
const frame = (variant: FeatureVariant, scaling: "once" | "twice") =>
  documentFraming(trace, rootKey(1).key("framing"), { variant, scaling });

Deno.test("memory scaled twice is next to nothing, as the document's figures show", () => {
  const tiers = MEMORY_TIERS_MB.map((mb) => scaledBy(DOCUMENTED_SCALES.memory_mb, mb) / 3008);
  const documented = [-4.7e-5, 0, 9.5e-5, 2.8e-4, 6.6e-4, 1.02e-3];
  tiers.forEach((tier, i) => assertAlmostEquals(tier, documented[i]!, 0.005 * 1e-3));
});

Deno.test("`logarithmicRate()` has the document's floor, zero and ceiling", () => {
  const rate = (r: number) => scaledBy(DOCUMENTED_SCALES.invocation_rate, r);
  const feature = (r: number) => logarithmicRate(rate(r), rate(1000));
  assertAlmostEquals(feature(0), -0.269, 5e-4);
  assertAlmostEquals(feature(113.3885), 0, 1e-12);
  assertAlmostEquals(feature(1000), 1, 1e-8);
  assert(Number.isNaN(feature(-1000)));
});

Deno.test("`writeFeatures()` clips where the document clips", () => {
  const row: FeatureSources = { rate: NaN, memory: 3008, duration: 2500, latency: 40_000, hour: 6 };
  const features = (variant: FeatureVariant) => {
    const into = new Float64Array(5);
    writeFeatures(row, variant, { rate: 9, queue: 80 }, into, 0);
    return into;
  };
  assertEquals([...features("raw")], [0, 1, 1, 10, 1]);
  const [rate, , , queue] = features("normalised");
  assertEquals(rate, 0);
  assertAlmostEquals(queue!, 0.5, 1e-9);
});

Deno.test("`documentFraming()` equals the document's recipe at a row, with all its mistakes", () => {
  const { series, scales, test } = frame("raw", "once");
  const { gapMs, startSeconds } = documentGaps(trace);
  const order = Array.from(startSeconds.keys())
    .sort((a, b) => startSeconds[a]! - startSeconds[b]! || a - b);
  const cold = uniform(rootKey(1).key("framing"), 60_000, 100, 3000);
  for (const place of [0, 1, 777, 59_999]) {
    const row = order[place]!;
    const gap = gapMs[row]!;
    const rate = Number.isNaN(gap) ? 0 : Math.min(1 / (gap / 60_000 + 1e-6), 1000);
    const latency = trace.durationSeconds[row]! + (isCold(gap) ? cold[row]! : 0);
    const { memoryMb } = trace.functions[trace.functionIndex[row]!]!;
    const hour = Math.floor(trace.endSeconds[row]! / 3600);
    const expected = [
      rate,
      memoryMb / 3008,
      trace.durationSeconds[row]! / 1000,
      latency / 1000,
      Math.sin(2 * Math.PI * (hour % 24) / 24),
    ];
    expected.forEach((value, c) =>
      assertAlmostEquals(series.values[place * 5 + c]!, value, 1e-6 * Math.max(1, Math.abs(value)))
    );
  }
  assertEquals(test.starts[0], 42_000 + 9_000);
  assertEquals(scales.duration, robustScale(trace.durationSeconds));
});

Deno.test("`documentFraming()` replaces and counts what is no number", () => {
  const { series, replaced } = frame("normalised", "twice");
  assert(series.values.every(Number.isFinite));
  assert(replaced.train[0]! > 0);
  assertEquals(replaced.train.slice(1), [0, 0, 0, 0]);
  assertEquals(frame("raw", "twice").replaced.train, [0, 0, 0, 0, 0]);
});

Deno.test("raw rates of `documentFraming()` have no floor, since gaps can be negative", () => {
  const { series } = frame("raw", "once");
  let least = 0, most = 0;
  for (let i = 0; i < series.values.length; i += 5) {
    least = Math.min(least, series.values[i]!);
    most = Math.max(most, series.values[i]!);
  }
  assertEquals(most, 1000);
  assert(least < -1000);
});

Deno.test("windows of `documentFraming()` are cut on the device", async () => {
  await openDevice({ backend: "wasm" });
  const { series, test } = frame("normalised", "twice");
  const resident = residentSeries({
    inputs: series.values,
    targets: series.values,
    rows: series.rows,
    window: test.window,
    horizon: test.horizon,
  });
  const last = test.starts.length - 1;
  const { x, y } = resident.samples(test.starts).batch(Int32Array.of(last));
  const [inputs, target] = await readBack([x, y]);
  const start = test.starts[last]!;
  assertEquals(inputs, series.values.slice(5 * start, 5 * (start + 12)));
  assertEquals(target, series.values.slice(5 * (start + 12), 5 * (start + 13)));
  x.dispose();
  y.dispose();
  resident.dispose();
  await closeDevice();
});
