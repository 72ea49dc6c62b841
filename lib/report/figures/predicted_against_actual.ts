/**
 * Predicted against actual values, one panel a target.
 *
 * @module
 */

import type { Figure } from "../../experiment/types.ts";
import {
  regressionScores,
  type RegressionTargets,
  type RegressionValues,
} from "../../metrics/regression.ts";
import { tones } from "../theme.ts";
import { $schema, extent, type FigureText, rounded, spread } from "./figure.ts";

/** What a model said of one target on a test set, in the order of time. */
export interface Prediction {
  readonly target: string;
  /** Unit of both; `""` when there is none. */
  readonly unit: string;
  readonly actual: Float32Array | Float64Array;
  readonly predicted: Float32Array | Float64Array;
}

/**
 * Cuts predictions of several targets into one {@linkcode Prediction} each.
 *
 * @param actual `[rows, targets]`, row-major; so is `predicted`.
 *
 * @example
 * ```ts
 * import { predictionsByTarget } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const names = { targets: ["a", "b"], units: ["ms", ""] };
 * const [, b] = predictionsByTarget(Float64Array.of(1, 2, 3, 4), Float64Array.of(5, 6, 7, 8), names);
 * assertEquals([b!.target, [...b!.actual], [...b!.predicted]], ["b", [2, 4], [6, 8]]);
 * ```
 */
export function predictionsByTarget(
  actual: RegressionValues,
  predicted: RegressionValues,
  { targets, units }: RegressionTargets,
): Prediction[] {
  const column = (values: RegressionValues, k: number) =>
    (values as Float64Array).filter((_, i) => i % targets.length === k);
  return targets.map((target, k) => ({
    target,
    unit: units[k]!,
    actual: column(actual, k),
    predicted: column(predicted, k),
  }));
}

const mostPoints = 1000;

/**
 * A scatter of predicted over actual values with the diagonal on which a perfect model lies, one panel
 * a target, with Pearson's r and R² over all points in the panel's title. At most a thousand points are
 * drawn, evenly spread over each target's rows.
 *
 * @throws {RangeError} When a target has no rows, unequal lengths or a value that is not finite.
 *
 * @example
 * ```ts
 * import { predictedAgainstActual } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const figure = predictedAgainstActual([
 *   {
 *     target: "rtt_ms",
 *     unit: "ms",
 *     actual: Float64Array.of(1, 2, 3),
 *     predicted: Float64Array.of(1, 2, 3),
 *   },
 * ]);
 * assertEquals(figure.name, "predicted-against-actual");
 * ```
 */
export function predictedAgainstActual(
  predictions: readonly Prediction[],
  text: FigureText = {},
): Figure {
  const each = Math.max(2, Math.floor(mostPoints / predictions.length));
  const drawn = predictions.reduce((sum, { actual }) => sum + Math.min(each, actual.length), 0);
  const all = predictions.reduce((sum, { actual }) => sum + actual.length, 0);
  return {
    name: text.name ?? "predicted-against-actual",
    title: text.title ?? "Predicted against actual",
    caption: text.caption ??
      `Test rows; a perfect model lies on the line. ${
        drawn < all
          ? `${drawn} of ${all} points are drawn, evenly spread; r and R² are over all.`
          : ""
      }`.trim(),
    spec: {
      $schema,
      columns: 2,
      concat: predictions.map((prediction) => panel(prediction, each)),
    },
  };
}

function panel(prediction: Prediction, most: number): Record<string, unknown> {
  const { target, unit, actual, predicted } = prediction;
  const { correlation, r2 } = regressionScores(actual, predicted);
  const points = spread(actual.length, most).map((i) => ({
    actual: rounded(actual[i]!),
    predicted: rounded(predicted[i]!),
  }));
  const { low, high } = extent(points.flatMap((point) => [point.actual, point.predicted]));
  const inUnit = unit === "" ? "" : ` (${unit})`;
  const scale = { zero: false, nice: true };
  return {
    title: { text: target, subtitle: `r = ${digits(correlation)} · R² = ${digits(r2)}` },
    width: 400,
    height: 300,
    layer: [
      {
        data: { values: [{ actual: low, predicted: low }, { actual: high, predicted: high }] },
        mark: { type: "line", color: tones.faint.light, strokeWidth: 1, strokeDash: [4, 3] },
        encoding: {
          x: { field: "actual", type: "quantitative" },
          y: { field: "predicted", type: "quantitative" },
        },
      },
      {
        data: { values: points },
        mark: { type: "point", filled: true, size: 14, opacity: 0.45, color: tones.blue.light },
        encoding: {
          x: { field: "actual", type: "quantitative", title: `actual${inUnit}`, scale },
          y: { field: "predicted", type: "quantitative", title: `predicted${inUnit}`, scale },
          tooltip: [{ field: "actual" }, { field: "predicted" }],
        },
      },
    ],
  };
}

function digits(value: number): string {
  return value.toFixed(3).replace("-", "−");
}
