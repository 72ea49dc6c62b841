/**
 * The operational model as it was meant: each function's demand, step by step, one network that forecasts it and one
 * that provides for it.
 *
 * @module
 */

import {
  addBaseline,
  type Context,
  fitRidge,
  type ForecastTask,
  meanSquaredError,
  metric,
  normalExpectile,
  predictRidge,
  provisioningScores,
  r2OfExpectile,
  regressionScores,
  type RegressionValues,
  sampleExpectile,
  type Study,
  type Windows,
  windowTargets,
} from "assay";
import {
  scaleTargets,
  STEP_FEATURES,
  STEP_TARGETS,
  stepFeatures,
  stepMaxima,
  stepTargets,
  unscaleTargets,
} from "../../data/serverless/features.ts";
import { simpleForecasts } from "../../data/serverless/forecasts.ts";
import type { InvocationTrace } from "../../data/serverless/invocation_trace.ts";
import { busiestFunctions } from "../../data/serverless/rows_by_function.ts";
import { type StepSeries, stepSeries, traceSteps } from "../../data/serverless/series.ts";
import { stepSplit, stepWindows } from "../../data/serverless/step_windows.ts";
import { type Heads, type SeriesConfig, trainHeads } from "./demand_heads.ts";
import { headsFigure } from "./operational_figures.ts";
import { errorScores, thinned } from "./study.ts";

const UNITS = { targets: STEP_TARGETS, units: ["invocations", "instances", ""] };

/** Forecasts as the network has them, and in the targets' own units, both `[windows, 3]`. */
interface Forecast {
  readonly scaled: RegressionValues;
  readonly units: RegressionValues;
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
  const trainEnd = stepSplit(traceSteps(trace, stepSeconds)).validation * stepSeconds;
  const binned = stepSeries(trace, {
    stepSeconds,
    functions: busiestFunctions(trace, functions, trainEnd),
  });
  const parts = stepWindows(binned, { window, horizon: 1 });
  const maxima = stepMaxima(binned);
  const { series, clipped } = stepFeatures(binned, maxima, "normalised");
  const demand = stepTargets(binned);
  const actual: Forecast = {
    units: windowTargets(demand, parts.test, STEP_TARGETS),
    scaled: windowTargets(series, parts.test, STEP_FEATURES.slice(0, STEP_TARGETS.length)),
  };
  for (const [name, count] of Object.entries(clipped)) {
    metrics[`${path}/clipped/${name}`] = metric(count, "lower");
  }

  const ofScaled = (scaled: RegressionValues): Forecast => ({
    scaled,
    units: unscaleTargets(maxima, scaled),
  });
  const said = await trainHeads(ctx, path, series, parts);
  const heads = { mean: ofScaled(said.mean), expectile: ofScaled(said.expectile) };

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
  simple["ridge on features"] = ofScaled(ofRidge);
  simple["ridge with margin"] = ofScaled(raised);

  // The forecast: squared error where it was trained, errors and R² in the targets' own units.
  const squared = (forecast: Forecast) => meanSquaredError(actual.scaled, forecast.scaled);
  const errors = (forecast: Forecast) => ({
    ...errorScores(`${path}/mean`, actual.units, forecast.units, UNITS),
    [`${path}/mean/loss`]: metric(squared(forecast), "lower"),
  });
  Object.assign(metrics, errors(heads.mean));
  for (const [name, forecast] of Object.entries(simple)) addBaseline(study, name, errors(forecast));
  const best = Math.min(...Object.values(simple).map(squared));
  metrics[`${path}/mean/skill/best-baseline`] = metric(1 - squared(heads.mean) / best, "higher");

  // The provision: the weighted error where it was trained, shortfall and surplus in the targets' own units.
  const weights = { under: underWeight, over: 1 };
  const weighted = ({ scaled }: Forecast) =>
    provisioningScores(actual.scaled, scaled, weights).asymmetricLoss;
  const provision = (forecast: Forecast) => ({
    ...provisionScores(`${path}/provision`, actual.units, forecast.units, weights),
    [`${path}/provision/loss`]: metric(weighted(forecast), "lower"),
  });
  Object.assign(metrics, provision(heads.expectile));
  for (const [name, forecast] of Object.entries({ ...simple, "mean head": heads.mean })) {
    addBaseline(study, name, provision(forecast));
  }
  const cheapest = Math.min(...Object.values(simple).map(weighted));
  metrics[`${path}/provision/skill/best-baseline`] = metric(
    1 - weighted(heads.expectile) / cheapest,
    "higher",
  );
  compareHeads(study, path, { binned, test: parts.test, underWeight, actual, heads });
}

/** R² of both heads where they were trained, and what it would be for normal residuals. */
function compareHeads(
  { metrics, figures }: Study,
  path: string,
  { binned, test, underWeight, actual, heads }: {
    readonly binned: StepSeries;
    readonly test: Windows;
    readonly underWeight: number;
    readonly actual: Forecast;
    readonly heads: Heads<Forecast>;
  },
): void {
  const width = STEP_TARGETS.length;
  const tau = underWeight / (underWeight + 1);
  const r2 = ({ scaled }: Forecast, t: number, from: number, to: number) => {
    const own = (values: RegressionValues) => column(values.subarray(from * width, to * width), t);
    return regressionScores(own(actual.scaled), own(scaled)).r2;
  };
  STEP_TARGETS.forEach((target, t) => {
    const rows = test.starts.length;
    const [ofMean, ofExpectile] = [r2(heads.mean, t, 0, rows), r2(heads.expectile, t, 0, rows)];
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
      mean: r2(heads.mean, t, from, to),
      expectile: r2(heads.expectile, t, from, to),
    }))
  );
  figures.push(headsFigure(points, {
    gap: normalExpectile(tau),
    name: `${path.replaceAll("/", "-")}-heads`,
    step: path.split("/")[1]!,
  }));
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
  actual: RegressionValues,
  provided: RegressionValues,
  weights: Parameters<typeof provisioningScores>[2],
) {
  return Object.fromEntries(["count", "concurrency"].flatMap((target, t) => {
    const { underRate, shortfall, surplus } = provisioningScores(
      column(actual, t),
      column(provided, t),
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

/** One target of `[windows, 3]`. */
function column(values: RegressionValues, target: number): Float64Array {
  const width = STEP_TARGETS.length;
  return Float64Array.from(
    { length: values.length / width },
    (_, i) => values[i * width + target]!,
  );
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
