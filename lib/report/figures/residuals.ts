/**
 * Residuals, predicted minus actual: how they are distributed, and whether they drift with time or
 * with the predicted value.
 *
 * @module
 */

import type { Figure } from "../../experiment/types.ts";
import { regressionScores } from "../../metrics/regression.ts";
import { measured } from "../format.ts";
import { tones } from "../theme.ts";
import { $schema, extent, type FigureText, rounded, spread } from "./figure.ts";
import type { Prediction } from "./predicted_against_actual.ts";

/** What the residuals are drawn over. */
export interface ResidualOptions extends FigureText {
  /** `distribution` (the default) draws a histogram; the others a scatter over row or prediction. */
  readonly over?: "distribution" | "row" | "predicted";
}

const mostPoints = 1000;
const bins = 41;

/**
 * Residuals of each target, one panel a target, with their mean and root mean square in the title. A
 * histogram has 41 equal bins around zero that reach the largest residual; a scatter draws at most a
 * thousand points.
 *
 * @throws {RangeError} When a target has no rows, unequal lengths or a value that is not finite.
 *
 * @example
 * ```ts
 * import { residuals } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const target = "rtt_ms", unit = "ms";
 * const actual = Float64Array.of(1, 2), predicted = Float64Array.of(1.5, 2.5);
 * assertEquals(residuals([{ target, unit, actual, predicted }]).name, "residuals");
 * ```
 */
export function residuals(
  predictions: readonly Prediction[],
  options: ResidualOptions = {},
): Figure {
  const over = options.over ?? "distribution";
  const each = Math.max(2, Math.floor(mostPoints / predictions.length));
  return {
    name: options.name ?? (over === "distribution" ? "residuals" : `residuals-over-${over}`),
    title: options.title ?? (over === "distribution" ? "Residuals" : `Residuals over ${over}`),
    caption: options.caption ??
      `Predicted minus actual on the test rows${
        over === "distribution" ? "" : ", at most a thousand points, evenly spread"
      }. The line marks zero.`,
    spec: {
      $schema,
      columns: 2,
      concat: predictions.map((prediction) => {
        const { target, unit, actual, predicted } = prediction;
        const { rmse } = regressionScores(actual, predicted);
        const errors = Float64Array.from(predicted, (value, i) => value - actual[i]!);
        const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
        const inUnit = unit === "" ? "" : ` ${unit}`;
        return {
          title: {
            text: target,
            subtitle: `mean ${measured(rounded(mean))}${inUnit} · RMS ${measured(rmse)}${inUnit}`,
          },
          width: 400,
          height: 180,
          layer: over === "distribution"
            ? histogram(errors, unit)
            : scatter(errors, over, prediction, each),
        };
      }),
    },
  };
}

function histogram(errors: Float64Array, unit: string): Record<string, unknown>[] {
  const { low, high } = extent(errors);
  const reach = Math.max(-low, high) || 1;
  const width = 2 * reach / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const error of errors) {
    const bin = Math.min(bins - 1, Math.floor((error + reach) / width));
    counts[bin] = counts[bin]! + 1;
  }
  const values = counts.map((count, i) => ({
    from: rounded(i * width - reach),
    to: rounded((i + 1) * width - reach),
    rows: count,
  }));
  return [
    {
      data: { values },
      mark: { type: "bar", color: tones.blue.light, opacity: 0.75, binSpacing: 1 },
      encoding: {
        x: {
          field: "from",
          type: "quantitative",
          bin: { binned: true },
          title: unit === "" ? "residual" : `residual (${unit})`,
          axis: { tickCount: 6 },
        },
        x2: { field: "to" },
        y: { field: "rows", type: "quantitative", title: "rows", axis: { tickCount: 4 } },
        tooltip: [{ field: "from" }, { field: "to" }, { field: "rows" }],
      },
    },
    {
      data: { values: [{ zero: 0 }] },
      mark: "rule",
      encoding: { x: { field: "zero", type: "quantitative" } },
    },
  ];
}

function scatter(
  errors: Float64Array,
  over: "row" | "predicted",
  { unit, predicted }: Prediction,
  most: number,
): Record<string, unknown>[] {
  const values = spread(errors.length, most).map((i) => ({
    row: i,
    predicted: rounded(predicted[i]!),
    residual: rounded(errors[i]!),
  }));
  const inUnit = unit === "" ? "" : ` (${unit})`;
  return [
    {
      data: { values },
      mark: { type: "point", filled: true, size: 14, opacity: 0.45, color: tones.blue.light },
      encoding: {
        x: {
          field: over,
          type: "quantitative",
          title: over === "row" ? "test row" : `predicted${inUnit}`,
          scale: { zero: false },
        },
        y: { field: "residual", type: "quantitative", title: `residual${inUnit}` },
        tooltip: [{ field: "row" }, { field: "predicted" }, { field: "residual" }],
      },
    },
    {
      data: { values: [{ zero: 0 }] },
      mark: "rule",
      encoding: { y: { field: "zero", type: "quantitative" } },
    },
  ];
}
