/**
 * TD3 against DDPG on numbers that describe the road: the same networks, memory, worlds and budget.
 */

import { type Context, DDPG, metric, type Study, z } from "assay";
import type { DriveScores } from "./drive_scores.ts";
import { trainDriver, type TrainedDriver } from "./driver_training.ts";
import { besideReferences, scoreDriver } from "./standing.ts";

/** Settings of the comparison. */
export const vectorConfig = {
  vectorTransitions: z.number().int().min(1).max(10_000_000).default(60_000)
    .describe("transitions of TD3, and of DDPG, on numbers"),
  ddpg: z.boolean().default(true).describe("whether DDPG is trained beside it"),
  vectorHidden: z.array(z.number().int().min(1)).min(1).default([128, 128])
    .describe("units of the hidden layers of their networks"),
  vectorEvery: z.number().int().min(1).default(2500)
    .describe("transitions from one evaluation of theirs to the next"),
};

type Settings =
  & z.output<z.ZodObject<typeof vectorConfig>>
  & {
    readonly batch: number;
    readonly learningRate: number;
    readonly warmUp: number;
    readonly alerts: "relative" | "document";
  };

/** Drivers that learned from numbers. */
export interface Compared {
  readonly td3: TrainedDriver;
  /** `null` where it is left out. */
  readonly ddpg: TrainedDriver | null;
}

/** Trains and scores them. The caller disposes of them. */
export async function compareAgents<Config extends Settings>(
  ctx: Context<Config>,
  study: Study,
  references: ReadonlyMap<string, DriveScores>,
): Promise<Compared> {
  const { vectorTransitions, vectorHidden, vectorEvery, batch, learningRate, warmUp, alerts } =
    ctx.config;
  const train = (name: string, learner: typeof DDPG | Record<never, never>) =>
    trainDriver(ctx, name, {
      ...{ mode: "vector", encoder: null, layerNorm: false, hidden: vectorHidden },
      ...{ batch, warmUp, alerts, learner: { ...learner, learningRate } },
      ...{ transitions: vectorTransitions, every: vectorEvery },
    });
  const td3 = await train("td3", {});
  scoreDriver(study, "vector", td3);
  besideReferences(study, "vector", references);
  if (!ctx.config.ddpg) return { td3, ddpg: null };

  const ddpg = await train("ddpg", DDPG);
  const [own, other] = [td3.evaluations.late(), ddpg.evaluations.late()];
  study.metrics["vector/return/gain/ddpg"] = metric(own.totalReward - other.totalReward, "higher");
  study.metrics["vector/success/gain/ddpg"] = metric(own.success - other.success, "higher");
  study.baselines["DDPG"] = {
    "vector/return": other.totalReward,
    "vector/success": other.success,
    "vector/q": ddpg.readings.late("debug/q1_mean"),
  };
  return { td3, ddpg };
}
