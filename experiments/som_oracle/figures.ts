/**
 * The figures of what the predictors foretell.
 */

import { $schema, type Figure, rounded, tones } from "assay";
import type { CalibrationBin } from "./decision_study.ts";
import { quantile } from "./decisions.ts";
import type { ErrorPoint } from "./evaluation.ts";
import type { MapHistories } from "./histories.ts";
import { RIVALS } from "./rivals.ts";
import type { Tradeoff } from "./stopping_study.ts";

const [blue, vermilion, green, grey] = [
  tones.blue.light,
  tones.vermilion.light,
  tones.green.light,
  tones.gray.light,
];

/** Rivals by colour, shape and dash, the same in every figure. */
const colour = { domain: RIVALS, range: [blue, vermilion, green, grey] };
const shape = { domain: RIVALS, range: ["circle", "square", "diamond", "triangle-up"] };

/** Series told apart by colour and shape; only those that are shown have a place in the legend. */
function byRival(shown: readonly string[], offset = 30) {
  // In a single panel it stands above the title of the y axis.
  const legend = { title: null, values: shown, offset, symbolOpacity: 1 };
  const of = (scale: object) => ({ field: "rival", type: "nominal", legend, scale });
  return { color: of(colour), shape: of(shape) };
}

const TARGET_NAMES = ["MQE, of the first", "topographic error", "dead units"];
const SHARES = [0.05, 0.25, 0.5, 0.75, 0.95];
/** Runs drawn one by one. */
const EXAMPLES = 12;

/** How runs go: the range of all, and some of them. */
export function historiesFan({ runs, current, features, isRatio }: MapHistories): Figure {
  const most = runs.reduce((most, { progress }) => Math.max(most, progress.length), 0);
  const whole = runs.filter(({ progress }) => progress.length === most);
  const valueAt = (run: (typeof runs)[number], step: number, target: number) =>
    run.values[step * features.length + current[target]!]!;
  const steps = Array.from({ length: most }, (_, step) => step);
  const fan = TARGET_NAMES.flatMap((target, t) =>
    steps.map((step) => {
      const values = whole.map((run) => valueAt(run, step, t));
      const progress = whole.reduce((sum, run) => sum + run.progress[step]!, 0) / whole.length;
      const [q5, q25, q50, q75, q95] = SHARES.map((share) => rounded(quantile(values, share)));
      return { target, progress: rounded(100 * progress), q5, q25, q50, q75, q95 };
    })
  );
  const examples = whole.slice(0, EXAMPLES).flatMap((run, i) =>
    TARGET_NAMES.flatMap((target, t) =>
      steps.map((step) => ({
        target,
        run: i,
        progress: rounded(100 * run.progress[step]!),
        value: rounded(valueAt(run, step, t)),
      }))
    )
  );
  const x = { field: "progress", type: "quantitative", title: "progress, %" };
  const y = (field: string, target: number) => ({
    field,
    type: "quantitative",
    title: null,
    ...target === 0 ? {} : { scale: { domain: [0, 1] } },
  });
  const band = (low: string, high: string, opacity: number, target: number) => ({
    mark: { type: "area", color: blue, opacity },
    encoding: { x, y: y(low, target), y2: { field: high } },
  });
  return {
    name: "histories",
    title: "How the runs go",
    caption:
      `Of ${whole.length} runs, the middle 90 % and 50 % and the median at each checkpoint; thin lines are ` +
      `${Math.min(EXAMPLES, whole.length)} single runs.` +
      (isRatio ? "" : " Quantisation errors are as they are."),
    spec: {
      $schema,
      columns: 3,
      spacing: 36,
      concat: TARGET_NAMES.map((target, t) => ({
        title: t === 0 && !isRatio ? "MQE" : target,
        width: 220,
        height: 190,
        data: { values: fan.filter((row) => row.target === target) },
        layer: [
          band("q5", "q95", 0.18, t),
          band("q25", "q75", 0.3, t),
          {
            data: { values: examples.filter((row) => row.target === target) },
            mark: { type: "line", strokeWidth: 0.7, color: grey, opacity: 0.7 },
            encoding: {
              x,
              y: y("value", t),
              detail: { field: "run" },
            },
          },
          {
            mark: { type: "line", color: blue },
            encoding: { x, y: y("q50", t) },
          },
        ],
      })),
    },
  };
}

/** Mean errors by the share of the run that was seen, with intervals. */
export function errorByPrefix(
  points: readonly ErrorPoint[],
  { name, title, groups }: {
    readonly name: string;
    readonly title: string;
    /** How many data sets the intervals are over. */
    readonly groups: number;
  },
): Figure {
  const rows = points.map(({ rival, share, value, low, high }) => ({
    rival,
    seen: rounded(100 * share),
    error: rounded(value),
    low: rounded(low),
    high: rounded(high),
  }));
  const x = { field: "seen", type: "quantitative", title: "of the run seen, %" };
  const y = (field: string) => ({
    field,
    type: "quantitative",
    title: "mean absolute error",
    scale: { type: "log", nice: false, padding: 8 },
    axis: { values: [0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5] },
  });
  const told = byRival(RIVALS);
  return {
    name,
    title,
    caption:
      `Mean of the three targets' absolute errors on test runs, quantisation errors over their first; the axis is ` +
      `logarithmic. Bars: 90 % of what other ${groups} data sets would have given (bootstrap over data sets).`,
    spec: {
      $schema,
      data: { values: rows },
      width: 560,
      height: 300,
      encoding: { x },
      layer: [
        {
          mark: { type: "rule", strokeWidth: 3, opacity: 0.4 },
          encoding: { y: y("low"), y2: { field: "high" }, color: told.color },
        },
        { mark: { type: "line" }, encoding: { y: y("error"), color: told.color } },
        {
          mark: { type: "point", filled: true, size: 55, opacity: 1 },
          encoding: {
            y: y("error"),
            ...told,
            tooltip: ["rival", "seen", "error", "low", "high"].map((field) => ({ field })),
          },
        },
      ],
    },
  };
}

/** Whether foretold scores come true, and how surely a decision by them is right. */
export function calibrationFigure(
  bins: readonly CalibrationBin[],
  { threshold, share }: { readonly threshold: number; readonly share: number },
): Figure {
  const rows = bins.map(({ rival, foretold, actual, above }) => ({
    rival,
    foretold: rounded(foretold),
    actual: rounded(actual),
    above: rounded(100 * above),
  }));
  const ends = [...rows.map(({ foretold }) => foretold), ...rows.map(({ actual }) => actual)];
  const diagonal = [Math.min(...ends), Math.max(...ends)];
  const told = byRival(["LSTM", "ridge"], 12);
  const x = {
    field: "foretold",
    type: "quantitative",
    title: "score foretold",
    scale: { zero: false },
    axis: { tickCount: 6 },
  };
  const panel = (y: object, tooltip: string, reference: object) => ({
    width: 300,
    height: 260,
    layer: [
      reference,
      { mark: { type: "line", strokeWidth: 1.5 }, encoding: { x, y, color: told.color } },
      {
        mark: { type: "point", filled: true, size: 55, opacity: 1 },
        encoding: {
          x,
          y,
          ...told,
          tooltip: ["rival", "foretold", tooltip].map((field) => ({ field })),
        },
      },
    ],
  });
  return {
    name: "calibration",
    title: `What a foretold score means, ${Math.round(100 * share)} % of the run seen`,
    caption:
      `Test runs in twenty equal groups by the score foretold (MQE ratio + topographic error + half the dead units). ` +
      `Left: the mean of the scores in the end; on the dashed line they are as foretold. Right: how many ended above ` +
      `the threshold, ${threshold.toFixed(3)}, the dashed rule; runs right of it are stopped.`,
    spec: {
      $schema,
      data: { values: rows },
      hconcat: [
        panel(
          {
            field: "actual",
            type: "quantitative",
            title: "score in the end",
            scale: { zero: false },
          },
          "actual",
          {
            data: { values: diagonal.map((value) => ({ foretold: value, actual: value })) },
            mark: { type: "line", color: grey, strokeDash: [5, 3], strokeWidth: 1 },
            encoding: { x, y: { field: "actual", type: "quantitative" } },
          },
        ),
        panel(
          { field: "above", type: "quantitative", title: "ended above the threshold, %" },
          "above",
          {
            mark: { type: "rule", color: grey, strokeDash: [5, 3], strokeWidth: 1 },
            encoding: { x: { datum: threshold } },
          },
        ),
      ],
    },
  };
}

/** What is saved and what is lost as the threshold moves. */
export function tradeoffFigure(points: readonly Tradeoff[]): Figure {
  const rows = points.map(({ rival, below, saved, regret }) => ({
    rival,
    below: rounded(100 * below),
    saved: rounded(100 * saved),
    regret: rounded(regret),
  }));
  const told = byRival(RIVALS.slice(0, -1));
  const encoding = {
    x: { field: "saved", type: "quantitative", title: "of all training saved, %" },
    y: { field: "regret", type: "quantitative", title: "regret" },
  };
  const named = rows.filter(({ rival, below }) => rival === "LSTM" && below % 20 === 10);
  return {
    name: "savings-and-regret",
    title: "What stopping saves and what it loses",
    caption:
      "Test runs of a data set, of which the best is wanted. A run is stopped when twice running, from 20 % of it on, " +
      "it is foretold to end above a threshold; the threshold moves from the 30th to the 95th percentile of the training " +
      "runs' scores (numbers: of the LSTM). Regret: by how much the best finished run ended above the best of all; where " +
      "all were stopped, the one foretold to end best is finished after all. Lower right is better.",
    spec: {
      $schema,
      data: { values: rows },
      width: 520,
      height: 300,
      encoding,
      layer: [
        {
          mark: { type: "line", strokeWidth: 1.5 },
          encoding: { color: told.color, order: { field: "below" } },
        },
        {
          mark: { type: "point", filled: true, size: 40, opacity: 1 },
          encoding: {
            ...told,
            tooltip: ["rival", "below", "saved", "regret"].map((field) => ({ field })),
          },
        },
        {
          data: { values: named },
          mark: { type: "text", dy: -9, fontSize: 10, color: blue },
          encoding: { text: { field: "below" } },
        },
      ],
    },
  };
}
