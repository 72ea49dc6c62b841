/**
 * The operational model in the document's framing: as it was, and with one thing after another put right.
 *
 * @module
 */

import {
  addBaseline,
  type Context,
  meanSquaredError,
  type Metric,
  metric,
  regressionScores,
  type Study,
  type Windows,
  windowTargets,
  z,
} from "assay";
import { DOCUMENT_FEATURES } from "../../data/serverless/document_features.ts";
import { type DocumentFraming, documentFraming } from "../../data/serverless/document_framing.ts";
import { DOCUMENT_QUANTITIES, documentUnits } from "../../data/serverless/document_units.ts";
import { featureStatistics } from "../../data/serverless/feature_statistics.ts";
import { type DocumentForecasts, documentForecasts } from "../../data/serverless/forecasts.ts";
import type { InvocationTrace } from "../../data/serverless/invocation_trace.ts";
import { allCells, type Cell, PATH, STEPS } from "./ablation_cells.ts";
import { ablationFigure, pathFigure } from "./operational_figures.ts";
import { type OperationalConfig, trainOperational } from "./operational_training.ts";
import { errorScores, thinnedParts } from "./study.ts";

/** The part of a configuration that only the document's two studies read. */
export const documentConfig = {
  documentEpochs: z.number().int().min(1).default(25).describe("most passes of the document's run"),
  documentWindows: z.number().int().min(100).default(2_000_000)
    .describe(
      "training windows of the document's run at most; a quarter as many to validate and test",
    ),
  ablation: z.enum(["path", "all"]).default("all")
    .describe("cells of the ablation: one change after another, or all combinations"),
  ablationEpochs: z.number().int().min(1).default(3).describe("passes of each of its cells"),
  ablationWindows: z.number().int().min(100).default(64_000)
    .describe("training windows of each of its cells at most"),
};

type DocumentConfig = OperationalConfig & z.output<z.ZodObject<typeof documentConfig>>;

const TARGETS = DOCUMENT_FEATURES.slice(0, DOCUMENT_QUANTITIES.length);
const UNITS = {
  targets: DOCUMENT_QUANTITIES.map(({ name }) => name),
  units: DOCUMENT_QUANTITIES.map(({ unit }) => unit),
};

/** The document's run: its fix applied, scored as it scored, its baselines beside it. */
export async function documentedRun<Config extends DocumentConfig>(
  ctx: Context<Config>,
  study: Study,
  trace: InvocationTrace,
): Promise<void> {
  const { metrics } = study;
  const cell = PATH[1]!;
  const framing = frame(ctx, trace, cell);
  for (const part of ["train", "validation", "test"] as const) {
    metrics[`document/windows/${part}`] = metric(framing[part].starts.length, "higher");
  }
  const rows = { from: 0, to: framing.train.starts.length + framing.train.window };
  for (const { name, mean, sd } of featureStatistics(framing.series, [rows])) {
    metrics[`document/features/${name}/mean`] = metric(mean, "higher");
    metrics[`document/features/${name}/sd`] = metric(sd, "higher");
  }

  const { documentEpochs: epochs, documentWindows: windows } = ctx.config;
  const { predicted, test, parameters, losses } = await train(ctx, "document", framing, cell, {
    epochs,
    windows,
  });
  metrics["document/parameters"] = metric(parameters, "lower");
  losses.forEach((loss, i) => metrics[`document/epoch-${i + 1}/loss`] = metric(loss, "lower"));
  const actual = windowTargets(framing.series, test, TARGETS);
  const scores = documentScores(actual, predicted);
  Object.assign(metrics, scores);
  const simple = simpleForecasts(framing, test);
  for (const [name, forecast] of Object.entries(simple)) {
    addBaseline(study, name, documentScores(actual, forecast));
  }
  const average = documentScores(actual, simple["moving average"]);
  const gain = (path: string, sign: 1 | -1) =>
    metric(sign * (scores[path]!.value - average[path]!.value), "higher");
  metrics["document/r2/gain"] = gain("document/r2/mean", 1);
  metrics["document/rmse/gain"] = gain("document/rmse", -1);
}

/** As documented: errors pooled over the features of all targets, R² the mean of the three. */
function documentScores(
  actual: Float32Array,
  predicted: Float32Array | Float64Array,
): Record<string, Metric> {
  const { mae } = regressionScores(actual, predicted);
  const mse = meanSquaredError(actual, predicted);
  const ofTargets = errorScores("document", actual, predicted, {
    targets: TARGETS,
    units: TARGETS.map(() => ""),
  });
  return {
    "document/mse": metric(mse, "lower"),
    "document/rmse": metric(Math.sqrt(mse), "lower"),
    "document/mae": metric(mae, "lower"),
    ...ofTargets,
  };
}

/** What each of the document's choices is worth, all scored in the units the columns came from. */
export async function ablation<Config extends DocumentConfig>(
  ctx: Context<Config>,
  study: Study,
  trace: InvocationTrace,
): Promise<void> {
  const { ablation, ablationEpochs: epochs, ablationWindows: windows } = ctx.config;
  const cells = ablation === "path" ? PATH : allCells();
  const table: { cell: Cell; r2: number[]; mean: number }[] = [];
  let framing: DocumentFraming | null = null, framed = "";
  for (const cell of cells) {
    const own = `${cell.rows}/${cell.variant}/${cell.scaling}`;
    if (framing === null || own !== framed) framing = frame(ctx, trace, cell);
    framed = own;
    const path = `ablation/${own}/${cell.output}/${cell.loss}`;
    ctx.note(path);
    const { predicted, test } = await train(ctx, path, framing, cell, { epochs, windows });
    const actual = documentUnits(framing, "test", windowTargets(framing.series, test, TARGETS));
    const scoresOf = (forecast: Float32Array | Float64Array) =>
      errorScores(path, actual, documentUnits(framing!, "test", forecast), UNITS);
    const scores = scoresOf(predicted);
    Object.assign(study.metrics, scores);
    for (const [name, forecast] of Object.entries(simpleForecasts(framing, test))) {
      addBaseline(study, name, scoresOf(forecast));
    }
    table.push({
      cell,
      r2: UNITS.targets.map((target) => scores[`${path}/${target}/r2`]!.value),
      mean: scores[`${path}/r2/mean`]!.value,
    });
  }
  const meanOf = (wanted: Partial<Cell>) => {
    const factors = Object.entries(wanted) as [keyof Cell, string][];
    const chosen = table.filter(({ cell }) => factors.every(([key, value]) => cell[key] === value));
    return chosen.reduce((sum, { mean }) => sum + mean, 0) / chosen.length;
  };
  STEPS.forEach(({ factor, from, to }, i) => {
    const worth = meanOf(PATH[i + 1]!) - meanOf(PATH[i]!);
    study.metrics[`ablation/worth/${factor}`] = metric(worth, "higher");
    if (ablation === "path") return;
    const effect = meanOf({ [factor]: to }) - meanOf({ [factor]: from });
    study.metrics[`ablation/effect/${factor}`] = metric(effect, "higher");
  });
  study.figures.push(ablationFigure(table, UNITS.targets), pathFigure(PATH.map(meanOf)));
}

function frame<Config>(
  ctx: Context<Config>,
  trace: InvocationTrace,
  { variant, scaling, rows }: Cell,
): DocumentFraming {
  return documentFraming(trace, ctx.key("framing"), { variant, scaling, rows });
}

/** Trains the network on a framing and forecasts its test windows, in features. */
async function train<Config extends DocumentConfig>(
  ctx: Context<Config>,
  name: string,
  framing: DocumentFraming,
  { output, loss }: Cell,
  { epochs, windows: most }: { readonly epochs: number; readonly windows: number },
) {
  const windows = thinnedParts(framing, most);
  const trained = await trainOperational(ctx, name, {
    series: framing.series,
    targets: TARGETS.length,
    windows,
    output,
    loss,
    epochs,
  });
  return { ...trained, test: windows.test };
}

/** The document's baselines, in features: twice a logarithm below zero is not more, but less. */
function simpleForecasts({ series }: DocumentFraming, test: Windows): DocumentForecasts {
  const { window, horizon, starts } = test;
  const targets = TARGETS.map((_, i) => i);
  const columns = series.columns.length;
  return documentForecasts({ values: series.values, columns, window, horizon, targets }, starts);
}
