import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { regressionMetrics, rootKey } from "assay";
import {
  ceilingMetrics,
  networkTrace,
  TRACE_TARGET_UNITS,
  TRACE_TARGETS,
  traceCeiling,
  traceTargets,
} from "../network_trace.ts";

const names = { targets: TRACE_TARGETS, units: TRACE_TARGET_UNITS };

/** The last 2,247 rows, the test part of 15,000 at horizon 1. */
const TEST = Array.from({ length: 2247 }, (_, i) => 15_000 - 2247 + i);

function scored(seed: number, preset: "v1" | "lownoise") {
  const trace = networkTrace(rootKey(seed).key("data"), { preset, rows: 15_000 });
  const actual = traceTargets(trace, TEST);
  const ceiling = traceCeiling(trace, { rows: TEST, horizon: 1 });
  return { actual, ceiling, metrics: ceilingMetrics(actual, ceiling) };
}

Deno.test("`traceCeiling()` of v1 agrees with the facts: mean r 0.778, R² 0.663, MAPE 15 %", () => {
  const all = Array.from({ length: 8 }, (_, i) => scored(i + 1, "v1"));
  const average = (f: (one: typeof all[0]) => number) =>
    all.reduce((sum, one) => sum + f(one), 0) / all.length;
  const metric = (name: string) => average(({ metrics }) => metrics[name]!.value);
  assertAlmostEquals(metric("throughput_mbps/correlation"), 0.958, 0.004);
  assertAlmostEquals(metric("rtt_ms/correlation"), 0.831, 0.012);
  assertAlmostEquals(metric("packet_loss/correlation"), 0.952, 0.004);
  assertAlmostEquals(metric("jitter_ms/correlation"), 0.373, 0.025);
  assertAlmostEquals(metric("correlation/mean"), 0.778, 0.008);
  assertAlmostEquals(metric("r2/mean"), 0.663, 0.012);
  // By conditional mean, the facts' 15 % (more on sets where loss comes near 0); the forecast that is
  // made for MAPE does better, and still far from the 5 % that were claimed.
  const byMean = average(({ actual, ceiling }) =>
    regressionMetrics(actual, ceiling.mean, names)["mape/mean"]!.value
  );
  assert(byMean > 14 && byMean < 22, `${byMean}`);
  assertAlmostEquals(metric("mape/mean"), 13.4, 0.4);
});

Deno.test("`traceCeiling()` of lownoise agrees with the facts: mean r 0.992, MAPE 1.6 %", () => {
  const { metrics } = scored(1, "lownoise");
  assertAlmostEquals(metrics["correlation/mean"]!.value, 0.992, 0.002);
  assertAlmostEquals(metrics["jitter_ms/correlation"]!.value, 0.97, 0.006);
  assertAlmostEquals(metrics["mape/mean"]!.value, 1.6, 0.1);
});

Deno.test("`traceCeiling()` does not depend on the horizon in v1", () => {
  const trace = networkTrace(rootKey(1), { preset: "v1", rows: 100 });
  const near = traceCeiling(trace, { rows: [0, 50], horizon: 1 });
  assertEquals(traceCeiling(trace, { rows: [0, 50], horizon: 15 }), near);
});

Deno.test("`traceCeiling()` of v2 falls with the horizon, and is near in the next minute", () => {
  const trace = networkTrace(rootKey(2), { preset: "v2", rows: 6000 });
  const rows = Array.from({ length: 1000 }, (_, i) => 3000 + 3 * i);
  const actual = traceTargets(trace, rows);
  const correlations = [1, 15, 60].map((horizon) =>
    ceilingMetrics(actual, traceCeiling(trace, { rows, horizon }))["correlation/mean"]!.value
  );
  assert(correlations[0]! > correlations[1]! && correlations[1]! > correlations[2]!);
  assert(correlations[0]! > 0.998 && correlations[2]! < 0.95, `${correlations}`);
});

Deno.test("`ceilingMetrics()` scores each metric on the forecast that is best for it", () => {
  for (const preset of ["v1", "v2"] as const) {
    const trace = networkTrace(rootKey(3), { preset, rows: 6000 });
    const rows = Array.from({ length: 5000 }, (_, i) => 1000 + i);
    const actual = traceTargets(trace, rows);
    const ceiling = traceCeiling(trace, { rows, horizon: 15 });
    const metrics = ceilingMetrics(actual, ceiling);
    const by = (kind: keyof typeof ceiling) => regressionMetrics(actual, ceiling[kind], names);
    assertEquals(metrics["rtt_ms/rmse"], by("mean")["rtt_ms/rmse"]);
    assertEquals(metrics["rtt_ms/mae"], by("median")["rtt_ms/mae"]);
    assertEquals(metrics["mape/mean"], by("relativeMedian")["mape/mean"]);
    assert(!Object.keys(metrics).some((name) => name.includes("smape")));
    // On so many rows the best in expectation is the best in fact, up to a hair.
    for (const target of TRACE_TARGETS) {
      for (const kind of ["mean", "median", "relativeMedian"] as const) {
        for (const name of ["rmse", "mae", "mape"] as const) {
          const [best, other] = [metrics[`${target}/${name}`]!, by(kind)[`${target}/${name}`]!];
          assert(best.value <= 1.002 * other.value, `${preset} ${target} ${name} against ${kind}`);
        }
      }
    }
  }
});

Deno.test("`traceCeiling()` refuses rows and horizons that it cannot forecast", () => {
  const trace = networkTrace(rootKey(1), { preset: "v2", rows: 100 });
  const attempt = (rows: number[], horizon: number) => () => traceCeiling(trace, { rows, horizon });
  assertThrows(attempt([50], 0), RangeError, "horizon is 0");
  assertThrows(attempt([50], 1.5), RangeError, "horizon is 1.5");
  assertThrows(attempt([14], 15), RangeError, "rows 15 to 99");
  assertThrows(attempt([100], 15), RangeError, "row 100");
  assertThrows(attempt([20.5], 15), RangeError, "row 20.5");
  assertEquals(traceCeiling(trace, { rows: [15, 99], horizon: 15 }).mean.length, 8);
});
