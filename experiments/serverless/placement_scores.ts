/**
 * What a trained placement layer is worth: its policy on the whole test part, beside policies that learn
 * nothing.
 *
 * @module
 */

import { addBaseline, type Context, type Metric, metric, type Study } from "assay";
import type { DecisionProblem } from "../../data/serverless/fleet/decisions.ts";
import {
  evaluate,
  evaluateConstants,
  type Evaluation,
  myopicOracle,
  placementReferences,
} from "../../data/serverless/fleet/evaluation.ts";
import type { Fleet } from "../../data/serverless/fleet/fleet.ts";
import { type Choices, learningFigure, rewardsFigure } from "./placement_figures.ts";
import { placementPolicy, type Trained } from "./placement_study.ts";

/** Adds metrics, baselines, the ceiling and two figures. */
export async function scorePlacement<Config>(
  ctx: Context<Config>,
  study: Study,
  fleet: Fleet,
  problem: DecisionProblem,
  trained: Trained,
  nameOf: (action: number) => string,
): Promise<Choices> {
  const { network, otherwise } = trained;
  const policy = await evaluate(
    fleet,
    problem,
    "test",
    placementPolicy(fleet, network, otherwise),
  );
  const references = await placementReferences(
    fleet,
    problem,
    "test",
    ctx.key("random"),
    trained.constants,
  );
  const { random, constants, bestAction, lookup, oracle } = references;
  const best = constants[bestAction]!;
  const scored = (evaluation: Evaluation) => scoresOf(evaluation, best, oracle);
  Object.assign(study.metrics, scored(policy), {
    "test/decisions": metric(policy.decisions, "higher"),
    ...Object.fromEntries(policy.chosen.map((count, action) => [
      `test/chosen/${nameOf(action)}`,
      metric(count / policy.decisions, "higher"),
    ])),
  });
  study.ceilings["test/reward/mean"] = oracle.meanReward;
  addBaseline(study, "random", scored(random));
  constants.forEach((evaluation, action) =>
    addBaseline(study, `always ${nameOf(action)}`, scored(evaluation))
  );
  addBaseline(study, "best constant", scored(best));
  addBaseline(study, "each function's best in training", scored(lookup));

  const held = await evaluateConstants(fleet, problem, "validation");
  const heldOracle = await evaluate(fleet, problem, "validation", myopicOracle);
  const heldConstant = Math.max(...held.map(({ meanReward }) => meanReward));
  const heldPolicy = Math.max(...trained.history.map(({ score }) => score));
  if (heldOracle.meanReward > heldConstant) {
    study.metrics["validation/gap/recovered"] = metric(
      (heldPolicy - heldConstant) / (heldOracle.meanReward - heldConstant),
      "higher",
    );
  }
  study.figures.push(
    rewardsFigure({
      name: problem.name,
      decisions: policy.decisions,
      rows: [
        { policy: "network", reward: policy.meanReward },
        { policy: "each function's best in training", reward: lookup.meanReward },
        { policy: `best constant: ${nameOf(bestAction)}`, reward: best.meanReward },
        { policy: "random", reward: random.meanReward },
      ],
      oracle: oracle.meanReward,
    }),
    learningFigure({
      name: problem.name,
      history: trained.history,
      bestConstant: heldConstant,
      oracle: heldOracle.meanReward,
    }),
  );
  return { policy: policy.chosen, oracle: oracle.chosen };
}

const MILLION = 1e6;

/** Scores of a policy; how much of the gap it recovers only where there is a gap. */
function scoresOf(
  { meanReward, outcome }: Evaluation,
  best: Evaluation,
  oracle: Evaluation,
): Record<string, Metric> {
  const { invocations, violations, coldStarts, costUsd, carbonGrams } = outcome;
  const gap = oracle.meanReward - best.meanReward;
  const recovered = metric((meanReward - best.meanReward) / gap, "higher");
  return {
    "test/reward/mean": metric(meanReward, "higher"),
    "test/regret": metric(oracle.meanReward - meanReward, "lower"),
    ...(gap > 0 ? { "test/gap/recovered": recovered } : {}),
    "test/violations": metric(violations / invocations, "lower"),
    "test/cold-starts": metric(coldStarts / invocations, "lower"),
    "test/cost": metric(MILLION * costUsd / invocations, "lower", "USD per million"),
    "test/carbon": metric(MILLION * carbonGrams / invocations, "lower", "g per million"),
  };
}
