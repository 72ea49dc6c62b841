import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  closeDevice,
  fit,
  type FitOptions,
  openDevice,
  readBack,
  rootKey,
  scaleValues,
  tf,
} from "assay";
import { lastValueBaseline } from "./baselines.ts";
import { finalValues, prefixesOf } from "./prefixes.ts";
import { splitByDataset } from "./splits.ts";
import { prefixTargets } from "./standardisation.ts";
import { fallingHistories } from "./testing.ts";
import { horizonLoss, type TrainingOptions, trainPredictor } from "./training.ts";

const key = rootKey(3);
const histories = fallingHistories(key.key("histories"), 200, 20);
const split = splitByDataset(histories, key.key("split"));
const [train, validation, test] = [split.train, split.validation, split.test]
  .map((runs) => prefixesOf(histories, runs));
const sides = { train: train!, validation: validation! };
const lite: TrainingOptions = {
  network: "lite",
  readsPrefix: true,
  readsContext: true,
  attention: false,
  ahead: [],
  epochs: 5,
};

function trained(options: TrainingOptions, told: (options: FitOptions) => void = () => {}) {
  return trainPredictor(key.key("train"), sides, options, (model, options) => {
    told(options);
    return fit(model, options, { clock: () => 0 });
  });
}

Deno.test("a predictor of 200 runs foretells unseen data sets better than their last value", async () => {
  await openDevice({ backend: "wasm" });
  const before = tf.memory().numTensors;
  const predictor = await trained(lite);
  // Both in the units of the validation loss.
  const { targets } = predictor.standardisation;
  const actual = prefixTargets(sides.validation, predictor.standardisation, []).values;
  const last = scaleValues(targets, lastValueBaseline(sides.validation))
    .reduce((sum, value, at) => sum + (value - actual[at]!) ** 2, 0) / actual.length;
  const { bestValidationLoss, history } = predictor.fitted;
  assert(bestValidationLoss < 0.25 * last, `${bestValidationLoss} against ${last}`);
  assert(bestValidationLoss < 0.9 * history[0]!.validationLoss);

  // In the targets' units, on data sets that nothing was chosen on.
  const error = (foretold: ArrayLike<number>) =>
    finalValues(test!).reduce((sum, value, i) => sum + Math.abs(value - foretold[i]!), 0);
  const foretold = await predictor.foretell(test!);
  assertEquals(foretold.length, 3 * test!.run.length);
  assert(error(foretold) < 0.5 * error(lastValueBaseline(test!)));
  predictor.dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("`trainPredictor()` trains as documented", async () => {
  await openDevice({ backend: "wasm" });
  let told: FitOptions | null = null;
  const predictor = await trained({ ...lite, epochs: 1 }, (options) => told = options);
  const { key: _, onEnd: __, train, validation, ...settings } = told as unknown as FitOptions;
  assertEquals(settings, {
    epochs: 1,
    batchSize: 32,
    learningRate: 1e-3,
    patience: 20,
    plateau: { factor: 0.5, patience: 9, floor: 1e-7 },
  });
  assertEquals([(train as { count: number }).count, validation.count], [
    8 * split.train.length,
    8 * split.validation.length,
  ]);
  predictor.dispose();
});

Deno.test("every variant trains: what it reads, attention, horizons", async () => {
  await openDevice({ backend: "wasm" });
  const few = (runs: readonly number[]) => prefixesOf(histories, runs.slice(0, 12), [0.2, 0.7]);
  const sides = { train: few(split.train), validation: few(split.validation) };
  const variants: Partial<TrainingOptions>[] = [
    { readsContext: false },
    { readsPrefix: false },
    { answer: "rate", ahead: [0.1], dropout: 0 },
    { network: "bidirectional", attention: true, ahead: [0.1, 0.25, 0.5] },
    { network: "standard", ahead: [0.1] },
  ];
  for (const variant of variants) {
    const options = { ...lite, ...variant, epochs: 1 };
    const predictor = await trainPredictor(
      key.key("train"),
      sides,
      options,
      (model, options) => fit(model, options, { clock: () => 0 }),
    );
    const foretold = await predictor.foretell(sides.validation);
    assertEquals(foretold.length, sides.validation.run.length * 3 * (options.ahead.length + 1));
    assert(foretold.every(Number.isFinite));
    // One prefix alone is foretold as among others.
    const alone = await predictor.foretell(prefixesOf(histories, [split.validation[0]!], [0.2]));
    assertEquals(alone, foretold.slice(0, alone.length), JSON.stringify(variant));
    predictor.dispose();
  }
});

Deno.test("`horizonLoss()` is the mean of weighed squared errors", async () => {
  await openDevice({ backend: "wasm" });
  const values = tf.tidy(() => {
    const predicted = tf.tensor2d([[1, 2], [3, 4]]);
    const expected = tf.tensor2d([[0, 0, 1, 0.5], [1, 4, 0, 2]]);
    return [
      horizonLoss(predicted, expected),
      tf.grad((y) => horizonLoss(y, expected))(predicted),
    ];
  });
  const [loss, gradient] = await readBack(values);
  assertAlmostEquals(loss![0]!, (1 + 0.25 * 4) / 4, 1e-6);
  assertEquals([...gradient!], [0.5, 0.25, 0, 0]);
  tf.dispose(values);
  await closeDevice();
});
