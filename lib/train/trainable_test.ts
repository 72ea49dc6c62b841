import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { batchNorm } from "../layers/batch_norm.ts";
import { dense } from "../layers/dense.ts";
import { rootKey } from "../random/key.ts";
import { mseLoss } from "./loss.ts";
import { predict } from "./predict.ts";
import { tensorSamples } from "./samples.ts";
import { modelTrainable } from "./trainable.ts";

function head(name: string) {
  return dense({ units: 1, activation: "linear", key: rootKey(1), name });
}

testEachBackend({
  "`modelTrainable()` names weights by layer, whatever was made before": () => {
    for (let again = 0; again < 2; again++) {
      const within = tfl.input({ shape: [2] });
      const normed = batchNorm({ name: "norm" }).apply(within) as tfl.SymbolicTensor;
      const inner = tfl.model({ inputs: within, outputs: normed, name: "inner" });
      const input = tfl.input({ shape: [2] });
      const output = head("head").apply(inner.apply(input)) as tfl.SymbolicTensor;
      const model = tfl.model({ inputs: input, outputs: output });
      const { trainable, weights } = modelTrainable(model, mseLoss);
      assertEquals(trainable.map(({ name }) => name), [
        "inner/norm/gamma",
        "inner/norm/beta",
        "head/kernel",
        "head/bias",
      ]);
      assertEquals(weights.map(({ name }) => name).toSorted(), [
        "head/bias",
        "head/kernel",
        "inner/norm/beta",
        "inner/norm/gamma",
        "inner/norm/moving_mean",
        "inner/norm/moving_variance",
      ]);
      tf.dispose(weights.map(({ variable }) => variable));
    }
  },
  "`predict()` gives the model's outputs in order, whatever the batch": async () => {
    const input = tfl.input({ shape: [2] });
    const model = tfl.model({
      inputs: input,
      outputs: head("head").apply(input) as tfl.SymbolicTensor,
    });
    const samples = tensorSamples(tf.tensor2d([...Array(14).keys()], [7, 2]), tf.zeros([7, 1]));
    const [kernel, bias] = await readBack(model.getWeights());
    const expected = Float32Array.from(
      { length: 7 },
      (_, i) => 2 * i * kernel![0]! + (2 * i + 1) * kernel![1]! + bias![0]!,
    );
    for (const batchSize of [1, 3, 7, 100]) {
      const actual = await predict(model, samples, batchSize);
      assertEquals(actual.length, 7);
      actual.forEach((v, i) => assertEquals(Math.abs(v - expected[i]!) < 1e-5, true));
    }
    samples.dispose();
    model.dispose();
  },
  "`modelTrainable()` and `predict()` take a model of several inputs": async () => {
    const inputs = [2, 3].map((width) => tfl.input({ shape: [width] }));
    const both = tfl.layers.concatenate({ name: "both" }).apply(inputs) as tfl.SymbolicTensor;
    const model = tfl.model({ inputs, outputs: head("head").apply(both) as tfl.SymbolicTensor });
    const own = () =>
      [
        tf.tensor2d([...Array(10).keys()], [5, 2]),
        tf.tensor2d([...Array(15).keys()], [5, 3]),
      ] as const;
    const samples = tensorSamples(own(), tf.zeros([5, 1]));
    const predicted = tf.tidy(() => model.predict([...own()]) as tf.Tensor);
    const [expected] = await readBack([predicted]);
    assertEquals(await predict(model, samples, 2), expected);
    const asFunction = (...inputs: tf.Tensor[]) => model.apply(inputs) as tf.Tensor;
    assertEquals(await predict(asFunction, samples, 2), expected);
    const { loss, trainable } = modelTrainable(model, mseLoss);
    const batch = samples.batch(Int32Array.of(0, 1, 2, 3, 4));
    const { value, grads } = tf.variableGrads(
      () => loss(batch, true),
      trainable.map(({ variable }) => variable),
    );
    const mean = expected!.reduce((sum, v) => sum + v * v, 0) / 5;
    assertAlmostEquals((await readBack([value]))[0]![0]!, mean, 1e-5 * mean);
    tf.dispose([predicted, value, grads, batch.x, batch.y, ...batch.further!]);
    samples.dispose();
    model.dispose();
  },
});

Deno.test("`modelTrainable()` refuses two weights of one name", () => {
  const layer = () => ({
    name: "twin",
    weights: [{ originalName: "kernel", read: () => ({ trainable: true }) }],
  });
  const model = { layers: [layer(), layer()] } as unknown as tfl.LayersModel;
  assertThrows(() => modelTrainable(model, mseLoss), RangeError, '"twin/kernel"');
});
