/**
 * The same agent four times: LayerNorm or none, the actor's loss as documented or as it should be.
 */

import { type Context, metric, type Study, type Wiring, z } from "assay";
import type { DriveScores } from "./drive_scores.ts";
import { driverConfig } from "./driver_config.ts";
import { trainDriver, type TrainedDriver } from "./driver_training.ts";
import { besideReferences, scoreDriver } from "./standing.ts";

/** Settings of the agents. */
export const matrixConfig = {
  ...driverConfig,
  warmUp: z.number().int().min(1).default(1000)
    .describe("transitions by a driver that wanders, before anything is learned"),
  transitions: z.number().int().min(2).max(10_000_000).default(5000)
    .describe("transitions of each agent; the document validates with 5,000"),
  every: z.number().int().min(1).default(1000)
    .describe("transitions from one evaluation to the next"),
};

type Settings = z.output<z.ZodObject<typeof matrixConfig>>;

/** The agents, by the paths of their metrics. */
export const CELLS = {
  "document/plain": { wiring: "document", layerNorm: false },
  "document/layer-norm": { wiring: "document", layerNorm: true },
  "correct/plain": { wiring: "correct", layerNorm: false },
  "correct/layer-norm": { wiring: "correct", layerNorm: true },
} as const satisfies Readonly<
  Record<string, { readonly wiring: Wiring; readonly layerNorm: boolean }>
>;

/** An agent's path. */
export type Cell = keyof typeof CELLS;

/** Trains and scores all four. The caller disposes of them. */
export async function trainMatrix<Config extends Settings>(
  ctx: Context<Config>,
  study: Study,
  references: ReadonlyMap<string, DriveScores>,
): Promise<ReadonlyMap<Cell, TrainedDriver>> {
  const { encoder, mode, hidden, batch, warmUp, transitions, every, alerts } = ctx.config;
  const trained = new Map<Cell, TrainedDriver>();
  for (const [cell, { wiring, layerNorm }] of cells()) {
    const driver = await trainDriver(ctx, cell.replace("/", "-"), {
      ...{ encoder, mode, hidden, batch, warmUp, transitions, every, alerts },
      ...{ layerNorm, learner: { wiring } },
    });
    scoreDriver(study, cell, driver);
    scoreFeatures(study, cell, driver);
    besideReferences(study, cell, references);
    trained.set(cell, driver);
  }
  return trained;
}

/** All agents in their order. */
export function cells(): [Cell, (typeof CELLS)[Cell]][] {
  return Object.entries(CELLS) as [Cell, (typeof CELLS)[Cell]][];
}

/** How features, values and actions are at the end of a training, and what was alarming on the way. */
function scoreFeatures({ metrics }: Study, cell: Cell, { readings }: TrainedDriver): void {
  const norm = "debug/cnn_features_l2_norm";
  metrics[`${cell}/feature-norm`] = metric(readings.late(norm), "lower");
  metrics[`${cell}/feature-norm/growth`] = metric(readings.growth(norm), "lower");
  metrics[`${cell}/gap`] = metric(readings.gap(), "lower");
  const saturation = readings.late("debug/action_saturation");
  metrics[`${cell}/saturation`] = metric(saturation, "lower");
  const [, gradient] = readings.range("train/actor_gradient_norm");
  metrics[`${cell}/actor-gradient`] = metric(gradient, "lower");
  for (const tag of ["actor_critic_gap", "q_bound", "gradient_explosion_critical"] as const) {
    const raised = readings.raised(`alerts/${tag}`);
    metrics[`${cell}/alerts/${tag.replaceAll("_", "-")}`] = metric(raised, "lower");
  }
}
