import { assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { studentTCdf, studentTQuantile } from "./student_t.ts";

/** P(|T| < t) for whole df by the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4. */
function twoSided(t: number, df: number): number {
  const theta = Math.atan(t / Math.sqrt(df));
  const cosine2 = 1 / (1 + t * t / df);
  let term = df % 2 === 1 ? Math.sqrt(cosine2) : 1;
  let sum = 0;
  for (let k = df % 2 === 1 ? 3 : 2; k <= df + 1; k += 2) {
    if (k <= df) sum += term;
    term *= cosine2 * (k - 1) / k;
  }
  if (df % 2 === 0) return Math.sin(theta) * sum;
  return (theta + (df === 1 ? 0 : Math.sin(theta) * sum)) * 2 / Math.PI;
}

Deno.test("`studentTCdf()` equals the finite sums for every whole df to 1000", () => {
  let worst = 0;
  for (let df = 1; df <= 1000; df++) {
    for (const t of [1e-6, 0.3, 1, 1.7, 2.5, 6, 40]) {
      const expected = 0.5 + twoSided(t, df) / 2;
      worst = Math.max(
        worst,
        Math.abs(studentTCdf(t, df) - expected),
        Math.abs(studentTCdf(-t, df) - (1 - expected)),
      );
    }
  }
  assertLess(worst, 1e-13);
});

Deno.test("`studentTQuantile()` gives the published tables", () => {
  // Rows: probability; columns: df 1, 2, 3, 5, 10, 30, 120, 1000.
  const df = [1, 2, 3, 5, 10, 30, 120, 1000];
  const table: Record<number, number[]> = {
    0.75: [1, 0.816497, 0.764892, 0.726687, 0.699812, 0.682756, 0.676540, 0.674735],
    0.9: [3.077684, 1.885618, 1.637744, 1.475884, 1.372184, 1.310415, 1.288646, 1.282399],
    0.95: [6.313752, 2.919986, 2.353363, 2.015048, 1.812461, 1.697261, 1.657651, 1.646379],
    0.975: [12.706205, 4.302653, 3.182446, 2.570582, 2.228139, 2.042272, 1.979930, 1.962339],
    0.99: [31.820516, 6.964557, 4.540703, 3.364930, 2.763769, 2.457262, 2.357825, 2.330083],
    0.995: [63.656741, 9.924843, 5.840909, 4.032143, 3.169273, 2.749996, 2.617421, 2.580755],
    0.9995: [636.619249, 31.599055, 12.923979, 6.868827, 4.586894, 3.645959, 3.373454, 3.300283],
  };
  for (const [probability, row] of Object.entries(table)) {
    row.forEach((t, i) => {
      assertAlmostEquals(studentTQuantile(Number(probability), df[i]!), t, 1e-6);
      assertAlmostEquals(studentTQuantile(1 - Number(probability), df[i]!), -t, 1e-6);
    });
  }
});

Deno.test("`studentTQuantile()` undoes `studentTCdf()` for df 1 to 1000", () => {
  for (let df = 1; df <= 1000; df += df < 50 ? 1 : 37) {
    for (const p of [1e-9, 0.001, 0.05, 0.4, 0.6, 0.95, 0.999]) {
      assertAlmostEquals(studentTCdf(studentTQuantile(p, df), df) / p, 1, 1e-11);
    }
  }
});

Deno.test("`studentTQuantile()` keeps the precision of far tails and fractional df", () => {
  // SciPy 1.17 `stats.t.ppf`; the second is also cot(π 1e-12).
  const expected: [number, number, number][] = [
    [1e-10, 3, -2225.769284683093],
    [1e-12, 1, -318309886183.7907],
    [1e-8, 50, -6.6659129257368654],
    [0.95, 0.5, 41.13600009287819],
    [0.95, 2.7, 2.4638889362708496],
    [0.6, 1e5, 0.25334777715718015],
  ];
  for (const [p, df, t] of expected) assertAlmostEquals(studentTQuantile(p, df) / t, 1, 1e-10);
  assertAlmostEquals(studentTCdf(-30, 1000) / 7.687343722021547e-142, 1, 1e-10);
});

Deno.test("`studentTCdf()` is ½ at 0 and reaches 0 and 1", () => {
  assertEquals(studentTCdf(0, 3), 0.5);
  assertEquals(studentTCdf(Infinity, 3), 1);
  assertEquals(studentTCdf(-Infinity, 3), 0);
  assertEquals(studentTCdf(1e200, 3), 1);
  assertEquals(studentTQuantile(0.5, 7), 0);
});

Deno.test("`studentTQuantile()` refuses what has no quantile", () => {
  for (const p of [0, 1, -0.1, 1.1, NaN]) {
    assertThrows(() => studentTQuantile(p, 3), RangeError, "between 0 and 1");
  }
  for (const df of [0, -1, NaN, Infinity]) {
    assertThrows(() => studentTQuantile(0.9, df), RangeError, "degrees of freedom");
  }
  assertThrows(() => studentTCdf(NaN, 3), RangeError, "t is NaN");
});
