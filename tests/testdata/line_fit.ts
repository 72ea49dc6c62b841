/**
 * The smallest real experiment: a line through noisy points, fitted by gradient descent. The tests
 * run it as a user's own file.
 */

import {
  atLeast,
  atMost,
  claim,
  closureTrainable,
  experiment,
  inputFile,
  normal,
  target,
  tensorSamples,
  tf,
  uniform,
  z,
} from "assay";

export default experiment({
  name: "line-fit",
  title: "A line through noisy points",
  config: z.object({
    points: z.number().int().min(10).max(10_000).default(200).describe(
      "points of the training part",
    ),
    noise: z.number().min(0).default(0.1).describe("standard deviation of the noise"),
    epochs: z.number().int().min(1).default(20).describe("passes over the points"),
    steepness: z.number().min(0.9).default(1).describe(
      "asked slope; the target wants at least 0.9",
    ),
    notes: inputFile("a text file whose length is logged"),
  }),
  profiles: { quick: { epochs: 20 }, full: {} },
  seeds: { quick: 3, full: 5 },
  targets: [target("test/slope", atLeast(0.9), { because: "the points were made with slope 1" })],
  claims: [
    claim("test/rmse", atMost(0.01), {
      says: "the fit is exact",
      source: "nowhere",
      expect: "refuted",
    }),
  ],
  async run(ctx) {
    const { points, noise, epochs } = ctx.config;
    const x = Float32Array.from(uniform(ctx.key("x"), points, -1, 1));
    const error = normal(ctx.key("noise"), points, 0, noise);
    const y = Float32Array.from(x, (x, i) => x + error[i]!);
    ctx.digestData("points", { x, y });

    const slope = tf.variable(tf.scalar(0));
    const intercept = tf.variable(tf.scalar(0));
    const weights = [{ name: "slope", variable: slope }, {
      name: "intercept",
      variable: intercept,
    }];
    const model = closureTrainable({
      trainable: weights,
      weights,
      loss: ({ x, y }) => tf.mean(tf.squaredDifference(tf.add(tf.mul(x, slope), intercept), y)),
    });
    const all = tensorSamples(tf.tensor2d(x, [points, 1]), tf.tensor2d(y, [points, 1]));
    const { bestValidationLoss } = await ctx.fit("line", model, {
      train: all,
      validation: all,
      key: ctx.key("fit"),
      epochs,
      batchSize: 32,
      learningRate: 0.1,
    });
    const [found] = await slope.data();
    all.dispose();
    tf.dispose([slope, intercept]);
    return {
      metrics: {
        "test/slope": { value: found!, unit: "", better: "higher" },
        "test/rmse": { value: Math.sqrt(bestValidationLoss), unit: "", better: "lower" },
      },
      ceilings: { "test/rmse": noise },
      baselines: { flat: { "test/rmse": Math.sqrt(1 / 3 + noise * noise) } },
    };
  },
});
