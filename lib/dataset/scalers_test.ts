import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import {
  fitMinMax,
  fitZScore,
  parseScaler,
  type Scaler,
  scaleValues,
  unscaleValues,
} from "./scalers.ts";
import type { Series } from "./series.ts";
import { inputCounts, sliceWindows, windowInputs, windows } from "./windows.ts";

const rows: Series = {
  columns: ["x", "y"],
  rows: 5,
  values: Float32Array.of(2, 10, 4, 20, 6, 30, 8, 50, NaN, 1e30),
};

Deno.test("`fitZScore()` gives mean and population sd of the rows that count", () => {
  const scaler = fitZScore(rows, [1, 1, 1, 1, 0]);
  assertEquals(scaler.mean, [5, 27.5]);
  assertAlmostEquals(scaler.scale[0]!, Math.sqrt(5), 1e-15);
  assertAlmostEquals(
    scaler.scale[1]!,
    Math.sqrt((17.5 ** 2 + 7.5 ** 2 + 2.5 ** 2 + 22.5 ** 2) / 4),
  );
  // Row 0 three times: mean (6 + 4) / 4.
  assertEquals(fitZScore(rows, [3, 1, 0, 0, 0], ["x"]), {
    kind: "z-score",
    columns: ["x"],
    mean: [2.5],
    scale: [Math.sqrt(0.75)],
  });
});

Deno.test("`fitZScore()` over counts equals the fit over all windows written out", () => {
  const width = 3, count = 400, window = 20;
  const values = Float32Array.from(
    { length: count * width },
    (_, i) => 1e4 * (i % width) + Math.sin(i) * 50,
  );
  const series = { columns: ["a", "b", "c"], rows: count, values };
  const train = sliceWindows(windows({ rows: count, window, horizon: 1 }), { from: 0, to: 250 });
  const flat = windowInputs(series, train);
  const out = { ...series, rows: flat.length / width, values: flat };
  const expected = fitZScore(out, new Int32Array(out.rows).fill(1));
  const weighted = fitZScore(series, inputCounts(train, count));
  for (let c = 0; c < width; c++) {
    assertAlmostEquals(weighted.mean[c]! / expected.mean[c]!, 1, 1e-13);
    assertAlmostEquals(weighted.scale[c]! / expected.scale[c]!, 1, 1e-12);
  }
});

Deno.test("a constant column becomes 0 under both scalers, exactly", () => {
  const constant = {
    columns: ["c"],
    rows: 7,
    values: new Float32Array(7).fill(0.1),
  };
  const ones = Array(7).fill(1);
  for (const scaler of [fitZScore(constant, ones), fitMinMax(constant, ones)]) {
    assertEquals(scaleValues(scaler, constant.values), new Float32Array(7));
    assertEquals(unscaleValues(scaler, new Float32Array(7)), constant.values);
    assertEquals(parseScaler(JSON.parse(JSON.stringify(scaler)), "m"), scaler);
  }
});

Deno.test("`fitMinMax()` maps the rows that count onto 0 to 1", () => {
  const scaler = fitMinMax(rows, [0, 1, 1, 1, 0]);
  assertEquals([scaler.min, scaler.max], [[4, 20], [8, 50]]);
  assertEquals(
    scaleValues(scaler, Float32Array.of(2, 35, 6, 50)),
    Float32Array.of(-0.5, 0.5, 0.5, 1),
  );
});

Deno.test("`unscaleValues()` undoes `scaleValues()` to f32 precision", () => {
  const values = rows.values.subarray(0, 8);
  for (const scaler of [fitZScore(rows, [1, 1, 1, 1, 0]), fitMinMax(rows, [1, 1, 1, 1, 0])]) {
    const back = unscaleValues(scaler, scaleValues(scaler, values));
    values.forEach((x, i) => assertAlmostEquals(back[i]! / x, 1, 2e-6));
  }
});

Deno.test("fitting refuses no rows, values that are not finite and absent columns", () => {
  assertThrows(() => fitZScore(rows, [0, 0, 0, 0, 0]), RangeError, "sum 0");
  assertThrows(() => fitMinMax(rows, [1]), RangeError, "1 counts");
  assertThrows(() => fitZScore(rows, [1, 1, 1, 1, 1]), RangeError, 'column "x" is NaN in row 4');
  assertThrows(() => fitZScore(rows, [1, 0, 0, 0, 0], ["z"]), RangeError, '"z"');
  const scaler = fitMinMax(rows, [1, 1, 0, 0, 0]);
  assertThrows(() => scaleValues(scaler, new Float32Array(3)), RangeError, "3 values");
});

Deno.test("`parseScaler()` gives back what was saved and refuses anything else", () => {
  const scaler: Scaler = { kind: "z-score", columns: ["x", "y"], mean: [1, 2], scale: [3, 4] };
  const saved = JSON.stringify(scaler);
  assertEquals(parseScaler(JSON.parse(saved), "m.json"), scaler);
  const faults: [unknown, string][] = [
    [null, "Cannot read the scaler in m.json"],
    [{ ...scaler, kind: "robust" }, "kind"],
    [{ ...scaler, mean: [1] }, "2 columns have 1 and 2 numbers"],
    [{ ...scaler, mean: [1, NaN] }, "mean.1"],
    [{ ...scaler, scale: [3, 0] }, "scale.1: must be above 0"],
    [{ ...scaler, scale: [3, "4"] }, "scale.1"],
    [{ ...scaler, extra: 1 }, "extra"],
    [{ ...scaler, columns: ["x", "x"] }, "named twice"],
    [{ ...scaler, columns: [] }, "columns"],
    [{ kind: "min-max", columns: ["x"], min: [2], max: [1] }, "above its maximum"],
  ];
  for (const [value, message] of faults) {
    assertThrows(() => parseScaler(value, "m.json"), InputError, message);
  }
});
