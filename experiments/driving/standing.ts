/**
 * How a learner stands on roads that it did not learn on, beside drivers that learn nothing.
 */

import { type Context, metric, type Study, wilsonInterval } from "assay";
import { evaluateDriver, referenceDrivers, REWARD_SCALE } from "../../data/driving.ts";
import { type DriveScores, driveScores } from "./drive_scores.ts";
import { heldOutWorlds, type TrainingHistory, VALUE_BOUND } from "./driver_training.ts";

/** How drivers do that learn nothing, by name; the best of them first. */
export async function referenceScores<Config>(
  ctx: Context<Config>,
): Promise<ReadonlyMap<string, DriveScores>> {
  const worlds = heldOutWorlds(ctx, "vector", 84);
  const scores = new Map<string, DriveScores>();
  for (const [name, driver] of referenceDrivers(ctx.key("references"))) {
    scores.set(name, driveScores(await evaluateDriver(driver, worlds, 1)));
  }
  return scores;
}

/** Sets them beside a learner's scores under `path`. */
export function besideReferences(
  { baselines }: Study,
  path: string,
  references: ReadonlyMap<string, DriveScores>,
): void {
  for (const [name, scores] of references) {
    baselines[name] = {
      ...baselines[name],
      [`${path}/return`]: scores.totalReward,
      [`${path}/success`]: scores.success,
      [`${path}/speed`]: scores.meanSpeed,
      [`${path}/offset`]: scores.meanAbsOffset,
      [`${path}/jerk`]: scores.meanAbsJerk,
    };
  }
}

/**
 * Adds what a training came to under `path`: means of its last three evaluations, of one episode on each of the 20
 * roads; the lower limit of success is Wilson's of all their episodes.
 */
export function scoreDriver(
  { metrics, ceilings }: Study,
  path: string,
  { evaluations, readings }: TrainingHistory,
): void {
  const late = evaluations.late();
  metrics[`${path}/return`] = metric(late.totalReward, "higher");
  metrics[`${path}/success`] = metric(late.success, "higher");
  const [low] = wilsonInterval(late.successes, late.episodes);
  metrics[`${path}/success/low`] = metric(low, "higher");
  metrics[`${path}/speed`] = metric(late.meanSpeed, "higher", "m/s");
  metrics[`${path}/offset`] = metric(late.meanAbsOffset, "lower", "m");
  metrics[`${path}/jerk`] = metric(late.meanAbsJerk, "lower", "m/s³");
  metrics[`${path}/q`] = metric(readings.late("debug/q1_mean"), "higher");
  metrics[`${path}/actor-loss`] = metric(-readings.late("debug/actor_q_mean"), "lower");
  ceilings[`${path}/actor-loss`] = -VALUE_BOUND;
  const tdError = REWARD_SCALE * readings.late("debug/td_error_q1");
  metrics[`${path}/td-error`] = metric(tdError, "lower");
}
