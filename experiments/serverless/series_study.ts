/**
 * The operational model as it was meant: each function's demand, step by step, one network that forecasts it and one
 * that provides for it.
 *
 * @module
 */

import {
  asymmetricLoss,
  type Context,
  fitRidge,
  type ForecastTask,
  type Loss,
  meanSquaredError,
  modelTrainable,
  mseLoss,
  normalExpectile,
  predict,
  predictRidge,
  provisioningScores,
  r2OfExpectile,
  regressionScores,
  type ResidentSeries,
  residentSeries,
  sampleExpectile,
  type Series,
  serverlessRules,
  type Windows,
  windowTargets,
} from "assay";
import {
  scaleTargets,
  STEP_FEATURES,
  STEP_TARGETS,
  stepFeatures,
  type StepMaxima,
  stepMaxima,
  stepTargets,
  unscaleTargets,
} from "../../data/serverless/features.ts";
import { simpleForecasts } from "../../data/serverless/forecasts.ts";
import type { InvocationTrace } from "../../data/serverless/invocation_trace.ts";
import { busiestFunctions } from "../../data/serverless/rows_by_function.ts";
import { type StepSeries, stepSeries } from "../../data/serverless/series.ts";
import { type SplitWindows, stepSplit, stepWindows } from "../../data/serverless/step_windows.ts";
import { headsFigure } from "./operational_figures.ts";
import { operationalNetwork } from "./operational_network.ts";
import { addBaseline, errorScores, firstColumns, metric, type Study, thinned } from "./study.ts";

/** What the study reads of a configuration. */
export interface SeriesConfig {
  readonly lstm: readonly [number, number];
  readonly dense: number;
  readonly dropout: number;
  readonly underWeight: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly clipNorm: number;
  readonly patience: number;
  readonly plateauPatience: number;
  readonly functions: number;
  readonly seriesWindow: number;
  readonly seriesEpochs: number;
  readonly seriesWindows: number;
}

const UNITS = { targets: STEP_TARGETS, units: ["invocations", "instances", ""] };

/** Forecasts as the network has them, and in the targets' own units, both `[windows, 3]`. */
interface Forecast {
  readonly scaled: Float32Array | Float64Array;
  readonly units: Float32Array | Float64Array;
}

/** Trains both heads on one length of step and scores them beside the simple forecasts. */
export async function seriesStudy<Config extends SeriesConfig>(
  ctx: Context<Config>,
  study: Study,
  trace: InvocationTrace,
  stepSeconds: number,
): Promise<void> {
  const { functions, seriesWindow: window, underWeight } = ctx.config;
  const { metrics } = study;
  const path = `series/${stepSeconds}s`;

  // The busiest functions of the training part, in steps; scaled by what was largest in it.
  const all = stepSeries(trace, { stepSeconds });
  const trainEnd = stepSplit(all.steps).validation * stepSeconds;
  const binned = stepSeries(trace, {
    stepSeconds,
    functions: busiestFunctions(trace, functions, trainEnd),
  });
  const parts = stepWindows(binned, { window, horizon: 1 });
  const maxima = stepMaxima(binned);
  const { series, clipped } = stepFeatures(binned, maxima, "normalised");
  const demand = stepTargets(binned);
  const actual = {
    units: windowTargets(demand, parts.test, STEP_TARGETS),
    scaled: windowTargets(series, parts.test, STEP_FEATURES.slice(0, STEP_TARGETS.length)),
  };
  for (const [name, count] of Object.entries(clipped)) {
    metrics[`${path}/clipped/${name}`] = metric(count, "lower");
  }

  // Two networks that differ in what they are asked for.
  const weights = { under: underWeight, over: 1 };
  const resident = residentDemand(series, window);
  const forecastOf = async (head: "mean" | "expectile", loss: Loss): Promise<Forecast> => {
    const scaled = await trainHead(ctx, `${path}/${head}`, loss, parts, resident);
    return { scaled, units: inUnits(maxima, scaled) };
  };
  const mean = await forecastOf("mean", mseLoss);
  const expectile = await forecastOf("expectile", asymmetricLoss(weights));
  resident.dispose();

  // The simple forecasts, in the targets' own units, and two that are fitted where the networks are.
  const simple: Record<string, Forecast> = {};
  const ofDemand: ForecastTask = {
    values: demand.values,
    columns: STEP_TARGETS.length,
    window,
    horizon: 1,
    targets: STEP_TARGETS.map((_, i) => i),
  };
  for (const [name, forecast] of Object.entries(simpleForecasts(ofDemand, binned, parts))) {
    const units = forecast.map((value) => Math.max(0, value));
    simple[name] = { units, scaled: scaleTargets(maxima, units) };
  }
  const scaledTask = { ...ofDemand, values: series.values, columns: STEP_FEATURES.length };
  const ridge = fitRidge(scaledTask, parts.train.starts);
  const ofRidge = predictRidge(ridge, scaledTask, parts.test.starts);
  const margins = marginsOf(scaledTask, ridge, parts.train, underWeight / (underWeight + 1));
  const raised = ofRidge.map((value, i) => value + margins[i % margins.length]!);
  simple["ridge on features"] = { scaled: ofRidge, units: inUnits(maxima, ofRidge) };
  simple["ridge with margin"] = { scaled: raised, units: inUnits(maxima, raised) };

  // The forecast: squared error where it was trained, errors and R² in the targets' own units.
  const squared = (forecast: Forecast) => meanSquaredError(actual.scaled, forecast.scaled);
  const errors = (forecast: Forecast) => ({
    ...errorScores(`${path}/mean`, actual.units, forecast.units, UNITS),
    [`${path}/mean/loss`]: metric(squared(forecast), "lower"),
  });
  Object.assign(metrics, errors(mean));
  for (const [name, forecast] of Object.entries(simple)) addBaseline(study, name, errors(forecast));
  const best = Math.min(...Object.values(simple).map(squared));
  metrics[`${path}/mean/skill/best-baseline`] = metric(1 - squared(mean) / best, "higher");

  // The provision: the weighted error where it was trained, shortfall and surplus in the targets' own units.
  const weighted = ({ scaled }: Forecast) =>
    provisioningScores(actual.scaled, scaled, weights).asymmetricLoss;
  const provision = (forecast: Forecast) => ({
    ...provisionScores(`${path}/provision`, actual.units, forecast.units, weights),
    [`${path}/provision/loss`]: metric(weighted(forecast), "lower"),
  });
  Object.assign(metrics, provision(expectile));
  for (const [name, forecast] of Object.entries({ ...simple, "mean head": mean })) {
    addBaseline(study, name, provision(forecast));
  }
  const cheapest = Math.min(...Object.values(simple).map(weighted));
  metrics[`${path}/provision/skill/best-baseline`] = metric(
    1 - weighted(expectile) / cheapest,
    "higher",
  );
  compareHeads(study, path, { binned, test: parts.test, underWeight, actual, mean, expectile });
}

/** Nobody demands or provides less than nothing. */
function inUnits(maxima: StepMaxima, scaled: Float32Array | Float64Array): Float32Array {
  return unscaleTargets(maxima, scaled).map((value) => Math.max(0, value));
}

/** R² of both heads where they were trained, and what it would be for normal residuals. */
function compareHeads(
  { metrics, figures }: Study,
  path: string,
  { binned, test, underWeight, actual, mean, expectile }: {
    readonly binned: StepSeries;
    readonly test: Windows;
    readonly underWeight: number;
    readonly actual: Forecast;
    readonly mean: Forecast;
    readonly expectile: Forecast;
  },
): void {
  const width = STEP_TARGETS.length;
  const tau = underWeight / (underWeight + 1);
  const r2 = (forecast: Forecast, t: number, from: number, to: number) => {
    const column = (values: Float32Array | Float64Array) =>
      Float64Array.from({ length: to - from }, (_, i) => values[(from + i) * width + t]!);
    return regressionScores(column(actual.scaled), column(forecast.scaled)).r2;
  };
  STEP_TARGETS.forEach((target, t) => {
    const rows = test.starts.length;
    const [ofMean, ofExpectile] = [r2(mean, t, 0, rows), r2(expectile, t, 0, rows)];
    metrics[`${path}/heads/${target}/mean/r2`] = metric(ofMean, "higher");
    metrics[`${path}/heads/${target}/expectile/r2`] = metric(ofExpectile, "higher");
    metrics[`${path}/heads/${target}/expectile/r2/theory`] = metric(
      r2OfExpectile(ofMean, tau),
      "higher",
    );
  });
  const points = rangesOf(binned, test).flatMap(([from, to]) =>
    STEP_TARGETS.map((target, t) => ({
      target,
      mean: r2(mean, t, from, to),
      expectile: r2(expectile, t, from, to),
    }))
  );
  figures.push(headsFigure(points, {
    gap: normalExpectile(tau),
    name: `${path.replaceAll("/", "-")}-heads`,
    step: path.split("/")[1]!,
  }));
}

/**
 * Trains the operational network for one loss.
 *
 * @param name The fit's in the run's record.
 * @param resident All rows: features {@linkcode STEP_FEATURES}, and the first three of them as targets.
 * @returns What it says of the test windows, `[windows, 3]`, scaled.
 */
export async function trainHead<Config extends SeriesConfig>(
  ctx: Context<Config>,
  name: string,
  loss: Loss,
  { train, validation, test }: SplitWindows,
  resident: ResidentSeries,
): Promise<Float32Array> {
  const { lstm, dense, dropout, batchSize, learningRate, clipNorm } = ctx.config;
  const { patience, plateauPatience, seriesEpochs: epochs, seriesWindows: windows } = ctx.config;
  const model = operationalNetwork(ctx.key(`weights/${name}`), {
    window: train.window,
    features: STEP_FEATURES.length,
    targets: STEP_TARGETS.length,
    lstm,
    dense,
    dropout,
    output: "linear",
  });
  await ctx.fit(name, modelTrainable(model, loss), {
    train: resident.samples(thinned(train, windows).starts),
    validation: resident.samples(thinned(validation, Math.ceil(windows / 4)).starts),
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
  model.dispose();
  return predicted;
}

/** What the ridge's forecasts of each target must be raised by to lie at the expectile of its training errors. */
function marginsOf(
  task: ForecastTask,
  ridge: ReturnType<typeof fitRidge>,
  train: Windows,
  tau: number,
): number[] {
  const sample = thinned(train, 20_000);
  const forecast = predictRidge(ridge, task, sample.starts);
  const width = task.targets.length;
  return task.targets.map((target, t) =>
    sampleExpectile(
      Float64Array.from(sample.starts, (start, i) =>
        task.values[(start + task.window) * task.columns + target]! - forecast[i * width + t]!),
      tau,
    )
  );
}

/** Shortfall and surplus of count and concurrency, which capacity is made of. */
function provisionScores(
  prefix: string,
  actual: Float32Array | Float64Array,
  provided: Float32Array | Float64Array,
  weights: Parameters<typeof provisioningScores>[2],
) {
  const width = STEP_TARGETS.length;
  return Object.fromEntries(["count", "concurrency"].flatMap((target, t) => {
    const column = (values: Float32Array | Float64Array) =>
      Float64Array.from({ length: values.length / width }, (_, i) => values[i * width + t]!);
    const { underRate, shortfall, surplus } = provisioningScores(
      column(actual),
      column(provided),
      weights,
    );
    const unit = UNITS.units[t]!;
    return [
      [`${prefix}/${target}/under-rate`, metric(underRate, "lower")],
      [`${prefix}/${target}/shortfall`, metric(shortfall, "lower", unit)],
      [`${prefix}/${target}/surplus`, metric(surplus, "lower", unit)],
    ];
  }));
}

/** Where the windows of each function stand among the windows of a part. */
function rangesOf({ functions }: StepSeries, { starts }: Windows): [from: number, to: number][] {
  let from = 0;
  return functions.flatMap(({ to: end }) => {
    let to = from;
    while (to < starts.length && starts[to]! < end) to++;
    const range: [number, number] = [from, to];
    from = to;
    return range[0] < range[1] ? [range] : [];
  });
}

/** Features on the device, their first three as the targets of the step that follows a window. */
export function residentDemand(series: Series, window: number): ResidentSeries {
  return residentSeries({
    inputs: series.values,
    targets: firstColumns(series, STEP_TARGETS.length),
    rows: series.rows,
    window,
    horizon: 1,
  });
}
