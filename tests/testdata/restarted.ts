/** A line through noisy points, trained at a rate that is far too high, and again a rung down. */

import {
  closureTrainable,
  experiment,
  mseLoss,
  ruleSetNames,
  ruleSets,
  tensorSamples,
  tf,
  uniform,
  z,
} from "assay";

const POINTS = 40;

export default experiment({
  name: "restarted",
  title: "A line that finds its learning rate",
  config: z.object({
    learningRate: z.number().positive().default(1e20).describe("of the first attempt"),
    rules: z.enum(ruleSetNames).default("default").describe("by which trainings are judged"),
  }),
  profiles: { quick: {}, full: {} },
  seeds: { quick: 1, full: 1 },
  targets: [],
  claims: [],
  async run(ctx) {
    const column = (name: string, width: number) =>
      tf.tensor2d(Float32Array.from(uniform(ctx.key(name), POINTS, -width, width)), [POINTS, 1]);
    const x = column("x", 1);
    const samples = tensorSamples(
      x,
      tf.tidy(() => tf.add(tf.mul(x, 3), column("noise", 0.3))) as tf.Tensor2D,
    );
    const slope = { name: "slope", variable: tf.variable(tf.zeros([1, 1])) };
    const model = closureTrainable({
      trainable: [slope],
      loss: ({ x, y }) => mseLoss(tf.mul(x, slope.variable), y),
    });
    const { attempts, bestValidationLoss } = await ctx.fit("line", model, {
      train: samples,
      validation: samples,
      key: ctx.key("fit"),
      epochs: 12,
      batchSize: 8,
      learningRate: ctx.config.learningRate,
      rules: ruleSets[ctx.config.rules],
      ladder: [0.1],
    });
    ctx.report({
      rule: "attempts",
      severity: "info",
      evidence: `It took ${attempts.length}.`,
      advice: "Begin with the rate of the last.",
    });
    samples.dispose();
    slope.variable.dispose();
    return {
      metrics: {
        loss: { value: bestValidationLoss, unit: "", better: "lower" },
        attempts: { value: attempts.length, unit: "", better: "lower" },
      },
    };
  },
});
