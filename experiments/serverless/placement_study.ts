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
  Dqn,
  greedyPolicy,
  Ppo,
  type ScoredStep,
  type tfl,
  z,
} from "assay";
import type { DecisionProblem } from "../../data/serverless/fleet/decisions.ts";
import { evaluate } from "../../data/serverless/fleet/evaluation.ts";
import type { Fleet } from "../../data/serverless/fleet/fleet.ts";
import { PlacementEnvironment } from "../../data/serverless/fleet/placement_environment.ts";
import { STRATEGIC } from "../../data/serverless/fleet/strategic.ts";
import { TACTICAL } from "../../data/serverless/fleet/tactical.ts";
import { strategicNetwork, tacticalNetwork } from "./networks.ts";

/**
 * Settings of the strategic layer's training. What differs from the document was chosen on the validation part of
 * the synthetic trace: an hour's choice hardly outlasts the hour (instances are kept for twenty minutes at most), so
 * that a discount of 0 learns the same from less; it is ten times faster, and looks at the validation part more often.
 */
export const strategicConfig = {
  dqnUpdates: z.number().int().min(1).max(10_000_000).default(50_000)
    .describe("updates of the strategic network; the document's 500,000 gain nothing more"),
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
 * Settings of the tactical layer's training. The document learns from 2,048 decisions at a time, ten times over, in
 * minibatches of 64 and steps of 3e-4, with a discount of 0.99; these, chosen as above, need fewer of them.
 */
export const tacticalConfig = {
  ppoRollouts: z.number().int().min(1).max(1_000_000).default(100)
    .describe("rollouts that the tactical network learns from"),
  ppoDecisions: z.number().int().min(1).default(8192).describe("decisions of a rollout"),
  ppoEpochs: z.number().int().min(1).default(5).describe("passes over a rollout"),
  ppoBatch: z.number().int().min(1).default(512).describe("decisions of a minibatch"),
  ppoRate: z.number().positive().default(1.5e-3).describe("Adam's step size"),
  ppoGamma: z.number().min(0).max(1).default(0).describe("discount of the next decision"),
  ppoEntropy: z.number().min(0).default(0.01).describe("weight of the policy's entropy"),
  ppoEvery: z.number().int().min(1).default(5)
    .describe("rollouts from one look at the validation part to the next"),
};

type StrategicSettings = z.output<z.ZodObject<typeof strategicConfig>>;
type TacticalSettings = z.output<z.ZodObject<typeof tacticalConfig>>;

/** Functions that are decided for side by side while training. */
const SIDE_BY_SIDE = 64;

/** Decisions at random before the strategic network's first update. */
const WARM_UP = 4096;

/** A trained layer. */
export interface Trained {
  /** From states to scores of actions (and, of the tactical layer, a value); the greedy policy is what it does. */
  readonly network: tfl.LayersModel;
  /** Mean reward of the greedy policy on the validation part, by steps of the training. */
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
  const history = await train(ctx, fleet, STRATEGIC, agent, dqnUpdates, dqnEvery);
  return { network: agent.network, history, dispose: () => agent.dispose() };
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
    gamma: ppoGamma,
    entropyWeight: ppoEntropy,
  });
  const steps = ppoRollouts * agent.stepsPerRollout;
  const history = await train(ctx, fleet, TACTICAL, agent, steps, ppoEvery * agent.stepsPerRollout);
  agent.dispose();
  return { network, history, dispose: () => network.dispose() };
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
): Promise<readonly ScoredStep[]> {
  const policy = greedyPolicy(agent.network);
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
    step: (n, trace) => best.step(n, trace),
  });
  best.dispose();
  return best.history;
}
