/**
 * What LayerNorm costs in time.
 */

import { type Context, type Metric, z } from "assay";
import { trainDriver } from "./driver_training.ts";

/** Settings of the comparison: the document's networks, and minibatches of a size that a processor bears. */
export const slowdownConfig = {
  timedUpdates: z.number().int().min(16).default(160)
    .describe("updates of the document's networks that are timed, with and without LayerNorm"),
};

const OPTIONS = {
  encoder: "nature84",
  mode: "full",
  hidden: [256, 256],
  batch: 32,
  warmUp: 64,
  alerts: "relative",
} as const;

/** How much longer a training from pixels takes with LayerNorm, in percent; of the machine. */
export async function slowdown<Config extends { readonly timedUpdates: number }>(
  ctx: Context<Config>,
): Promise<Metric> {
  const transitions = OPTIONS.warmUp + ctx.config.timedUpdates;
  const secondsAnUpdate = async (name: string, layerNorm: boolean) => {
    const driver = await trainDriver(ctx, name, { ...OPTIONS, layerNorm, transitions });
    driver.dispose();
    return driver.seconds / driver.updates;
  };
  const plain = await secondsAnUpdate("timed-plain", false);
  const normalised = await secondsAnUpdate("timed-layer-norm", true);
  const value = 100 * (normalised / plain - 1);
  return { value, unit: "%", better: "lower", machine: true };
}
