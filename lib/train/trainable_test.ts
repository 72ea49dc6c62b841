import { assertEquals, assertThrows } from "@std/assert";
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
});

Deno.test("`modelTrainable()` refuses two weights of one name", () => {
  const layer = () => ({
    name: "twin",
    weights: [{ originalName: "kernel", read: () => ({ trainable: true }) }],
  });
  const model = { layers: [layer(), layer()] } as unknown as tfl.LayersModel;
  assertThrows(() => modelTrainable(model, mseLoss), RangeError, '"twin/kernel"');
});
