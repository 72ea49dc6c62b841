import { assertEquals, assertRejects } from "@std/assert";
import { parseScaler, unscaleValues } from "../dataset/scalers.ts";
import { openDevice } from "../device/device.ts";
import { tf, tfl } from "../device/tf.ts";
import { activations } from "../kernels/arithmetic/activation.ts";
import { activation } from "../layers/activation.ts";
import { attentionPooling } from "../layers/attention_pooling.ts";
import { batchNorm } from "../layers/batch_norm.ts";
import { bidirectional } from "../layers/bidirectional.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { layerNormalization } from "../layers/layer_norm.ts";
import { lstm } from "../layers/lstm.ts";
import { repeat } from "../layers/repeat.ts";
import { rootKey } from "../random/key.ts";
import { everyLayer } from "../train/testing.ts";
import { exportOnnx, type ExportOptions } from "./export.ts";
import { readOnnx } from "./read.ts";
import type { Scalers } from "./scalers.ts";
import { decodeModel } from "./schema.ts";
import { hasWebGpu } from "./runtime.ts";
import { assertExported, scramble, uniformFloats } from "./testing.ts";

const key = rootKey(3);

/** A model of one layer on inputs of these shapes. */
function alone(shapes: readonly (readonly number[])[], layer: tfl.layers.Layer): tfl.LayersModel {
  const inputs = shapes.map((shape) => tfl.input({ shape: [...shape] }));
  const outputs = layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as tfl.SymbolicTensor;
  return tfl.model({ inputs, outputs });
}

const own = { key, name: "layer" };
const sequence = [[5, 3]];

/** Every layer in every form, by what it is called here. */
const kinds: Record<string, () => tfl.LayersModel> = {
  ...Object.fromEntries(activations.flatMap((activation) => [
    [`dense, ${activation}`, () => alone([[3]], dense({ units: 5, activation, ...own }))],
  ])),
  "dense of a sequence": () => alone(sequence, dense({ units: 1, activation: "tanh", ...own })),
  "activation": () => alone([[2, 3, 1]], activation({ activation: "leakyRelu", name: "layer" })),
  "batchNorm of rows": () => alone([[5]], batchNorm({ name: "layer" })),
  "batchNorm of images": () => alone([[3, 2, 5]], batchNorm({ name: "layer", epsilon: 0.1 })),
  "layerNormalization, last axis": () =>
    alone([[4, 7]], layerNormalization({ axes: "last", name: "layer" })),
  "layerNormalization, whole sample": () =>
    alone([[4, 3, 2]], layerNormalization({ axes: "sample", epsilon: 0.01, name: "layer" })),
  "conv2d, valid": () =>
    alone([[7, 9, 3]], conv2d({ filters: 5, kernelSize: [3, 2], strides: [2, 3], ...own })),
  "conv2d, same, relu": () =>
    alone(
      [[5, 6, 1]],
      conv2d({
        filters: 2,
        kernelSize: 4,
        strides: [1, 2],
        padding: "same",
        activation: "relu",
        ...own,
      }),
    ),
  "attentionPooling": () => alone(sequence, attentionPooling({ units: 4, ...own })),
  "repeat": () => alone([[3]], repeat({ steps: 4, name: "layer" })),
  "dropout": () => alone([[3]], dropout({ rate: 0.5, name: "layer" })),
  "tfl.layers.flatten": () => alone([[2, 3, 4]], tfl.layers.flatten({ name: "layer" })),
  "tfl.layers.reshape": () =>
    alone([[2, 6]], tfl.layers.reshape({ targetShape: [3, -1], name: "layer" })),
  "tfl.layers.concatenate": () =>
    alone([[2, 3], [1, 3]], tfl.layers.concatenate({ axis: 1, name: "layer" })),
  ...Object.fromEntries(
    ([1, 2] as const).flatMap((biases) =>
      [true, false].flatMap((returnSequences) => {
        const form = `biases ${biases}, ${returnSequences ? "sequences" : "last state"}`;
        const cell = { units: 4, biases, returnSequences, ...own };
        return [
          [`lstm, ${form}`, () => alone(sequence, lstm(cell))],
          [`lstm, ${form}, backwards`, () => alone(sequence, lstm({ ...cell, goBackwards: true }))],
          [`lstm, ${form}, steps`, () => alone([[3]], lstm({ ...cell, steps: 6 }))],
          [`bidirectional, ${form}`, () => alone(sequence, bidirectional(cell))],
        ];
      })
    ),
  ),
  "lstm of one unit, one step": () =>
    alone([[1, 1]], lstm({ units: 1, biases: 2, returnSequences: true, ...own })),
  "lstm with states": () =>
    alone(
      [[5, 3], [4], [4]],
      lstm({ units: 4, biases: 2, returnSequences: true, returnState: true, ...own }),
    ),
  "every layer": everyLayer,
};

Deno.test("`exportOnnx()` gives a model that predicts the same: every layer on WASM", async (t) => {
  await openDevice({ backend: "wasm" });
  for (const [name, make] of Object.entries(kinds)) {
    await t.step(name, async () => {
      const before = tf.memory().numTensors;
      const model = make();
      scramble(model);
      await assertExported(model);
      assertEquals(tf.memory().numTensors, before);
    });
  }
});

Deno.test({
  name: "`exportOnnx()` gives a model that predicts the same on WebGPU, every node there",
  ignore: !await hasWebGpu(),
  async fn(t) {
    await openDevice({ backend: "wasm" });
    // How many biases a layer has leaves no trace in the file's nodes.
    for (const [name, make] of Object.entries(kinds).filter(([name]) => !/biases 1/.test(name))) {
      await t.step(name, async () => {
        const model = make();
        scramble(model);
        await assertExported(model, { provider: "webgpu" });
      });
    }
  },
});

Deno.test("`exportOnnx()` gives masked steps no weight, and all masked ones zero", async () => {
  await openDevice({ backend: "wasm" });
  const model = alone([[5, 3], [5]], attentionPooling({ units: 4, ...own }));
  const mask = Float32Array.from({ length: 3 * 5 }, (_, i) => i < 5 ? 0 : i % 2);
  await assertExported(model, {
    inputs: [uniformFloats("h", [3, 5, 3]), { shape: [3, 5], data: mask }],
    inputNames: ["steps", "mask"],
  });
});

Deno.test("`exportOnnx()` writes every output, and a shared layer's weights once", async () => {
  await openDevice({ backend: "wasm" });
  const x = tfl.input({ shape: [4] });
  const shared = dense({ units: 4, activation: "tanh", key, name: "shared" });
  const once = shared.apply(x) as tfl.SymbolicTensor;
  const twice = shared.apply(once) as tfl.SymbolicTensor;
  const model = tfl.model({ inputs: x, outputs: [twice, once, x] });
  const { file } = await assertExported(model, { outputNames: ["twice", "once", "same"] });
  const { graph } = decodeModel(file, "the test's model");
  assertEquals(graph.output.map(({ name }) => name), ["twice", "once", "same"]);
  assertEquals(graph.initializer.map(({ name }) => name), ["shared/kernel", "shared/bias"]);
});

Deno.test("`exportOnnx()` opens nested models, as often as they are applied", async () => {
  await openDevice({ backend: "wasm" });
  const inner = alone([[3]], dense({ units: 3, activation: "relu", key, name: "layer" }));
  const middle = tfl.sequential({ name: "middle" });
  middle.add(inner);
  middle.add(dense({ units: 3, activation: "linear", key: key.key("end"), name: "end" }));
  const x = tfl.input({ shape: [3] });
  const once = middle.apply(x) as tfl.SymbolicTensor;
  const model = tfl.model({ inputs: x, outputs: middle.apply(once) as tfl.SymbolicTensor });
  const { file } = await assertExported(model);
  assertEquals(decodeModel(file, "the test's model").graph.initializer.length, 4);
});

Deno.test("`exportOnnx()` gives the same bytes for the same model, with its metadata", async () => {
  await openDevice({ backend: "wasm" });
  const metadata = { run_id: "0123456789ab", note: "größer" };
  const files = await Promise.all([1, 2].map(() => exportOnnx(everyLayer(), { metadata })));
  assertEquals(files[0], files[1]);
  const { opset, inputs, outputs, metadata: { sha256, ...read } } = readOnnx(files[0]!, "a file");
  assertEquals([opset, read, sha256!.length], [17, metadata, 64]);
  assertEquals(inputs, [{ name: "input", shape: ["batch", 7, 3] }]);
  assertEquals(outputs, [{ name: "output", shape: ["batch", 2] }]);
});

Deno.test("`exportOnnx()` takes scalers into the graph", async (t) => {
  await openDevice({ backend: "wasm" });
  const columns = ["a", "b", "c"];
  const targets = ["y", "z"];
  const kinds: Record<string, Scalers> = {
    "z-score": {
      input: { kind: "z-score", columns, mean: [500, 0.02, -3], scale: [200, 0.01, 1] },
      output: { kind: "z-score", columns: targets, mean: [500, 0.02], scale: [200, 0.01] },
    },
    "min-max": {
      input: { kind: "min-max", columns, min: [-1, 0, 5], max: [1, 10, 5] },
      output: { kind: "min-max", columns: targets, min: [0, -7], max: [1e4, -6] },
    },
  };
  for (const [name, scalers] of Object.entries(kinds)) {
    await t.step(name, async () => {
      const scaledInputs = uniformFloats("scaled", [9, 7, 3]);
      const data = unscaleValues(scalers.input, scaledInputs.data);
      const inputs = [{ shape: scaledInputs.shape, data }];
      const { file } = await assertExported(everyLayer(), { scalers, inputs });
      assertEquals(
        parseScaler(JSON.parse(readOnnx(file, "a file").metadata["scalers"]!).output, "it"),
        scalers.output,
      );
    });
  }
  await t.step("of the model's columns", async () => {
    const scalers = { input: kinds["z-score"]!.output, output: kinds["z-score"]!.output };
    await assertRejects(
      () => exportOnnx(everyLayer(), { scalers }),
      RangeError,
      "input_scaler is of the 2 columns y, z, but the model's last axis has 3",
    );
  });
});

Deno.test("`exportOnnx()` names a layer that it cannot translate", async () => {
  await openDevice({ backend: "wasm" });
  const refused = (layer: tfl.layers.Layer, text: string) =>
    assertRejects(() => exportOnnx(alone([[4, 3]], layer)), RangeError, text);
  const mean = tfl.layers.globalAveragePooling1d({ name: "mean" });
  await refused(mean, '"mean" is a GlobalAveragePooling1D');
  await refused(mean, "Supported are activation, attentionPooling, batchNorm");
  await refused(
    tfl.layers.lstm({ units: 2, recurrentInitializer: "zeros", name: "stock" }),
    '"stock" (LSTM) is set up in a way that has no translation: recurrentActivation',
  );
});

Deno.test("`exportOnnx()` refuses names that do not fit", async () => {
  await openDevice({ backend: "wasm" });
  const refused = (options: ExportOptions, text: string) =>
    assertRejects(() => exportOnnx(everyLayer(), options), RangeError, text);
  await refused({ inputNames: ["a", "b"] }, "it has 1 inputs, but 2 names are given");
  await refused({ inputNames: ["x"], outputNames: ["x"] }, "have to differ");
});
