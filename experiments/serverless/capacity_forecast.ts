/**
 * The operational layer at work: how much a function will have under way in the next minute, from what was seen
 * before it.
 *
 * @module
 */

import type { Context, Series, Windows } from "assay";
import {
  STEP_TARGETS,
  stepFeatures,
  type StepMaxima,
  stepMaxima,
  unscaleTargets,
} from "../../data/serverless/features.ts";
import { CAPACITY_BIN_SECONDS, HOUR_BINS } from "../../data/serverless/fleet/capacity.ts";
import type { Fleet } from "../../data/serverless/fleet/fleet.ts";
import { HOUR_SECONDS } from "../../data/serverless/fleet/hours.ts";
import type { InvocationTrace } from "../../data/serverless/invocation_trace.ts";
import { busiestFunctions } from "../../data/serverless/rows_by_function.ts";
import { stepSeries } from "../../data/serverless/series.ts";
import { type SplitWindows, stepWindows } from "../../data/serverless/step_windows.ts";
import { type Heads, type SeriesConfig, trainHeads } from "./demand_heads.ts";

/** By function, `[bins]` from the first midnight on: the mean number under way, durations as traced. */
export type Loads = ReadonlyMap<number, Float64Array>;

/** The busiest functions' demand in the bins that capacity is planned for. */
export interface DemandSeries {
  /** Normalised by the largest values of the training part. */
  readonly series: Series;
  readonly maxima: StepMaxima;
  /** Training and validation within the fleet's parts; test: one for each bin of validation and test. */
  readonly windows: SplitWindows;
  /** Which bin of which function each of these is planned for. */
  readonly planned: readonly PlannedBins[];
  /** All, from the first midnight to the end of the test part. */
  readonly bins: number;
}

/** Bins `[first, end)` of a function, in the order of the windows. */
interface PlannedBins {
  readonly functionIndex: number;
  readonly first: number;
  readonly end: number;
}

const COLUMN = STEP_TARGETS.indexOf("concurrency");

/**
 * The demand of the functions that were busiest in the fleet's training part, planned from validation on. A window
 * that plans a bin ends just before it, and so may reach back into training; where fewer bins have been seen nothing
 * is planned.
 *
 * @param functions At most how many.
 * @param window Bins seen.
 */
export function demandSeries(
  trace: InvocationTrace,
  { parts }: Fleet,
  { functions, window }: { readonly functions: number; readonly window: number },
): DemandSeries {
  const [testBegin, testEnd] = parts.test;
  const split = { validation: parts.train[1] * HOUR_BINS, test: testBegin * HOUR_BINS };
  const binned = stepSeries(trace, {
    stepSeconds: CAPACITY_BIN_SECONDS,
    functions: busiestFunctions(trace, functions, parts.train[1] * HOUR_SECONDS),
  });
  const maxima = stepMaxima(binned, split);
  const bins = testEnd * HOUR_BINS, end = Math.min(binned.steps.end, bins);
  const starts: number[] = [];
  const planned = binned.functions.map(({ functionIndex, from, firstStep }) => {
    const first = Math.min(end, Math.max(split.validation, firstStep + window));
    for (let bin = first; bin < end; bin++) starts.push(from + bin - window - firstStep);
    return { functionIndex, first, end };
  });
  const test: Windows = { window, horizon: 1, starts: Int32Array.from(starts) };
  return {
    series: stepFeatures(binned, maxima, "normalised").series,
    maxima,
    windows: { ...stepWindows(binned, { window, horizon: 1, split }), test },
    planned,
    bins,
  };
}

/** Trains both heads on the fleet's training part and lets them forecast the parts after it, bin by bin. */
export async function forecastLoads<Config extends SeriesConfig>(
  ctx: Context<Config>,
  trace: InvocationTrace,
  fleet: Fleet,
): Promise<Heads<Loads>> {
  const { functions, seriesWindow: window } = ctx.config;
  const demand = demandSeries(trace, fleet, { functions, window });
  const { mean, expectile } = await trainHeads(ctx, "capacity", demand.series, demand.windows);
  return { mean: loadsOf(demand, mean), expectile: loadsOf(demand, expectile) };
}

/** Scaled forecasts of the test windows, `[windows, 3]`, as loads; nothing where nothing is planned. */
export function loadsOf({ maxima, planned, bins }: DemandSeries, scaled: Float32Array): Loads {
  const units = unscaleTargets(maxima, scaled);
  let row = 0;
  return new Map(planned.map(({ functionIndex, first, end }) => {
    const load = new Float64Array(bins);
    for (let bin = first; bin < end; bin++) {
      load[bin] = units[STEP_TARGETS.length * row++ + COLUMN]!;
    }
    return [functionIndex, load];
  }));
}
