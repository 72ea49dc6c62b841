/**
 * The figures of the operational study.
 */

import { $schema, type Figure, rounded, tones } from "assay";
import { type Cell, STEPS } from "./ablation_cells.ts";

const [blue, vermilion, grey] = [tones.blue.light, tones.vermilion.light, tones.gray.light];

/** R² of every cell and target as a table whose shade follows the number. */
export function ablationFigure(
  table: readonly { readonly cell: Cell; readonly r2: readonly number[]; readonly mean: number }[],
  targets: readonly string[],
): Figure {
  const rows = table.flatMap(({ cell, r2, mean }) =>
    [...r2, mean].map((value, i) => ({
      cell: cellName(cell),
      target: targets[i] ?? "mean",
      r2: rounded(value),
      text: value.toFixed(2).replace("-", "−"),
      shade: Math.max(-1, Math.min(1, value)),
    }))
  );
  const x = {
    field: "target",
    type: "nominal",
    sort: null,
    title: null,
    axis: { orient: "top", labelAngle: 0 },
  };
  const y = {
    field: "cell",
    type: "nominal",
    sort: null,
    title: null,
    axis: { labelLimit: 480 },
  };
  return {
    name: "ablation",
    title: "What was wrong, one thing at a time",
    caption:
      "R² on held-out rows, every cell scored in requests a minute, megabytes and seconds. A cell says how its " +
      "rows follow one another, which features it has, how often they were scaled, its output and its loss. " +
      "Colours end at −1 and 1.",
    spec: {
      $schema,
      data: { values: rows },
      width: 380,
      height: { step: 24 },
      encoding: { x, y },
      layer: [
        {
          mark: { type: "rect" },
          encoding: {
            color: {
              field: "shade",
              type: "quantitative",
              legend: null,
              scale: { domain: [-1, 0, 1], range: [vermilion, "#f4f2ee", blue] },
            },
            tooltip: [{ field: "cell" }, { field: "target" }, { field: "r2" }],
          },
        },
        {
          mark: { type: "text" },
          encoding: {
            text: { field: "text" },
            color: {
              condition: { test: "abs(datum.shade) > 0.6", value: "#ffffff" },
              value: "#111111",
            },
          },
        },
      ],
    },
  };
}

/** The mean R² from the document's framing on, one thing more put right at each step. */
export function pathFigure(means: readonly number[]): Figure {
  const rows = means.map((mean, i) => ({
    step: i === 0 ? "as it was" : `${i}. ${stepName(i - 1)}`,
    mean: rounded(mean),
  }));
  return {
    name: "ablation-path",
    title: "From the original to what it should have been",
    caption: "Mean R² over the three targets in their own units. " +
      STEPS.map(({ to, factor }, i) =>
        `${stepName(i)} (${factor}: ${to}): ${signed(means[i + 1]! - means[i]!)}`
      ).join("; ") + ".",
    spec: {
      $schema,
      data: { values: rows },
      width: 420,
      height: { step: 26 },
      layer: [
        {
          mark: { type: "bar", color: blue },
          encoding: {
            y: {
              field: "step",
              type: "nominal",
              sort: null,
              title: null,
              axis: { labelLimit: 280 },
            },
            x: { field: "mean", type: "quantitative", title: "mean R²" },
          },
        },
        {
          mark: { type: "rule", color: grey, strokeDash: [5, 3] },
          encoding: { x: { datum: 0 } },
        },
      ],
    },
  };
}

/** R² of both heads for every function and target, with the line that normal residuals would follow. */
export function headsFigure(
  points: readonly { readonly target: string; readonly mean: number; readonly expectile: number }[],
  { gap, name, step }: { readonly gap: number; readonly name: string; readonly step: string },
): Figure {
  const low = -0.5;
  const shown = points.filter(({ mean, expectile }) => mean >= low && expectile >= 2 * low);
  const line = [low, 1].map((mean) => ({ mean, expectile: mean - gap * gap * (1 - mean) }));
  const x = { field: "mean", type: "quantitative", title: "R² of the mean head" };
  const y = { field: "expectile", type: "quantitative", title: "R² of the expectile head" };
  return {
    name,
    title: `What provisioning for shortfall does to R², ${step}`,
    caption:
      `Each point is a function and a target; ${
        points.length - shown.length
      } of ${points.length} lie ` +
      `further down. On the dashed line residuals are normal: the asymmetric loss asks for the expectile, ` +
      `${gap.toFixed(3)} standard deviations above the mean, and R² falls by ${
        (gap * gap).toFixed(3)
      } (1 − R²). ` +
      `On the thin line both are equal.`,
    spec: {
      $schema,
      width: 420,
      height: 360,
      layer: [
        {
          data: { values: line },
          mark: { type: "line", color: grey, strokeDash: [5, 3] },
          encoding: { x, y },
        },
        {
          data: { values: [low, 1].map((mean) => ({ mean, expectile: mean })) },
          mark: { type: "line", color: grey, strokeWidth: 0.5 },
          encoding: { x, y },
        },
        {
          data: {
            values: shown.map(({ target, mean, expectile }) => ({
              target,
              mean: rounded(mean),
              expectile: rounded(expectile),
            })),
          },
          mark: { type: "point", filled: true, size: 45, opacity: 0.8 },
          encoding: {
            x,
            y,
            color: {
              field: "target",
              type: "nominal",
              title: null,
              legend: { orient: "right" },
              scale: { range: [blue, vermilion, grey] },
            },
            tooltip: ["target", "mean", "expectile"].map((field) => ({ field })),
          },
        },
      ],
    },
  };
}

function cellName({ rows, variant, scaling, output, loss }: Cell): string {
  return [rows, variant, `scaled ${scaling}`, output, loss].join(", ");
}

function stepName(i: number): string {
  return [
    "features normalised, the document's fix",
    "scaled once",
    "linear output",
    "symmetric loss",
    "rows of one function together",
  ][i]!;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
