/**
 * Runs that differ in one thing: a learning rate or a pair of batches, from a step of one's choice. Its two
 * weights are apart: no step carries anything from one to the other.
 */

import {
  Adam,
  closureTrainable,
  experiment,
  mseLoss,
  normal,
  tensorSamples,
  tf,
  together,
  trainStep,
  variablesState,
  z,
} from "assay";

const BATCHES = 16;
const BATCH = 8;
const FEATURES = 5;

export default experiment({
  name: "compared",
  title: "Two lines, each through points of its own",
  config: z.object({
    steps: z.number().int().min(1).default(40).describe("steps of the training"),
    learningRate: z.number().positive().default(0.01).describe("of every step but those below"),
    rateAt: z.number().int().min(0).default(0).describe("step with twice the rate; 0 for none"),
    swapAt: z.number().int().min(0).default(0).describe("step that swaps batches with the next"),
    every: z.number().int().min(1).default(1).describe("steps from fingerprint to fingerprint"),
    walks: z.boolean().default(false).describe("whether a loop without losses follows"),
  }),
  profiles: { quick: {}, full: {} },
  seeds: { quick: 1, full: 1 },
  targets: [],
  claims: [],
  async run(ctx) {
    const { steps, learningRate, rateAt, swapAt, every, walks } = ctx.config;
    const draw = (name: string, width: number) =>
      tf.tensor2d(Float32Array.from(normal(ctx.key(name), BATCHES * BATCH * width, 0, 1)), [
        BATCHES * BATCH,
        width,
      ]);
    const samples = tensorSamples(draw("x", FEATURES), draw("y", 2));
    const weight = (name: string) => ({
      name,
      variable: tf.variable(
        tf.tensor2d(Float32Array.from(normal(ctx.key(name), FEATURES, 0, 1)), [FEATURES, 1]),
      ),
    });
    const weights = [weight("left"), weight("right")];
    const model = closureTrainable({
      trainable: weights,
      loss: ({ x, y }) => {
        const losses = weights.map(({ variable }, i) =>
          mseLoss(tf.matMul(x as tf.Tensor2D, variable), tf.slice(y, [0, i], [-1, 1]))
        );
        return tf.add(losses[0]!, losses[1]!) as tf.Scalar;
      },
    });
    const adam = new Adam(weights, { learningRate });
    const { trace } = await ctx.loop("train", {
      state: together({ weights: variablesState(weights), adam }),
      weights,
      steps,
      fingerprintEvery: every,
      step(n, trace) {
        const at = n === swapAt ? n + 1 : swapAt > 0 && n === swapAt + 1 ? swapAt : n;
        const first = (at - 1) % BATCHES * BATCH;
        const batch = samples.batch(Int32Array.from({ length: BATCH }, (_, i) => first + i));
        adam.learningRate = n === rateAt ? 2 * learningRate : learningRate;
        trace.add(trainStep(model, adam, batch, ctx.key("step").at(n)));
        tf.dispose([batch.x, batch.y]);
        return false;
      },
    });
    if (walks) {
      await ctx.loop("walk", {
        state: variablesState(weights),
        weights,
        steps: 3,
        step(_, trace) {
          trace.add(null);
          return false;
        },
      });
    }
    adam.dispose();
    samples.dispose();
    tf.dispose(weights.map(({ variable }) => variable));
    return {
      metrics: { "last/loss": { value: trace.losses.at(-1)!, unit: "", better: "lower" } },
    };
  },
});
