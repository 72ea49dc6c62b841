/**
 * How the operational network is trained, whatever framing it is shown.
 *
 * @module
 */

import {
  asymmetricLoss,
  type Context,
  modelTrainable,
  mseLoss,
  predict,
  residentSeries,
  type Series,
  serverlessRules,
  z,
} from "assay";
import type { SplitWindows } from "../../data/serverless/step_windows.ts";
import { operationalNetwork, type OperationalNetworkOptions } from "./operational_network.ts";
import { firstColumns } from "./study.ts";

/** The part of a configuration that says how. */
export const operationalConfig = {
  lstm: z.tuple([z.number().int().min(1).max(1024), z.number().int().min(1).max(1024)])
    .default([128, 64]).describe("units of the operational network's two LSTM layers"),
  dense: z.number().int().min(1).max(4096).default(32).describe("units of its hidden dense layer"),
  dropout: z.number().min(0).max(0.9).default(0.2).describe("share dropped between its layers"),
  underWeight: z.number().positive().default(5)
    .describe(
      "weight of a squared shortfall in the asymmetric loss, against 1 of a squared surplus",
    ),
  batchSize: z.number().int().min(1).default(128).describe("windows of its minibatches"),
  learningRate: z.number().positive().default(1e-3).describe("Adam's first step size for it"),
  clipNorm: z.number().positive().default(1).describe("longest gradient of it"),
  patience: z.number().int().min(1).default(5)
    .describe("epochs without a better validation loss before it stops"),
  plateauPatience: z.number().int().min(0).default(3)
    .describe("bad epochs before the step size is halved"),
};

export type OperationalConfig = z.output<z.ZodObject<typeof operationalConfig>>;

/** What a network is trained for. */
export interface OperationalTask extends Pick<OperationalNetworkOptions, "targets" | "output"> {
  /** All rows; the first `targets` columns of the row that a window asks for are what is to be said. */
  readonly series: Series;
  /** The windows to learn from, to validate on and to forecast. */
  readonly windows: SplitWindows;
  readonly loss: "asymmetric" | "symmetric";
  /** Most passes over the training windows. */
  readonly epochs: number;
}

/** What came of it. */
export interface TrainedOperational {
  /** Of the test windows, `[windows, targets]`. */
  readonly predicted: Float32Array;
  readonly parameters: number;
  /** Training loss of each epoch. */
  readonly losses: readonly number[];
}

/**
 * Trains a network and lets it forecast the test windows.
 *
 * @param name The fit's in the run's record; keys are derived from it.
 */
export async function trainOperational<Config extends OperationalConfig>(
  ctx: Context<Config>,
  name: string,
  { series, targets, windows: { train, validation, test }, output, loss, epochs }: OperationalTask,
): Promise<TrainedOperational> {
  const { lstm, dense, dropout, underWeight, batchSize, learningRate, clipNorm } = ctx.config;
  const { patience, plateauPatience } = ctx.config;
  const { window, horizon } = train;
  const resident = residentSeries({
    inputs: series.values,
    targets: firstColumns(series, targets),
    rows: series.rows,
    window,
    horizon,
  });
  const model = operationalNetwork(ctx.key(`weights/${name}`), {
    window,
    features: series.columns.length,
    targets,
    lstm,
    dense,
    dropout,
    output,
  });
  const losses = {
    asymmetric: asymmetricLoss({ under: underWeight, over: 1 }),
    symmetric: mseLoss,
  };
  const { history } = await ctx.fit(name, modelTrainable(model, losses[loss]), {
    train: resident.samples(train.starts),
    validation: resident.samples(validation.starts),
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
  return { predicted, parameters, losses: history.map(({ trainLoss }) => trainLoss) };
}
