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

/** Settings of the strategic layer's training. */
export const strategicConfig = {
  dqnUpdates: z.number().int().min(1).max(10_000_000).default(50_000)
    .describe("updates of the strategic network"),
  dqnRate: z.number().positive().default(5e-4).describe("Adam's step size in them"),
  dqnGamma: z.number().min(0).max(1).default(0).describe("discount an hour in them"),
  dqnDecay: z.number().positive().default(10_000)
    .describe("updates in which exploration falls by a factor of e"),
  dqnEvery: z.number().int().min(1).default(1000)
    .describe("updates from one look at the validation part to the next"),
};

/** Settings of the tactical layer's training. */
export const tacticalConfig = {
  ppoRollouts: z.number().int().min(1).max(1_000_000).default(100)
    .describe("rollouts of 2,048 decisions that the tactical network learns from"),
  ppoRate: z.number().positive().default(1e-3).describe("Adam's step size in them"),
  ppoGamma: z.number().min(0).max(1).default(0).describe("discount an hour in them"),
  ppoEntropy: z.number().min(0).default(0.01).describe("weight of the policy's entropy"),
  ppoEvery: z.number().int().min(1).default(5)
    .describe("rollouts from one look at the validation part to the next"),
};

type StrategicSettings = z.output<z.ZodObject<typeof strategicConfig>>;
type TacticalSettings = z.output<z.ZodObject<typeof tacticalConfig>>;

/** Functions that are decided for side by side while training. */
const SIDE_BY_SIDE = 16;

/** A trained layer. */
export interface Trained {
  /** From states to scores of actions (and, of the tactical layer, a value); the greedy policy is what it does. */
  readonly network: tfl.LayersModel;
  /** Mean reward of the greedy policy on the validation part, by steps of the training. */
  readonly history: readonly ScoredStep[];
  /** Releases the network. */
  dispose(): void;
}

/**
 * Trains the strategic layer, a DQN of the document, in the loop `strategic`.
 *
 * What differs from it was chosen on the validation part of the synthetic trace.
 */
export async function trainStrategic<Config extends StrategicSettings>(
  ctx: Context<Config>,
  fleet: Fleet,
): Promise<Trained> {
  const { dqnUpdates, dqnRate, dqnGamma, dqnDecay, dqnEvery } = ctx.config;
  const agent = new Dqn({
    network: () => strategicNetwork(ctx.key("weights/strategic")),
    environment: training(ctx, fleet, STRATEGIC),
    key: ctx.key("agent/strategic"),
    learningRate: dqnRate,
    gamma: dqnGamma,
    exploration: { decay: dqnDecay },
  });
  const history = await train(ctx, fleet, STRATEGIC, agent, dqnUpdates, dqnEvery);
  return { network: agent.network, history, dispose: () => agent.dispose() };
}

/** Trains the tactical layer, a PPO of the document, in the loop `tactical`. */
export async function trainTactical<Config extends TacticalSettings>(
  ctx: Context<Config>,
  fleet: Fleet,
): Promise<Trained> {
  const { ppoRollouts, ppoRate, ppoGamma, ppoEntropy, ppoEvery } = ctx.config;
  const network = tacticalNetwork(ctx.key("weights/tactical"));
  const agent = new Ppo({
    network,
    environment: training(ctx, fleet, TACTICAL),
    key: ctx.key("agent/tactical"),
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
