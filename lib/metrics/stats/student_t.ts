/**
 * Student's t distribution: the probability below a value, and the value below which a probability lies.
 *
 * Bits are the same on every machine: exponential and logarithm come from `lib/numeric`.
 *
 * @module
 */

import { exp, log } from "../../numeric/elementary.ts";

/**
 * Probability that a Student t variable with `df` degrees of freedom is at most `t`.
 *
 * The tail is ½ I_x(df/2, ½) with x = df/(df + t²), I the regularised incomplete beta function; small
 * tails keep their relative precision (about 1e-12).
 *
 * @param t Any number, infinities included.
 * @param df Degrees of freedom, above 0, not necessarily whole.
 * @throws {RangeError} When `t` is NaN or `df` is not a finite number above 0.
 *
 * @example
 * ```ts
 * import { studentTCdf } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(studentTCdf(1, 1), 0.75, 1e-12);
 * assertAlmostEquals(studentTCdf(-2.353363, 3), 0.05, 1e-7);
 * ```
 */
export function studentTCdf(t: number, df: number): number {
  checkDf(df);
  if (Number.isNaN(t)) throw new RangeError("Cannot compute the Student t probability: t is NaN");
  const tail = upperTail(Math.abs(t), df);
  return t < 0 ? tail : 1 - tail;
}

/**
 * The value that a Student t variable with `df` degrees of freedom stays below with probability
 * `probability`; found by bisection of {@linkcode studentTCdf}'s tail down to neighbouring doubles.
 *
 * @param probability Strictly between 0 and 1.
 * @param df Degrees of freedom, above 0.
 * @throws {RangeError} When an argument is outside its range.
 *
 * @example
 * ```ts
 * import { studentTQuantile } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(studentTQuantile(0.95, 4), 2.131847, 1e-6);
 * assertAlmostEquals(studentTQuantile(0.95, 1000), 1.646379, 1e-6);
 * ```
 */
export function studentTQuantile(probability: number, df: number): number {
  checkDf(df);
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(
      `Cannot compute the Student t quantile: the probability is ${probability}, a number between 0 ` +
        `and 1 is needed`,
    );
  }
  if (probability === 0.5) return 0;
  const tail = Math.min(probability, 1 - probability);
  let low = 0, high = 1;
  while (upperTail(high, df) > tail) {
    low = high;
    high *= 2;
  }
  for (let middle = low + (high - low) / 2; middle > low && middle < high;) {
    if (upperTail(middle, df) > tail) low = middle;
    else high = middle;
    middle = low + (high - low) / 2;
  }
  return probability < 0.5 ? -high : high;
}

/** P(T > t) for t ≥ 0: half of I_x(a, ½) with a = df/2 and x = 1 / (1 + t²/df). */
function upperTail(t: number, df: number): number {
  const ratio = t * t / df;
  if (ratio === 0) return 0.5;
  if (ratio === Infinity) return 0;
  const a = df / 2;
  const x = 1 / (1 + ratio);
  const y = ratio / (1 + ratio);
  // x^a √y / B(a, ½), with B(a, ½) = √π Γ(a) / Γ(a + ½)
  const front = exp(-a * log1p(ratio)) * Math.sqrt(y / Math.PI) * gammaRatio(a);
  // The continued fraction converges fast left of the mean of the beta distribution, so the other
  // side is taken as the complement.
  if (x < (a + 1) / (a + 2.5)) return front * betaFraction(x, a, 0.5) / a / 2;
  return (1 - front * betaFraction(y, 0.5, a) / 0.5) / 2;
}

/**
 * The continued fraction of the incomplete beta function, DLMF 8.17.22, by the modified Lentz
 * algorithm: I_x(a, b) = x^a (1 − x)^b / (a B(a, b)) times its value.
 */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - (a + b) * x / (a + 1));
  let value = d;
  for (let m = 1; m <= 100_000; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= d * c;
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-15) return value;
  }
  throw new Error(`internal: the incomplete beta fraction did not converge at ${x}, ${a}, ${b}`);
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** Γ(a + ½) / Γ(a): asymptotic series (Graham, Knuth, Patashnik, exercise 9.60) from 60, recurrence below. */
function gammaRatio(a: number): number {
  let factor = 1;
  while (a < 60) {
    factor *= a / (a + 0.5);
    a++;
  }
  const z = 1 / a;
  const series = 1 + z *
      (-1 / 8 + z * (1 / 128 + z * (5 / 1024 + z * (-21 / 32768 + z * (-399 / 262144)))));
  return factor * Math.sqrt(a) * series;
}

/** log(1 + x) for x > 0; the rounding of 1 + x is undone by the quotient. */
function log1p(x: number): number {
  const sum = 1 + x;
  return sum === 1 ? x : log(sum) * (x / (sum - 1));
}

function checkDf(df: number): void {
  if (!(df > 0 && df < Infinity)) {
    throw new RangeError(
      `Cannot use Student's t with ${df} degrees of freedom: a finite number above 0 is needed`,
    );
  }
}
