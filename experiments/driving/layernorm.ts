/**
 * What made the features of a pixel-driving TD3 agent explode, and what cures it.
 *
 * First the document's module test as it prints it. Then the same agent four times, its encoder with and without
 * LayerNorm, its actor's loss wired as documented and as it should be: what becomes of features, values, actions and
 * driving. Then what LayerNorm costs.
 */

import {
  atLeast,
  atMost,
  claim,
  type ConfigOf,
  emptyStudy,
  experiment,
  metric,
  target,
  within,
  z,
} from "assay";
import { moduleClaims, scoreModule } from "./document_module.ts";
import { matrixFigures } from "./layernorm_figures.ts";
import { matrixConfig, trainMatrix } from "./layernorm_matrix.ts";
import { slowdown, slowdownConfig } from "./slowdown.ts";
import { referenceScores } from "./standing.ts";

const config = z.object({
  parts: z.array(z.enum(["module", "matrix", "cost"])).min(1).default(["module", "matrix", "cost"])
    .describe("parts of the study"),
  ...matrixConfig,
  ...slowdownConfig,
});

type Config = ConfigOf<typeof config>;

const has = (part: Config["parts"][number]) => ({ parts }: Config) => parts.includes(part);

const document = "claims/004, LayerNorm against exploding features of a TD3 agent";

export default experiment({
  name: "driving-layernorm",
  title: "Why the features of a driving agent explode",
  source: document,
  summary:
    "The features of a TD3 agent's camera network had grown to 7.36 × 10¹², and LayerNorm after every layer was to cure " +
    "it. What made them grow is how the actor's loss is wired: it asks the critic about features of the actor's own " +
    "encoder, which the critic has never been trained on, and moves that encoder to hear what pleases. Four agents that " +
    "differ in nothing else show it. Wired as documented, plain features explode within hundreds of updates; with " +
    "LayerNorm they keep their size, and the actor goes on asking about what the critic does not know, its actions " +
    "saturated, its car standing still. Wired correctly, neither happens, with LayerNorm or without. The document's " +
    "criterion for success, an actor's loss of minus thousands while values are within ten, is the mark of the broken " +
    "wiring: there the loss is not minus the mean of those values. Its printed module test cannot have been run: the " +
    "norm it prints is not that of the mean and deviation it prints.",
  config,
  profiles: {
    quick: {
      parts: ["module", "matrix"],
      batch: 16,
      warmUp: 400,
      transitions: 960,
      every: 960,
    },
    full: {},
  },
  seeds: { quick: 3, full: 5 },
  targets: [
    target("correct/layer-norm/alerts/actor-critic-gap", atMost(0), {
      because: "wired correctly, the critic knows what the actor asks it about",
      when: has("matrix"),
    }),
    target("correct/plain/alerts/actor-critic-gap", atMost(0), {
      because: "and without LayerNorm just as well: it is not what was missing",
      when: has("matrix"),
    }),
    target("document/plain/alerts/actor-critic-gap", atLeast(1), {
      because: "wired as documented, it does not",
      when: has("matrix"),
    }),
    target("document/layer-norm/alerts/actor-critic-gap", atLeast(1), {
      because: "and with LayerNorm it does not either",
      when: has("matrix"),
    }),
    ...["plain", "layer-norm"].map((encoder) =>
      target(`correct/${encoder}/gain/wandering`, atLeast(0), {
        because: "wired correctly it learns to drive, whether its features are normalised or not",
        profile: "full",
        when: has("matrix"),
      })
    ),
    target("document/plain/feature-norm/ratio", atLeast(100), {
      because: "the wiring makes plain features a hundred times as long, and more",
      when: has("matrix"),
    }),
  ],
  claims: [
    ...moduleClaims.map((one) => ({ ...one, when: has("module") })),
    claim("document/layer-norm/feature-norm", atMost(100), {
      says: "LayerNorm holds the features' L2 norm below 100",
      source: "Quick Reference; Step 4, CNN Features",
      expect: "reproduced",
      when: has("matrix"),
    }),
    claim("document/layer-norm/gap", atMost(3), {
      says:
        "LayerNorm is the cure: training dynamics are healthy (the actor's values are the critic's)",
      source: "title; Success Indicators, Medium-term",
      expect: "refuted",
      when: has("matrix"),
    }),
    claim("document/layer-norm/gain/wandering", atLeast(0), {
      says: "it enables successful learning (better than a driver that wanders)",
      source: "Troubleshooting, Issue 4",
      expect: "refuted",
      when: has("matrix"),
    }),
    claim("document/plain/feature-norm", atLeast(1e10), {
      says: "without it the L2 norm is 7.36 × 10¹² (10¹⁰ at least)",
      source: "Quick Reference; of a larger network after as many steps",
      expect: "refuted",
      profile: "full",
      when: has("matrix"),
    }),
    claim("cost/slowdown", within(15, 35), {
      says: "about 25 % slower",
      source: "Troubleshooting, Issue 4",
      expect: "refuted",
      profile: "full",
      when: has("cost"),
    }),
  ],

  async run(ctx) {
    const study = emptyStudy();
    const { metrics } = study;
    const includes = (part: Config["parts"][number]) => ctx.config.parts.includes(part);
    if (includes("module")) await scoreModule(ctx, study);
    if (includes("matrix")) {
      const references = await referenceScores(ctx);
      const trained = await trainMatrix(ctx, study, references);
      const value = (name: string) => metrics[name]!.value;
      const wandering = references.get("wandering (random phase)")!.totalReward;
      for (const cell of trained.keys()) {
        const gain = value(`${cell}/return`) - wandering;
        metrics[`${cell}/gain/wandering`] = metric(gain, "higher");
      }
      metrics["document/plain/feature-norm/ratio"] = metric(
        value("document/plain/feature-norm") / value("correct/plain/feature-norm"),
        "lower",
      );
      study.figures.push(...await matrixFigures(ctx, trained));
      for (const driver of trained.values()) driver.dispose();
    }
    if (includes("cost")) metrics["cost/slowdown"] = await slowdown(ctx);
    return study;
  },
});
