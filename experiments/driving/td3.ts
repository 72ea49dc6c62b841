/**
 * TD3 learns to drive, from pixels through gates that mean something, and from numbers beside DDPG.
 *
 * First the encoder alone, then a hundred transitions, then a training that has to show after 5,000 and 50,000 of them
 * that it is sound and that it learns. Then TD3 and DDPG on the numbers that describe the road, with the same networks,
 * memory, worlds and budget.
 */

import {
  atLeast,
  atMost,
  type Bound,
  claim,
  type ClaimVerdict,
  type ConfigOf,
  emptyStudy,
  experiment,
  metric,
  target,
  within,
  z,
} from "assay";
import { GATE_LINES } from "./gates.ts";
import { gateConfig, passGates } from "./gate_study.ts";
import type { Tag } from "./readings.ts";
import { besideReferences, referenceScores, scoreDriver } from "./standing.ts";
import { td3Figures } from "./td3_figures.ts";
import { compareAgents, vectorConfig } from "./vector_study.ts";

const config = z.object({
  parts: z.array(z.enum(["gates", "vector"])).min(1).default(["gates", "vector"])
    .describe("parts of the study"),
  ...gateConfig,
  ...vectorConfig,
});

type Config = ConfigOf<typeof config>;

const has = (part: Config["parts"][number]) => ({ parts }: Config) => parts.includes(part);
const rivalled = (config: Config) => has("vector")(config) && config.ddpg;
const upTo = (gate: number) => (config: Config) => has("gates")(config) && config.gate >= gate;

const document = "claims/004, LayerNorm against exploding features of a TD3 agent";

export default experiment({
  name: "driving-td3",
  title: "Keeping to the lane from pixels",
  source: document,
  summary:
    "Keeping to the lane on closed roads that nothing was learned on, from four stacked frames and the speed, or from " +
    "53 numbers that describe the road. A driver from pixels passes gates one by one: the encoder alone, a hundred " +
    "transitions that are really learned from (the document's hundred lie within its random phase, where nothing can " +
    "fail), 5,000, 50,000; one that is not passed is the last. Errors are judged in units of the reward, values against " +
    "what can be earned at all, and the actor's loss against the critic's values, of which it is minus the mean: the " +
    "document demands minus thousands of it and values within ten at once. TD3 and DDPG differ in nothing but the " +
    "twin critic, the delay and the noise on target actions.",
  config,
  profiles: {
    quick: {
      gate: 1,
      vectorTransitions: 10_000,
      vectorHidden: [64, 64],
      vectorEvery: 10_000,
      ddpg: false,
    },
    full: {},
  },
  // Returns of so short trainings vary by half their mean.
  seeds: { quick: 6, full: 5 },
  targets: [
    ...GATE_LINES.map(({ gate, metric, bound, because }) =>
      target(metric, bound, { because, when: upTo(gate) })
    ),
    target("vector/return", atLeast(8), {
      because: "after 10,000 transitions it must earn four times what a random driver earns",
      when: has("vector"),
    }),
    target("vector/success", atLeast(0.5), {
      because: "after 60,000 it must arrive more often than not, on roads that it has not seen",
      profile: "full",
      when: has("vector"),
    }),
    target("vector/return/gain/ddpg", atLeast(0), {
      because: "and earn more than DDPG with the same networks, memory and budget",
      profile: "full",
      when: rivalled,
    }),
  ],
  claims: [
    claim("g1/non-finite", atMost(0), {
      says: "100 steps: no NaN or inf values, no crashes",
      source: "Step 3, Success Criteria",
      expect: "reproduced",
      when: upTo(1),
    }),
    claim("vector/actor-loss", within(-10_000, -1000), {
      says: "actor loss -1000 to -10000, with Q-values -10 to +10",
      source: "Step 4, Training Metrics; the actor's loss is minus the mean of such values",
      expect: "refuted",
      when: has("vector"),
    }),
    claim("vector/return/gain/ddpg", atLeast(0), {
      says: "performance superior to DDPG baseline",
      source: "Success Indicators, Long-term; here on numbers",
      expect: "reproduced",
      profile: "full",
      when: rivalled,
    }),
    atFull("g2/value", atMost(10), "Q-values -10 to +10", "Step 4", "reproduced", 2),
    atFull("g2/norm", atMost(100), "5,000 steps: L2 norm < 100", "Step 4", "reproduced", 2),
    atFull("g2/alarms", atMost(0), "0 gradient warnings, 0 critical", "Step 4", "reproduced", 2),
    atFull("g2/trend/critic-loss", atMost(0), "critic loss decreasing", "Step 4", "refuted", 2),
    atFull("g2/trend/episode-reward", atLeast(0), "rewards improving", "Step 4", "reproduced", 2),
    atFull("g3/success", atLeast(0.5), "success rate > 50 %", "Step 5", "reproduced", 3),
    atFull("g3/td-error", atMost(1), "TD error < 1 by end of training", "Step 5", "refuted", 3),
    atFull(
      "pixels/critic-loss/growth",
      atMost(0.01),
      "critic loss 100 to 1",
      "Step 5",
      "refuted",
      3,
    ),
    atFull("pixels/reward/growth", atLeast(10), "rewards 50 to 500", "Step 5", "reproduced", 3),
  ],

  async run(ctx) {
    const study = emptyStudy();
    const includes = (part: Config["parts"][number]) => ctx.config.parts.includes(part);
    const references = await referenceScores(ctx);
    const pixels = includes("gates")
      ? await passGates(ctx, study, {
        wandering: references.get("wandering (random phase)")!.totalReward,
        pursuit: references.get("pure pursuit, P speed control")!.totalReward,
      })
      : null;
    if (pixels) {
      scoreDriver(study, "pixels", pixels);
      besideReferences(study, "pixels", references);
      const grown = (tag: Tag) => metric(pixels.readings.growth(tag), "higher");
      study.metrics["pixels/critic-loss/growth"] = grown("train/critic_loss");
      study.metrics["pixels/reward/growth"] = grown("train/episode_reward");
    }
    const { td3, ddpg } = includes("vector")
      ? await compareAgents(ctx, study, references)
      : { td3: null, ddpg: null };
    study.figures.push(...await td3Figures(ctx, { pixels, td3, ddpg, references }));
    for (const trained of [pixels, td3, ddpg]) trained?.dispose();
    return study;
  },
});

/** A claim on the training from pixels, which `quick` does not make. */
function atFull(
  metric: string,
  bound: Bound,
  says: string,
  source: string,
  expect: ClaimVerdict,
  gate: number,
) {
  return claim<Config>(metric, bound, { says, source, expect, profile: "full", when: upTo(gate) });
}
