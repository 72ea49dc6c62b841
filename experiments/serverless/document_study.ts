/**
 * The operational model in the document's framing: as it was, and with one thing after another put right.
 *
 * @module
 */

import {
  asymmetricLoss,
  type Context,
  type ForecastTask,
  type Loss,
  meanOfLast,
  meanSquaredError,
  type Metric,
  modelTrainable,
  mseLoss,
  persistence,
  predict,
  regressionScores,
  residentSeries,
  serverlessRules,
  type Windows,
  windowTargets,
} from "assay";
import { DOCUMENT_FEATURES } from "../../data/serverless/document_features.ts";
import { type DocumentFraming, documentFraming } from "../../data/serverless/document_framing.ts";
import { DOCUMENT_QUANTITIES, documentUnits } from "../../data/serverless/document_units.ts";
import { featureStatistics } from "../../data/serverless/feature_statistics.ts";
import type { InvocationTrace } from "../../data/serverless/invocation_trace.ts";
import { allCells, type Cell, PATH, STEPS } from "./ablation_cells.ts";
import { ablationFigure, pathFigure } from "./operational_figures.ts";
import { operationalNetwork } from "./operational_network.ts";
import { addBaseline, errorScores, metric, type Study, thinned } from "./study.ts";

/** What the document's two studies read of a configuration. */
export interface DocumentConfig {
  readonly lstm: readonly [number, number];
  readonly dense: number;
  readonly dropout: number;
  readonly underWeight: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly clipNorm: number;
  readonly patience: number;
  readonly plateauPatience: number;
  readonly documentEpochs: number;
  readonly documentWindows: number;
  readonly ablation: "path" | "all";
  readonly ablationEpochs: number;
  readonly ablationWindows: number;
}

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
  const average = documentScores(actual, simple["moving average"]!);
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
  { epochs, windows }: { readonly epochs: number; readonly windows: number },
) {
  const { lstm, dense, dropout, underWeight, batchSize, learningRate, clipNorm } = ctx.config;
  const { patience, plateauPatience } = ctx.config;
  const { series, train: { window, horizon } } = framing;
  const resident = residentSeries({
    inputs: series.values,
    targets: framing.targets.values,
    rows: series.rows,
    window,
    horizon,
  });
  const model = operationalNetwork(ctx.key(`weights/${name}`), {
    window,
    features: series.columns.length,
    targets: TARGETS.length,
    lstm,
    dense,
    dropout,
    output,
  });
  const losses: Record<Cell["loss"], Loss> = {
    asymmetric: asymmetricLoss({ under: underWeight, over: 1 }),
    symmetric: mseLoss,
  };
  const held = Math.ceil(windows / 4);
  const test = thinned(framing.test, held);
  const fitted = await ctx.fit(name, modelTrainable(model, losses[loss]), {
    train: resident.samples(thinned(framing.train, windows).starts),
    validation: resident.samples(thinned(framing.validation, held).starts),
    key: ctx.key(`fit/${name}`),
    epochs,
    batchSize,
    learningRate,
    clipNorm,
    patience,
    plateau: { factor: 0.5, patience: plateauPatience },
    rules: serverlessRules,
  });
  const predicted = await predict(model, resident.samples(test.starts), 512);
  const parameters = model.countParams();
  model.dispose();
  resident.dispose();
  return {
    predicted,
    test,
    parameters,
    losses: fitted.history.map(({ trainLoss }) => trainLoss),
  };
}

/** The document's baselines, in features: twice a logarithm below zero is not more, but less. */
function simpleForecasts(
  { series }: DocumentFraming,
  test: Windows,
): Record<"reactive" | "static 2×" | "moving average", Float64Array> {
  const task: ForecastTask = {
    values: series.values,
    columns: series.columns.length,
    window: test.window,
    horizon: test.horizon,
    targets: TARGETS.map((_, i) => i),
  };
  const reactive = persistence(task, test.starts);
  return {
    reactive,
    "static 2×": reactive.map((last) => 2 * last),
    "moving average": meanOfLast(task, test.starts, 5),
  };
}
