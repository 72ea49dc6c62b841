/**
 * The figures of the studies beside the main one: inputs, checkpoints, attention, horizons.
 */

import { $schema, type Figure, rounded, tones } from "assay";
import type { AblationRow } from "./ablation.ts";
import type { AttentionDecile } from "./attention_study.ts";
import type { HorizonError } from "./horizons.ts";
import type { Placement } from "./placement.ts";

const [blue, vermilion, green, grey] = [
  tones.blue.light,
  tones.vermilion.light,
  tones.green.light,
  tones.gray.light,
];

/** What the names of cells stand for. */
const CELLS: Readonly<Record<string, string>> = {
  "map": "data and map alone",
  "plan": "the whole configuration alone",
  "prefix-3": "prefix of 3 features",
  "prefix-6": "prefix of 6 features",
  "prefix-3-plan": "3 features, configuration",
  "prefix-6-map": "6 features, data and map",
  "prefix-6-plan": "6 features, configuration",
  "prefix-6-plan-value": "the same, ends foretold as they are",
  "prefix-6-plan-bidirectional": "the same, bidirectional network",
  "prefix-6-plan-lite": "the same, lite network",
};

/** Errors of every cell as a table, the darker the larger. */
export function ablationFigure(rows: readonly AblationRow[]): Figure {
  const values = rows.map(({ cell, rival, share, mae }) => ({
    cell: CELLS[cell] ?? cell,
    rival,
    seen: `${Math.round(100 * share)} %`,
    mae: rounded(mae),
    text: (100 * mae).toFixed(1),
    shade: Math.min(1, mae / 0.15),
  }));
  return {
    name: "ablation",
    title: "What the inputs are worth",
    caption:
      "Mean absolute error on test runs, times 100, by what is read and how much of the run was seen; every cell is " +
      "trained alike. The first two rows have seen nothing of the run. Shades end at 15.",
    spec: {
      $schema,
      data: { values },
      facet: {
        column: {
          field: "rival",
          type: "nominal",
          sort: ["LSTM", "ridge"],
          title: null,
        },
      },
      spec: {
        width: { step: 64 },
        height: { step: 24 },
        encoding: {
          x: {
            field: "seen",
            type: "ordinal",
            sort: null,
            title: null,
            axis: { orient: "bottom", labelAngle: 0 },
          },
          y: {
            field: "cell",
            type: "nominal",
            sort: Object.values(CELLS),
            title: null,
            axis: { labelLimit: 300 },
          },
        },
        layer: [
          {
            mark: { type: "rect" },
            encoding: {
              color: {
                field: "shade",
                type: "quantitative",
                legend: null,
                scale: { domain: [0, 1], range: ["#f4f2ee", blue], interpolate: "rgb" },
              },
              tooltip: ["cell", "rival", "seen", "mae"].map((field) => ({ field })),
            },
          },
          {
            mark: { type: "text" },
            encoding: {
              text: { field: "text" },
              color: {
                condition: { test: "datum.shade > 0.6", value: "#ffffff" },
                value: "#111111",
              },
            },
          },
        ],
      },
    },
  };
}

const KINDS = [
  "elimination",
  "linear",
  "logarithmic",
] as const satisfies readonly Placement["by"][];

/** Errors by how many checkpoints there are and how they were chosen, and which remain. */
export function placementFigure(placements: readonly Placement[]): Figure {
  const rows = placements.map(({ by, checkpoints, mae }) => ({
    by,
    count: checkpoints.length,
    mae: rounded(mae),
  }));
  const left = placements.filter(({ by }) => by === "elimination").flatMap(({ checkpoints }) =>
    checkpoints.map((share) => ({ count: checkpoints.length, at: rounded(100 * share) }))
  );
  const scale = { domain: KINDS, range: [blue, vermilion, green] };
  const legend = { title: null, offset: 30 };
  const color = { field: "by", type: "nominal", legend, scale };
  const shape = {
    ...color,
    scale: { domain: KINDS, range: ["circle", "square", "diamond"] },
  };
  const count = { field: "count", type: "quantitative", title: "checkpoints" };
  return {
    name: "placement",
    title: "Which checkpoints tell the end",
    caption:
      "Ridge regression on the errors logged in the first fifth of a run. Left: error on test runs by the number of " +
      "checkpoints, placed at equal distances, at equal ratios, or what remains when again and again the one is struck " +
      "that validation runs miss least. Right: what remains.",
    spec: {
      $schema,
      hconcat: [
        {
          data: { values: rows },
          width: 320,
          height: 260,
          encoding: {
            x: count,
            y: {
              field: "mae",
              type: "quantitative",
              title: "mean absolute error",
              scale: { zero: false },
            },
          },
          layer: [
            { mark: { type: "line", strokeWidth: 1.5 }, encoding: { color } },
            {
              mark: { type: "point", filled: true, size: 45, opacity: 1 },
              encoding: {
                color,
                shape,
                tooltip: ["by", "count", "mae"].map((field) => ({ field })),
              },
            },
          ],
        },
        {
          data: { values: left },
          width: 280,
          height: 260,
          mark: { type: "point", filled: true, size: 30, color: blue, opacity: 1 },
          encoding: {
            x: {
              field: "at",
              type: "quantitative",
              title: "place in the run, %",
              scale: { type: "log", nice: false, padding: 8 },
              axis: { values: [1, 2, 3, 5, 10, 20], format: "d" },
            },
            y: { ...count, scale: { reverse: true } },
          },
        },
      ],
    },
  };
}

/** Where a predictor with attention looks. */
export function attentionFigure(deciles: readonly AttentionDecile[]): Figure {
  const rows = deciles.map(({ from, weight, even }) => ({
    tenth: `${Math.round(100 * from)}–${Math.round(100 * from) + 10} %`,
    weight: rounded(100 * weight),
    even: rounded(100 * even),
  }));
  const x = {
    field: "tenth",
    type: "ordinal",
    sort: null,
    title: "of the run",
    axis: { labelAngle: 0 },
  };
  return {
    name: "attention",
    title: "What the predictor attends to",
    caption:
      "Attention to the checkpoints of each tenth of a run, 70 % of which was seen; the mean over test runs. Ticks: " +
      "what it would be if every checkpoint counted alike.",
    spec: {
      $schema,
      data: { values: rows },
      width: 480,
      height: 220,
      encoding: { x },
      layer: [
        {
          mark: { type: "bar", color: blue, opacity: 0.85 },
          encoding: {
            y: { field: "weight", type: "quantitative", title: "attention, %" },
            tooltip: ["tenth", "weight", "even"].map((field) => ({ field })),
          },
        },
        {
          mark: { type: "tick", color: tones.ink.light, thickness: 2, width: 40 },
          encoding: { y: { field: "even", type: "quantitative" } },
        },
      ],
    },
  };
}

/** Errors at every horizon. */
export function horizonsFigure(errors: readonly HorizonError[]): Figure {
  const rows = errors.map(({ horizon, rival, mae }) => ({
    horizon: horizon.replace("%", " %"),
    rival,
    mae: rounded(mae),
    text: mae.toFixed(3),
  }));
  const domain = ["LSTM", "last value"];
  const color = {
    field: "rival",
    type: "nominal",
    legend: { title: null, offset: 30 },
    scale: { domain, range: [blue, grey] },
  };
  const encoding = {
    x: {
      field: "horizon",
      type: "nominal",
      sort: null,
      title: "horizon",
      axis: { labelAngle: 0 },
    },
    xOffset: { field: "rival", sort: domain },
    y: { field: "mae", type: "quantitative", title: "mean absolute error" },
  };
  return {
    name: "horizons",
    title: "Foretelling more than the end",
    caption:
      "Mean absolute error of what a predictor foretells for a share of the run later, and for the end, over the " +
      "prefixes of test runs that have so much before them.",
    spec: {
      $schema,
      data: { values: rows },
      width: 420,
      height: 240,
      encoding,
      layer: [
        { mark: { type: "bar" }, encoding: { color } },
        { mark: { type: "text", dy: -6, fontSize: 10 }, encoding: { text: { field: "text" } } },
      ],
    },
  };
}
