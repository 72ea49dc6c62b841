/**
 * How far predictions lie from what happened: errors, relative errors, explained variance,
 * correlation, and skill against a reference.
 *
 * All sums run in f64 over ascending rows, means first and deviations from them in a second pass.
 * Values up to 1e150 in size give finite results: each function says what it gives where the
 * textbook formula divides by zero.
 *
 * @module
 */

import { type Metric, metric, type Metrics } from "./types.ts";

/** Values of one or more targets, row-major. */
export type RegressionValues = Float32Array | Float64Array;

/** The scores of one target. */
export interface RegressionScores {
  /** Mean absolute error, in the target's unit. */
  readonly mae: number;
  /** Root of the mean squared error, in the target's unit. */
  readonly rmse: number;
  /** Mean of |a − p| / max(|a|, 1e-8), in percent. Says little where actual values come near zero. */
  readonly mape: number;
  /** Mean of 2|a − p| / (|a| + |p|), in percent, 0 to 200; a row of two zeros counts 0. */
  readonly smape: number;
  /** 1 − Σ(a − p)² / Σ(a − ā)². Against a constant target: 1 when every row is hit, else 0. */
  readonly r2: number;
  /** Pearson's r, −1 to 1; 0 when either side is constant. Blind to bias and scale. */
  readonly correlation: number;
}

/** Names and units of the columns of `actual` and `predicted`. */
export interface RegressionTargets {
  /** In the order of the columns; no name twice. */
  readonly targets: readonly string[];
  /** Unit of each target, `""` when it has none. */
  readonly units: readonly string[];
}

/** Smallest denominator of a relative error. */
const TINY = 1e-8;

/**
 * Scores one target.
 *
 * @param actual What happened, one value a row.
 * @param predicted The predictions for the same rows.
 * @throws {RangeError} When the lengths differ, there is no row, or a value is not finite (its index
 * is named).
 *
 * @example
 * ```ts
 * import { regressionScores } from "assay";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const scores = regressionScores(Float64Array.of(1, 2, 4), Float64Array.of(2, 2, 3));
 * assertAlmostEquals(scores.mae, 2 / 3);
 * assertAlmostEquals(scores.mape, 125 / 3);
 * assertEquals(regressionScores(Float64Array.of(5, 5), Float64Array.of(4, 6)).correlation, 0);
 * ```
 */
export function regressionScores(
  actual: RegressionValues,
  predicted: RegressionValues,
): RegressionScores {
  checkValues(actual, predicted, ["value"]);
  return scoreColumn(actual, predicted, 0, 1);
}

/**
 * Mean squared error over all values of both arrays.
 *
 * @throws {RangeError} As {@linkcode regressionScores}.
 *
 * @example
 * ```ts
 * import { meanSquaredError } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(meanSquaredError(Float64Array.of(1, 2), Float64Array.of(2, 5)), 5);
 * ```
 */
export function meanSquaredError(actual: RegressionValues, predicted: RegressionValues): number {
  checkValues(actual, predicted, ["value"]);
  let sum = 0;
  for (let i = 0; i < actual.length; i++) {
    const error = actual[i]! - predicted[i]!;
    sum += error * error;
  }
  return sum / actual.length;
}

/**
 * Skill 1 − `mse` / `mseBaseline`: 1 for no error, 0 for an error as large as the reference's,
 * negative for a larger one; 0 when both are without error.
 *
 * @throws {RangeError} When an error is negative or not finite, or when only the reference is
 * without error (no finite number says how much worse that is).
 *
 * @example
 * ```ts
 * import { skill } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(skill(1, 4), 0.75);
 * assertEquals(skill(8, 4), -1);
 * ```
 */
export function skill(mse: number, mseBaseline: number): number {
  for (const [name, value] of [["mse", mse], ["mseBaseline", mseBaseline]] as const) {
    if (!(value >= 0 && value < Infinity)) {
      throw new RangeError(
        `Cannot compute the skill: ${name} is ${value}, a finite number from 0 is needed`,
      );
    }
  }
  if (mseBaseline === 0) {
    if (mse === 0) return 0;
    throw new RangeError(
      `Cannot compute the skill of an error of ${mse}: the baseline has none (mseBaseline is 0), ` +
        `so there is nothing to compare with; choose another baseline`,
    );
  }
  return 1 - mse / mseBaseline;
}

/**
 * Scores every target and then averages: `<target>/mae`, `/rmse`, `/mape`, `/smape`, `/r2`,
 * `/correlation` in the order of the targets, then `mape/mean`, `smape/mean`, `r2/mean` and
 * `correlation/mean`, the plain means over targets of what has no unit of its own.
 *
 * @param actual `[rows, targets]`, row-major, in original units.
 * @param predicted The same shape.
 * @throws {RangeError} As {@linkcode regressionScores}; also when the length is not a whole number of
 * rows, or names and units do not pair up.
 *
 * @example
 * ```ts
 * import { regressionMetrics } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const actual = Float64Array.of(1, 10, 2, 20, 4, 30); // three rows of two targets
 * const predicted = Float64Array.of(1, 10, 2, 20, 4, 33);
 * const metrics = regressionMetrics(actual, predicted, { targets: ["a", "b"], units: ["ms", ""] });
 * assertEquals(metrics["a/mae"], { value: 0, unit: "ms", better: "lower" });
 * assertEquals(metrics["b/mae"]!.value, 1);
 * assertEquals(metrics["r2/mean"]!.value, (1 + 0.955) / 2);
 * ```
 */
export function regressionMetrics(
  actual: RegressionValues,
  predicted: RegressionValues,
  { targets, units }: RegressionTargets,
): Metrics {
  if (targets.length === 0 || targets.length !== units.length) {
    throw new RangeError(
      `Cannot score predictions: ${targets.length} targets have ${units.length} units; give each ` +
        `target one unit ("" for none), and at least one target`,
    );
  }
  if (new Set(targets).size !== targets.length) {
    throw new RangeError(
      `Cannot score predictions: a target is named twice in ${targets.join(", ")}`,
    );
  }
  checkValues(actual, predicted, targets);
  const metrics: Record<string, Metric> = {};
  const sums = { mape: 0, smape: 0, r2: 0, correlation: 0 };
  targets.forEach((target, column) => {
    const scores = scoreColumn(actual, predicted, column, targets.length);
    const unit = units[column]!;
    metrics[`${target}/mae`] = metric(scores.mae, "lower", unit);
    metrics[`${target}/rmse`] = metric(scores.rmse, "lower", unit);
    metrics[`${target}/mape`] = metric(scores.mape, "lower", "%");
    metrics[`${target}/smape`] = metric(scores.smape, "lower", "%");
    metrics[`${target}/r2`] = metric(scores.r2, "higher");
    metrics[`${target}/correlation`] = metric(scores.correlation, "higher");
    sums.mape += scores.mape;
    sums.smape += scores.smape;
    sums.r2 += scores.r2;
    sums.correlation += scores.correlation;
  });
  const mean = (sum: number) => sum / targets.length;
  metrics["mape/mean"] = metric(mean(sums.mape), "lower", "%");
  metrics["smape/mean"] = metric(mean(sums.smape), "lower", "%");
  metrics["r2/mean"] = metric(mean(sums.r2), "higher");
  metrics["correlation/mean"] = metric(mean(sums.correlation), "higher");
  return metrics;
}

/** Scores the values at `column`, `column + stride`, … of checked arrays. */
function scoreColumn(
  actual: RegressionValues,
  predicted: RegressionValues,
  column: number,
  stride: number,
): RegressionScores {
  const rows = actual.length / stride;
  let absolute = 0, squared = 0, relative = 0, symmetric = 0, sumActual = 0, sumPredicted = 0;
  let constantActual = true, constantPredicted = true;
  for (let i = column; i < actual.length; i += stride) {
    const a = actual[i]!, p = predicted[i]!;
    const error = Math.abs(a - p);
    absolute += error;
    squared += error * error;
    relative += error / Math.max(Math.abs(a), TINY);
    if (error !== 0) symmetric += 2 * error / (Math.abs(a) + Math.abs(p));
    sumActual += a;
    sumPredicted += p;
    // Compared value by value: the deviations of equal values from their rounded mean need not be 0.
    constantActual &&= a === actual[column];
    constantPredicted &&= p === predicted[column];
  }
  const meanActual = sumActual / rows, meanPredicted = sumPredicted / rows;
  let varyActual = 0, varyPredicted = 0, together = 0;
  for (let i = column; i < actual.length; i += stride) {
    const a = actual[i]! - meanActual, p = predicted[i]! - meanPredicted;
    varyActual += a * a;
    varyPredicted += p * p;
    together += a * p;
  }
  const r2 = constantActual || varyActual === 0
    ? (squared === 0 ? 1 : 0)
    : 1 - squared / varyActual;
  const norm = Math.sqrt(varyActual) * Math.sqrt(varyPredicted);
  const correlation = constantActual || constantPredicted || norm === 0
    ? 0
    : Math.min(1, Math.max(-1, together / norm));
  return {
    mae: absolute / rows,
    rmse: Math.sqrt(squared / rows),
    mape: 100 * relative / rows,
    smape: 100 * symmetric / rows,
    r2,
    correlation,
  };
}

export function checkValues(
  actual: RegressionValues,
  predicted: RegressionValues,
  targets: readonly string[],
): void {
  if (actual.length !== predicted.length) {
    throw new RangeError(
      `Cannot score predictions: ${predicted.length} predicted values stand against ` +
        `${actual.length} actual ones; both need the same shape`,
    );
  }
  if (actual.length === 0 || actual.length % targets.length !== 0) {
    throw new RangeError(
      `Cannot score predictions: ${actual.length} values do not make rows of ${targets.length}; at ` +
        `least one whole row is needed`,
    );
  }
  for (const [name, values] of [["actual", actual], ["predicted", predicted]] as const) {
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) continue;
      const row = Math.floor(i / targets.length);
      throw new RangeError(
        `Cannot score predictions: the ${name} value at index ${i} (row ${row}, ` +
          `${targets[i % targets.length]}) is ${values[i]}; finite numbers are needed`,
      );
    }
  }
}
