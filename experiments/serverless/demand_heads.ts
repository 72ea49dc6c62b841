/**
 * The two networks of the operational model as it was meant: one that forecasts the demand of functions and one that
 * provides for it.
 *
 * @module
 */

import { type Context, type Series, z } from "assay";
import { STEP_TARGETS } from "../../data/serverless/features.ts";
import type { SplitWindows } from "../../data/serverless/step_windows.ts";
import {
  type OperationalConfig,
  type OperationalTask,
  trainOperational,
} from "./operational_training.ts";
import { thinnedParts } from "./study.ts";

/** The part of a configuration that says which demand they see, and how much of it. */
export const seriesConfig = {
  functions: z.number().int().min(1).default(40)
    .describe("busiest functions whose demand is forecast"),
  seriesWindow: z.number().int().min(5).max(1000).default(12).describe("steps the network sees"),
  seriesEpochs: z.number().int().min(1).default(10).describe("most passes over the series"),
  seriesWindows: z.number().int().min(100).default(128_000)
    .describe("training windows of the series at most, evenly spread"),
};

export type SeriesConfig = OperationalConfig & z.output<z.ZodObject<typeof seriesConfig>>;

/** Of the network that learned by squared error, and of the one that learned by the asymmetric loss. */
export interface Heads<Each> {
  readonly mean: Each;
  readonly expectile: Each;
}

/**
 * Trains two networks that differ in what they are asked for, and lets them forecast all of the test windows.
 *
 * @param path Where their fits stand in the run's record.
 * @param series The normalised features of {@linkcode stepFeatures}.
 * @returns What they say, `[windows, 3]`, scaled as the series is.
 */
export async function trainHeads<Config extends SeriesConfig>(
  ctx: Context<Config>,
  path: string,
  series: Series,
  windows: SplitWindows,
): Promise<Heads<Float32Array>> {
  const { seriesEpochs: epochs, seriesWindows: most } = ctx.config;
  const shown = { ...thinnedParts(windows, most), test: windows.test };
  const head = async (name: keyof Heads<unknown>, loss: OperationalTask["loss"]) => {
    const { predicted } = await trainOperational(ctx, `${path}/${name}`, {
      series,
      targets: STEP_TARGETS.length,
      windows: shown,
      output: "linear",
      loss,
      epochs,
    });
    return predicted;
  };
  return {
    mean: await head("mean", "symmetric"),
    expectile: await head("expectile", "asymmetric"),
  };
}
