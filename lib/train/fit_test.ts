import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { batchNorm } from "../layers/batch_norm.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { lstm } from "../layers/lstm.ts";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { permutation } from "../random/shuffle.ts";
import { DivergedRun } from "./diverged.ts";
import { fit } from "./fit.ts";
import { mseLoss } from "./loss.ts";
import { predict } from "./predict.ts";
import { tensorSamples } from "./samples.ts";
import { closureTrainable, modelTrainable } from "./trainable.ts";
import type { Epoch, FitOptions, Fitted } from "./fit_types.ts";
import type { Batch, Samples } from "./types.ts";

const key = rootKey(4);
const still = { clock: () => 0 };

/** A network with everything that draws or keeps statistics. */
function network() {
  const input = tfl.input({ shape: [4, 2] });
  const layers = [
    lstm({ units: 6, biases: 2, returnSequences: false, key: key.key("memory"), name: "memory" }),
    batchNorm({ name: "norm" }),
    dropout({ rate: 0.2, name: "drop" }),
    dense({ units: 1, activation: "linear", key: key.key("head"), name: "head" }),
  ];
  const output = layers.reduce<tfl.SymbolicTensor>(
    (x, layer) => layer.apply(x) as tfl.SymbolicTensor,
    input,
  );
  return tfl.model({ inputs: input, outputs: output });
}

/** Sequences whose target is the mean of their first feature. */
function sequences(name: string, count: number): Samples {
  const x = Float32Array.from(uniform(key.key(name), count * 8, -1, 1));
  const y = Float32Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let t = 0; t < 4; t++) sum += x[i * 8 + 2 * t]!;
    return sum / 4;
  });
  return tensorSamples(tf.tensor3d(x, [count, 4, 2]), tf.tensor2d(y, [count, 1]));
}

async function trained(overrides: Partial<FitOptions>): Promise<{
  fitted: Fitted;
  weights: string;
  validation: number;
}> {
  const model = network();
  const trainable = modelTrainable(model, mseLoss);
  const [train, validation] = [sequences("train", 50), sequences("validation", 20)];
  const fitted = await fit(trainable, {
    train,
    validation,
    key,
    epochs: 4,
    batchSize: 16,
    learningRate: 0.02,
    ...overrides,
  }, still);
  const weights = await readBack(trainable.weights.map(({ variable }) => variable));
  const predicted = await predict(model, validation, 7);
  const { x, y } = validation.batch(Int32Array.from({ length: 20 }, (_, i) => i));
  const [expected] = await readBack([y]);
  tf.dispose([x, y]);
  const scored = predicted.reduce((sum, v, i) => sum + (v - expected![i]!) ** 2, 0) / 20;
  train.dispose();
  validation.dispose();
  model.dispose();
  return { fitted, weights: weights.map((v) => v.join()).join("|"), validation: scored };
}

/** One number `w`, trained towards 1 and validated against `optimum`: the loss is `(w x - y)²` with x = 1. */
function oneNumber(optimum: number) {
  const w = { name: "w", variable: tf.tidy(() => tf.variable(tf.zeros([1, 1]))) };
  const samples = (y: number) => tensorSamples(tf.ones([3, 1]), tf.fill([3, 1], y));
  const [train, validation] = [samples(1), samples(optimum)];
  const model = closureTrainable({
    trainable: [w],
    loss: ({ x, y }: Batch) => mseLoss(tf.mul(x, w.variable), y),
  });
  const dispose = () => {
    w.variable.dispose();
    train.dispose();
    validation.dispose();
  };
  const options = { train, validation, key, batchSize: 2, learningRate: 0.05 };
  return { model, w: w.variable, options, dispose };
}

testEachBackend({
  "`fit()` learns, and the same key gives the same bits": async () => {
    const first = await trained({});
    assertEquals(first.fitted.trace.losses.length, 4 * Math.ceil(50 / 16));
    assert(first.fitted.history[3]!.trainLoss < 0.7 * first.fitted.history[0]!.trainLoss);
    const second = await trained({});
    assertEquals(second.weights, first.weights);
    assertEquals(second.fitted.history, first.fitted.history);
    assertEquals(second.fitted.trace.losses, first.fitted.trace.losses);
    const other = await trained({ key: key.key("other") });
    assert(other.weights !== first.weights);
  },
  "`fit()` restores the best epoch's weights and running statistics": async () => {
    // A rate that overshoots, so that the best epoch is not the last.
    const { fitted, validation } = await trained({ learningRate: 0.3, epochs: 6 });
    const losses = fitted.history.map(({ validationLoss }) => validationLoss);
    assertEquals(fitted.bestValidationLoss, Math.min(...losses));
    assertEquals(losses[fitted.bestEpoch - 1], fitted.bestValidationLoss);
    assertAlmostEquals(validation, fitted.bestValidationLoss, 1e-6);
  },
});

testEachBackend({
  "`fit()` stops when patience runs out, at the best weights, and shows the last ones before":
    async () => {
      const { model, w, options, dispose } = oneNumber(0.32);
      const seen: number[] = [];
      const onEpoch = async () => {
        seen.push((await readBack([w]))[0]![0]!);
      };
      let last = NaN;
      const onEnd = async () => void (last = (await readBack([w]))[0]![0]!);
      const until = { epochs: 50, patience: 3, onEnd };
      const fitted = await fit(model, { ...options, ...until }, { ...still, onEpoch });
      assert(fitted.bestEpoch > 1 && fitted.stoppedEarly);
      assertEquals(fitted.history.length, fitted.bestEpoch + 3);
      assertEquals((await readBack([w]))[0]![0], seen[fitted.bestEpoch - 1]);
      assertEquals(last, seen.at(-1));
      // Without patience all epochs run.
      const rest = await fit(model, { ...options, epochs: 6 }, still);
      assertEquals([rest.history.length, rest.stoppedEarly], [6, false]);
      dispose();
    },
  "`fit()` needs a strictly better loss": async () => {
    // The validation loss does not depend on w: the first epoch stays the best.
    const { model, options, dispose } = oneNumber(0);
    const flat = closureTrainable({
      trainable: model.trainable,
      loss: (batch, training) => training ? model.loss(batch, true) : tf.scalar(2),
    });
    const fitted = await fit(flat, { ...options, epochs: 9, patience: 2 }, still);
    assertEquals([fitted.bestEpoch, fitted.history.length, fitted.bestValidationLoss], [1, 3, 2]);
    dispose();
  },
  "`fit()` cuts the learning rate on a plateau": async () => {
    const { model, options, dispose } = oneNumber(0);
    const flat = closureTrainable({
      trainable: model.trainable,
      loss: (batch, training) => training ? model.loss(batch, true) : tf.scalar(2),
    });
    const plateau = { factor: 0.5, patience: 1 };
    const { history } = await fit(
      flat,
      { ...options, learningRate: 0.5, epochs: 6, plateau },
      still,
    );
    // Good, bad, bad: cut; bad, bad: cut.
    assertEquals(history.map(({ learningRate }) => learningRate), [
      0.5,
      0.5,
      0.5,
      0.25,
      0.25,
      0.125,
    ]);
    dispose();
  },
  "`fit()` reports a loss that is not finite, and stops there": async () => {
    const { model, options, dispose } = oneNumber(0);
    let step = 0;
    const wild = closureTrainable({
      trainable: model.trainable,
      loss: (batch, training) => {
        const loss = model.loss(batch, training);
        return training && ++step === 5 ? tf.mul(loss, NaN) : loss;
      },
    });
    // Two steps an epoch: the fifth is in the third.
    const error = await assertRejects(
      () => fit(wild, { ...options, epochs: 9 }, still),
      DivergedRun,
    );
    assertEquals([error.epoch, error.step, step], [3, 5, 6]);
    dispose();
    const sound = oneNumber(0);
    const blind = closureTrainable({
      trainable: sound.model.trainable,
      loss: (batch, training) => training ? sound.model.loss(batch, true) : tf.scalar(Infinity),
    });
    await assertRejects(
      () => fit(blind, { ...sound.options, epochs: 9 }, still),
      DivergedRun,
      "validation loss is Infinity at epoch 1",
    );
    sound.dispose();
  },
});

testEachBackend({
  "`fit()` takes every sample once an epoch, in the key's order, the rest in a smaller batch":
    async () => {
      const { model, options, dispose } = oneNumber(0);
      const batches: number[][] = [];
      const samples = tensorSamples(tf.ones([5, 1]), tf.ones([5, 1]));
      const train: Samples = {
        ...samples,
        batch(indices) {
          batches.push([...indices]);
          return samples.batch(indices);
        },
      };
      const history: Epoch[] = [];
      const { seconds } = await fit(model, { ...options, train, epochs: 2 }, {
        ...still,
        onEpoch: (epoch) => void history.push(epoch),
      });
      assertEquals(batches.map(({ length }) => length), [2, 2, 1, 2, 2, 1]);
      assertEquals(batches.slice(0, 3).flat(), [...permutation(key.key("order").at(1), 5)]);
      assertEquals(batches.slice(3).flat(), [...permutation(key.key("order").at(2), 5)]);
      assertEquals(history.map(({ epoch, step }) => [epoch, step]), [[1, 3], [2, 6]]);
      assertEquals(seconds, 0);
      samples.dispose();
      dispose();
    },
  "`fit()` weighs the validation batches by their size": async () => {
    const { model, options, dispose } = oneNumber(0);
    // 300 samples: a batch of 256 and one of 44, whose targets differ.
    const y = Float32Array.from({ length: 300 }, (_, i) => i < 256 ? 0 : 3);
    const validation = tensorSamples(tf.zeros([300, 1]), tf.tensor2d(y, [300, 1]));
    const { history } = await fit(model, { ...options, validation, epochs: 1 }, still);
    assertAlmostEquals(history[0]!.validationLoss, 9 * 44 / 300, 1e-6);
    validation.dispose();
    dispose();
  },
  "`fit()` tells its progress, and no bit depends on when": async () => {
    const results: string[] = [];
    for (const tick of [0, 0.6]) {
      const { model, w, options, dispose } = oneNumber(0.5);
      let now = 0;
      const told: number[] = [];
      const { trace } = await fit(model, { ...options, epochs: 3 }, {
        clock: () => now += tick,
        onProgress: ({ epoch, epochs, step, steps, loss }) => {
          assertEquals([epochs, steps], [3, 2]);
          assert(Number.isFinite(loss));
          told.push(2 * (epoch - 1) + step);
        },
      });
      assertEquals(told.length > 1, tick > 0);
      results.push([...trace.losses, ...(await readBack([w]))[0]!].join());
      dispose();
    }
    assertEquals(results[0], results[1]);
  },
  "`fit()` stops between steps when its signal says so": async () => {
    const { model, options, dispose } = oneNumber(0.5);
    const stop = new AbortController();
    const onEpoch = ({ epoch }: Epoch) => {
      if (epoch === 2) stop.abort(new Error("enough"));
    };
    await assertRejects(
      () => fit(model, { ...options, epochs: 9 }, { ...still, onEpoch, signal: stop.signal }),
      Error,
      "enough",
    );
    dispose();
  },
  "`fit()` refuses settings out of range": async () => {
    const { model, options, dispose } = oneNumber(0.5);
    const refuse = (overrides: Partial<FitOptions>, message: string) =>
      assertRejects(
        () => fit(model, { ...options, epochs: 1, ...overrides }, still),
        RangeError,
        message,
      );
    await refuse({ epochs: 0 }, "epochs is 0");
    await refuse({ batchSize: 1.5 }, "batchSize is 1.5");
    await refuse({ patience: 0 }, "patience is 0");
    await refuse({ learningRate: NaN }, "learningRate NaN");
    await refuse({ plateau: { factor: 2, patience: 1 } }, "factor 2");
    await refuse({ validation: { ...options.validation, count: 0 } }, "validation.count is 0");
    dispose();
  },
}, ["wasm"]);
