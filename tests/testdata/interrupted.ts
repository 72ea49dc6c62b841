/**
 * A run that is worth interrupting: a recurrent network with dropout, running statistics, a falling
 * learning rate and early stopping, trained twice, and a random walk between the two trainings.
 */

import {
  batchNorm,
  type Context,
  dense,
  dropout,
  experiment,
  lstm,
  modelTrainable,
  mseLoss,
  normal,
  numbers,
  predict,
  type SavedState,
  tensorSamples,
  tf,
  tfl,
  uniform,
  z,
} from "assay";

const TIME = 6;
const FEATURES = 3;

const config = z.object({
  epochs: z.number().int().min(1).default(6).describe("passes over the sequences, at most"),
  steps: z.number().int().min(1).default(60).describe("steps of the walk"),
  learningRate: z.number().positive().default(0.02).describe("of the first epoch"),
});

export default experiment({
  name: "interrupted",
  title: "Two trainings and a random walk",
  config,
  profiles: { quick: {}, full: {} },
  seeds: { quick: 1, full: 1 },
  targets: [],
  claims: [],
  async run(ctx) {
    const first = await train(ctx, "first");
    const walked = await walk(ctx);
    const second = await train(ctx, "nested/second");
    return {
      metrics: {
        "first/mean": { value: first, unit: "", better: "higher" },
        "second/mean": { value: second, unit: "", better: "higher" },
        "walk/end": { value: walked, unit: "", better: "higher" },
      },
    };
  },
});

type Config = z.output<typeof config>;

async function train(ctx: Context<Config>, name: string): Promise<number> {
  const { epochs, learningRate } = ctx.config;
  const key = ctx.key(name);
  const samples = (part: string, count: number) =>
    tensorSamples(
      tf.tensor3d(
        Float32Array.from(uniform(key.key(`${part}/x`), count * TIME * FEATURES, -1, 1)),
        [count, TIME, FEATURES],
      ),
      tf.tensor2d(Float32Array.from(uniform(key.key(`${part}/y`), count, -1, 1)), [count, 1]),
    );
  const [training, validation] = [samples("training", 200), samples("validation", 40)];
  const input = tfl.input({ shape: [TIME, FEATURES] });
  const layers = [
    lstm({ units: 8, biases: 2, returnSequences: false, key: key.key("lstm"), name: "lstm" }),
    dropout({ rate: 0.2, name: "dropout" }),
    batchNorm({ name: "norm" }),
    dense({ units: 1, activation: "linear", key: key.key("head"), name: "head" }),
  ];
  const output = layers.reduce<tfl.SymbolicTensor>(
    (x, layer) => layer.apply(x) as tfl.SymbolicTensor,
    input,
  );
  const model = tfl.model({ inputs: input, outputs: output });
  await ctx.fit(name, modelTrainable(model, mseLoss), {
    train: training,
    validation,
    key: key.key("fit"),
    epochs,
    batchSize: 16,
    learningRate,
    patience: 4,
    plateau: { factor: 0.5, patience: 0 },
    clipNorm: 1,
  });
  const predicted = await predict(model, validation, 40);
  model.dispose();
  training.dispose();
  validation.dispose();
  return predicted.reduce((sum, value) => sum + value, 0) / predicted.length;
}

/** Adds a normal draw a step: a loop over a state of its own, with a weight on the device beside it. */
async function walk(ctx: Context<Config>): Promise<number> {
  const key = ctx.key("walk");
  const variable = tf.variable(tf.scalar(0));
  let position = 0;
  await ctx.loop("walk", {
    state: {
      state: () => ({ position: numbers([position]), variable }),
      restore(saved: SavedState) {
        position = saved.number("position");
        saved.assign([{ name: "variable", variable }]);
      },
    },
    weights: [{ name: "variable", variable }],
    steps: ctx.config.steps,
    step(n, trace) {
      position += normal(key.at(n), 1, 0, 1)[0]!;
      tf.tidy(() => variable.assign(tf.scalar(position)));
      ctx.log("walk/position", n, position);
      trace.add({ loss: tf.tidy(() => tf.square(variable)) });
      return false;
    },
  });
  variable.dispose();
  return position;
}
