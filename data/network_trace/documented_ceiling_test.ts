import { assert, assertAlmostEquals } from "@std/assert";
import { exponential, normal, rootKey } from "assay";
import { clipField, TRACE_TARGETS } from "./columns.ts";
import { baseThroughput } from "./documented.ts";
import { documentedFunctionals } from "./documented_ceiling.ts";

const N = 200_000;

/** Draws of the four targets in one hour, written down again from the document. */
function simulate(hour: number, weekday: number, noise: number): Float64Array[] {
  const key = rootKey(hour + 100 * weekday);
  const base = baseThroughput(hour, weekday);
  const t = normal(key.key("t"), N, base, 50 * noise).map((x) => clipField("throughput_mbps", x));
  const r = normal(key.key("r"), N, 0, 5 * noise)
    .map((z, i) => clipField("rtt_ms", 50 - (t[i]! - 500) / 20 + z));
  const l = exponential(key.key("l"), N, 0.001 * noise)
    .map((e, i) => clipField("packet_loss", 0.05 * (1 - t[i]! / 1000) + e));
  const j = exponential(key.key("j"), N, 2 * noise)
    .map((e, i) => clipField("jitter_ms", 0.1 * r[i]! + e));
  return [t, r, l, j];
}

const mean = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / N;
const mae = (values: Float64Array, p: number) => mean(values.map((v) => Math.abs(v - p)));
const mape = (values: Float64Array, p: number) =>
  mean(values.map((v) => Math.abs(v - p) / Math.max(v, 1e-8)));

Deno.test("`documentedFunctionals()` agrees with simulation, clipped hours included", () => {
  for (
    const [hour, weekday, noise] of [[9, 1, 1], [10, 2, 1], [18, 0, 1], [18, 6, 1], [9, 1, 0.1]]
  ) {
    const draws = simulate(hour!, weekday!, noise!);
    const functionals = documentedFunctionals(hour!, weekday!, noise!);
    draws.forEach((values, target) => {
      const what = `${TRACE_TARGETS[target]} at ${hour} h`;
      const found = functionals[target]!;
      const centre = mean(values);
      const sd = Math.sqrt(mean(values.map((v) => (v - centre) ** 2)));
      assertAlmostEquals(found.mean, centre, 4.5 * sd / Math.sqrt(N), `mean of ${what}`);
      const sorted = values.slice().sort();
      assertAlmostEquals(found.median, sorted[N / 2]!, 0.01 * sd, `median of ${what}`);
      // The relative median is judged by what it is for: no other number nearby does better.
      const best = mape(values, found.relativeMedian);
      for (const other of [found.mean, found.median, 0.97 * found.relativeMedian]) {
        assert(best <= mape(values, other) * 1.001, `relative median of ${what} against ${other}`);
      }
      assert(best <= mape(values, 1.03 * found.relativeMedian) * 1.001, what);
      assert(mae(values, found.median) <= mae(values, found.mean) * 1.0001, what);
    });
  }
});

Deno.test("`documentedFunctionals()` has closed means away from the clips", () => {
  // Sunday 18 h: B = 210, four standard deviations from the lower clip.
  const [t, r, l] = documentedFunctionals(18, 6, 1);
  assertAlmostEquals(t.mean, 210, 0.001);
  assertAlmostEquals(r.mean, 64.5, 1e-4);
  assertAlmostEquals(l.mean, 0.05 * 0.79 + 0.001, 1e-7);
});

Deno.test("`documentedFunctionals()` forecasts clipped throughput below its level", () => {
  // 9 h: B = 962.13, z = 0.757: E min(X, 1000) = B − sd (φ(z) − z (1 − Φ(z))) = 962.13 − 50 · 0.12939.
  const [t, , l] = documentedFunctionals(9, 0, 1);
  assertAlmostEquals(t.mean, 962.132 - 50 * 0.1294, 0.01);
  // More than a fifth of the hour is clipped, where loss comes near 0: for MAPE, say almost nothing.
  assert(l.relativeMedian < 1e-4 && l.median > 0.002);
});
