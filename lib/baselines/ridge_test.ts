import { assert, assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { solvePositiveDefinite } from "./cholesky.ts";
import { fitRidge, predictRidge } from "./ridge.ts";
import type { ForecastTask } from "./types.ts";

/** Values that look random, −1 … 1, the same everywhere. */
function noise(length: number, seed = 1): Float64Array {
  let state = seed;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const starts = (from: number, to: number) =>
  Int32Array.from({ length: to - from }, (_, i) => from + i);

Deno.test("`solvePositiveDefinite()` equals a hand-computed solution", () => {
  // L = [[2,0,0],[6,1,0],[-8,5,3]]; A X = B with X = [[1, 0], [2, 1], [3, -1]].
  const matrix = Float64Array.of(4, 12, -16, 12, 37, -43, -16, -43, 98);
  const right = Float64Array.of(-20, 28, -43, 80, 192, -141);
  assert(solvePositiveDefinite(matrix, right, 3));
  assertEquals(right, Float64Array.of(1, 0, 2, 1, 3, -1));
  assertEquals(matrix[8], 3);
});

Deno.test("`solvePositiveDefinite()` solves odd sizes and says when it cannot", () => {
  for (const n of [1, 2, 7, 33]) {
    const base = noise(n * n);
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let sum = i === j ? 1 : 0;
        for (let k = 0; k < n; k++) sum += base[i * n + k]! * base[j * n + k]!;
        a[i * n + j] = sum;
      }
    }
    const x = noise(n, 5);
    const b = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) b[i]! += a[i * n + j]! * x[j]!;
    assert(solvePositiveDefinite(a, b, n));
    b.forEach((value, i) => assertAlmostEquals(value, x[i]!, 1e-9));
  }
  const solvable = (...matrix: number[]) =>
    solvePositiveDefinite(Float64Array.from(matrix), Float64Array.of(1, 1), 2);
  assertEquals(solvable(1, 1, 1, 1), false);
  assertEquals(solvable(1, 2, 2, 1), false);
  assertEquals(solvable(0, 0, 0, 1), false);
  assertEquals(solvable(NaN, 0, 0, 1), false);
  assertEquals(solvable(0.1, 0.3, 0.3, 0.1 * 9), false);
});

Deno.test("`fitRidge()` with one input equals the textbook formula", () => {
  // x: 1, 2, 4, 3, 5 → y the next row. Σz² = 5 (population sd), so w = Σzy / (5 + penalty) / sd.
  const values = Float32Array.of(1, 2, 4, 3, 5, 9);
  const task = { values, columns: 1, window: 1, horizon: 1, targets: [0] };
  const x = [1, 2, 4, 3, 5], y = [2, 4, 3, 5, 9];
  const mx = 3, my = 23 / 5, variance = 2;
  const covariance = x.reduce((sum, xi, i) => sum + (xi - mx) * (y[i]! - my), 0);
  for (const penalty of [0, 3, 50]) {
    const { weights, intercept } = fitRidge(task, starts(0, 5), { penalty });
    const slope = covariance / variance / (5 + penalty);
    assertAlmostEquals(weights[0]!, slope, 1e-12);
    assertAlmostEquals(intercept[0]!, my - slope * mx, 1e-12);
  }
});

Deno.test("`fitRidge()` without penalty recovers an exact linear law in original units", () => {
  // Column 0 is free; column 1 in row t is 3 a[t-1] − 2 a[t-2] + 100.
  const rows = 700, free = noise(rows);
  const values = new Float32Array(rows * 2);
  for (let t = 0; t < rows; t++) {
    values[2 * t] = 50 * free[t]!;
    values[2 * t + 1] = 3 * (values[2 * t - 2] ?? 0) - 2 * (values[2 * t - 4] ?? 0) + 100;
  }
  const task = { values, columns: 2, window: 2, horizon: 1, targets: [1, 0] };
  // An odd number of windows, more than one block, not a multiple of four.
  const model = fitRidge(task, starts(4, 655), { penalty: 1e-9 });
  [-2, 0, 3, 0].forEach((weight, i) => assertAlmostEquals(model.weights[i * 2]!, weight, 1e-4));
  assertAlmostEquals(model.intercept[0]!, 100, 1e-2);
  const predicted = predictRidge(model, task, starts(655, 698));
  for (let i = 0; i < 43; i++) {
    assertAlmostEquals(predicted[2 * i]!, values[2 * (657 + i) + 1]!, 1e-2);
  }
});

Deno.test("`fitRidge()` makes the gradient of the penalised squared error vanish", () => {
  const columns = 3, rows = 400, window = 5, penalty = 50;
  const values = Float32Array.from(noise(rows * columns, 9), (x, i) => x * (i % columns + 1) + 7);
  const task: ForecastTask = { values, columns, window, horizon: 4, targets: [2, 1] };
  const train = starts(3, 330);
  const model = fitRidge(task, train, { penalty });
  const predicted = predictRidge(model, task, train);
  const inputs = window * columns;
  for (let i = 0; i < inputs; i++) {
    const x = Float64Array.from(train, (start) => values[start * columns + i]!);
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    const scale = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length);
    for (let k = 0; k < 2; k++) {
      let gradient = -penalty * model.weights[i * 2 + k]! * scale, bias = 0;
      train.forEach((start, w) => {
        const actual = values[(start + window - 1 + 4) * columns + task.targets[k]!]!;
        gradient += (x[w]! - mean) / scale * (actual - predicted[w * 2 + k]!);
        bias += actual - predicted[w * 2 + k]!;
      });
      assertLess(Math.abs(gradient), 1e-9);
      assertLess(Math.abs(bias), 1e-9);
    }
  }
});

Deno.test("`fitRidge()` gives a constant input no weight, with and without penalty", () => {
  const free = noise(60);
  const values = Float32Array.from({ length: 120 }, (_, i) => i % 2 === 0 ? 0.1 : free[i >> 1]!);
  const task = { values, columns: 2, window: 1, horizon: 1, targets: [1] };
  for (const penalty of [0, 50]) {
    const { weights } = fitRidge(task, starts(0, 59), { penalty });
    assertEquals(weights[0], 0);
    assert(weights[1] !== 0);
  }
});

Deno.test("`fitRidge()` and `predictRidge()` refuse what cannot be fitted", () => {
  const values = Float32Array.from(noise(20));
  const task = { values, columns: 2, window: 2, horizon: 1, targets: [0] };
  assertThrows(() => fitRidge(task, starts(0, 0)), RangeError, "0 windows");
  assertThrows(() => fitRidge(task, starts(0, 5), { penalty: -1 }), RangeError, "penalty -1");
  assertThrows(() => fitRidge(task, starts(0, 3), { penalty: 0 }), RangeError, "larger penalty");
  const hole = { ...task, values: values.with(7, NaN) };
  assertThrows(() => fitRidge(hole, starts(0, 5)), RangeError, "row 3, column 1");
  const last = { ...task, values: values.with(18, Infinity) };
  assertThrows(() => fitRidge(last, starts(0, 8)), RangeError, "row 9, column 0 (both from 0)");
  const model = fitRidge(task, starts(0, 8));
  assertThrows(
    () => predictRidge(model, { ...task, window: 3 }, starts(0, 1)),
    RangeError,
    "need 6",
  );
});
