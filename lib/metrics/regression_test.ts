import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { meanSquaredError, regressionMetrics, regressionScores, skill } from "./regression.ts";

const f64 = (...values: number[]) => Float64Array.from(values);

Deno.test("`regressionScores()` equals hand-computed values", () => {
  // Errors 1, 0, −2, −1; mean actual 5, squared deviations 9 + 1 + 1 + 9 = 20.
  const scores = regressionScores(f64(2, 4, 6, 8), f64(3, 4, 4, 7));
  assertEquals(scores.mae, 1);
  assertAlmostEquals(scores.rmse, Math.sqrt(6 / 4), 1e-15);
  assertAlmostEquals(scores.mape, 100 * (1 / 2 + 0 + 2 / 6 + 1 / 8) / 4, 1e-12);
  assertAlmostEquals(scores.smape, 100 * (2 / 5 + 0 + 4 / 10 + 2 / 15) / 4, 1e-12);
  assertAlmostEquals(scores.r2, 1 - 6 / 20, 1e-15);
  // Predicted deviations −1.5, −0.5, −0.5, 2.5: products 4.5 + 0.5 − 0.5 + 7.5 = 12, squares sum 9.
  assertAlmostEquals(scores.correlation, 12 / Math.sqrt(20 * 9), 1e-15);
});

Deno.test("`regressionScores()` is exact for a perfect and for a mirrored prediction", () => {
  const a = f64(1, 2, 3, 5);
  assertEquals(regressionScores(a, a), {
    mae: 0,
    rmse: 0,
    mape: 0,
    smape: 0,
    r2: 1,
    correlation: 1,
  });
  const mirrored = regressionScores(a, a.map((x) => 500 - 2 * x));
  assertAlmostEquals(mirrored.correlation, -1, 1e-15);
});

Deno.test("`regressionScores()` defines constants, zeros and single rows", () => {
  const constant = Float64Array.from({ length: 10 }, () => 0.1);
  assertEquals(regressionScores(constant, constant).r2, 1);
  assertEquals(regressionScores(constant, constant).correlation, 0);
  assertEquals(regressionScores(constant, f64(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)).r2, 0);
  assertEquals(regressionScores(f64(1, 2, 3), f64(0.1, 0.1, 0.1)).correlation, 0);
  const zero = regressionScores(f64(0, 0), f64(0, 1e-8));
  assertEquals([zero.mape, zero.smape], [50, 100]);
  assertEquals(regressionScores(f64(3), f64(4)).mae, 1);
  assertEquals(regressionScores(f64(-4), f64(-3)).mape, 25);
});

Deno.test("`regressionScores()` does not lose small variation on a large offset", () => {
  const a = Float64Array.from({ length: 1001 }, (_, i) => 1e9 + i);
  const p = a.map((x, i) => x + (i % 2 === 0 ? 0.5 : -0.5));
  const scores = regressionScores(a, p);
  // Σ(i − 500)² over 0..1000 = 1000 · 1001 · 1002 / 12
  assertAlmostEquals(scores.r2, 1 - 1001 * 0.25 / (1000 * 1001 * 1002 / 12), 1e-12);
});

Deno.test("`regressionScores()` refuses unequal, empty and not finite input with its index", () => {
  assertThrows(() => regressionScores(f64(1, 2), f64(1)), RangeError, "1 predicted values");
  assertThrows(() => regressionScores(f64(), f64()), RangeError, "at least one whole row");
  assertThrows(
    () => regressionScores(f64(1, NaN), f64(1, 2)),
    RangeError,
    "actual value at index 1",
  );
  assertThrows(
    () => regressionScores(f64(1, 2), f64(Infinity, 2)),
    RangeError,
    "predicted value at index 0 (row 0, value) is Infinity",
  );
});

Deno.test("`regressionMetrics()` names each target's scores with units, and averages last", () => {
  const actual = Float32Array.of(2, 10, 4, 20, 6, 30, 8, 40);
  const predicted = Float32Array.of(3, 10, 4, 20, 4, 30, 7, 40);
  const metrics = regressionMetrics(actual, predicted, {
    targets: ["t", "rtt"],
    units: ["", "ms"],
  });
  assertEquals(Object.keys(metrics), [
    ...["t", "rtt"].flatMap((target) =>
      ["mae", "rmse", "mape", "smape", "r2", "correlation"].map((name) => `${target}/${name}`)
    ),
    "mape/mean",
    "smape/mean",
    "r2/mean",
    "correlation/mean",
  ]);
  assertEquals(metrics["t/mae"], { value: 1, unit: "", better: "lower" });
  assertEquals(metrics["rtt/rmse"], { value: 0, unit: "ms", better: "lower" });
  assertEquals(metrics["rtt/mape"]!.unit, "%");
  assertEquals(metrics["rtt/r2"], { value: 1, unit: "", better: "higher" });
  assertAlmostEquals(metrics["r2/mean"]!.value, (0.7 + 1) / 2, 1e-15);
  const alone = regressionScores(f64(2, 4, 6, 8), f64(3, 4, 4, 7));
  assertEquals(metrics["t/correlation"]!.value, alone.correlation);
  assertEquals(metrics["mape/mean"]!.value, alone.mape / 2);
});

Deno.test("`regressionMetrics()` refuses shapes and names that do not fit", () => {
  const names = { targets: ["a", "b"], units: ["", ""] };
  assertThrows(() => regressionMetrics(f64(1, 2, 3), f64(1, 2, 3), names), RangeError, "rows of 2");
  assertThrows(
    () => regressionMetrics(f64(1, 2, 3, NaN), f64(1, 2, 3, 4), names),
    RangeError,
    "index 3 (row 1, b)",
  );
  assertThrows(
    () => regressionMetrics(f64(1), f64(1), { targets: ["a"], units: [] }),
    RangeError,
    "1 targets have 0 units",
  );
  assertThrows(
    () => regressionMetrics(f64(1, 2), f64(1, 2), { targets: ["a", "a"], units: ["", ""] }),
    RangeError,
    "named twice",
  );
});

Deno.test("`meanSquaredError()` and `skill()` equal hand-computed values", () => {
  assertEquals(meanSquaredError(f64(1, 2, 3), f64(1, 4, 2)), 5 / 3);
  assertEquals(skill(0, 2), 1);
  assertEquals(skill(2, 2), 0);
  assertEquals(skill(3, 2), -0.5);
  assertEquals(skill(0, 0), 0);
  assertThrows(() => skill(1, 0), RangeError, "mseBaseline is 0");
  assertThrows(() => skill(NaN, 1), RangeError, "mse is NaN");
  assertThrows(() => skill(1, -1), RangeError, "mseBaseline is -1");
});
