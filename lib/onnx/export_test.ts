import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { parseScaler, unscaleValues } from "../dataset/scalers.ts";
import { openDevice } from "../device/device.ts";
import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { attentionPooling } from "../layers/attention_pooling.ts";
import { bidirectional } from "../layers/bidirectional.ts";
import { dense } from "../layers/dense.ts";
import { lastStep } from "../layers/last_step.ts";
import { lstm } from "../layers/lstm.ts";
import { rootKey } from "../random/key.ts";
import { fromRest, statefulLstm, streamingModel } from "../train/carried.ts";
import { everyLayer } from "../train/testing.ts";
import { exportOnnx, type ExportOptions } from "./export.ts";
import type { Floats } from "./graph.ts";
import { readOnnx } from "./read.ts";
import type { Scalers } from "./scalers.ts";
import { decodeModel } from "./schema.ts";
import { hasWebGpu } from "./runtime.ts";
import { openSession } from "./sessions.ts";
import { alone, assertExported, everyForm, scramble, uniformFloats } from "./testing.ts";

const own = { key: rootKey(3), name: "layer" };

Deno.test("`exportOnnx()` gives a model that predicts the same: every layer on WASM", async (t) => {
  await openDevice({ backend: "wasm" });
  for (const [name, make] of Object.entries(everyForm)) {
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
    for (
      const [name, make] of Object.entries(everyForm).filter(([name]) => !/biases 1/.test(name))
    ) {
      await t.step(name, async () => {
        const model = make();
        scramble(model);
        await assertExported(model, { provider: "webgpu" });
      });
    }
  },
});

Deno.test("`exportOnnx()` ends a sequence at its first masked step, whatever stands behind", async () => {
  await openDevice({ backend: "wasm" });
  const [steps, mask] = [tfl.input({ shape: [null, 3] }), tfl.input({ shape: [null] })];
  const through = (x: tfl.SymbolicTensor, layer: tfl.layers.Layer) =>
    layer.apply([x, mask]) as tfl.SymbolicTensor;
  const cell = { ...own, units: 4, biases: 1 } as const;
  const h = through(steps, bidirectional({ ...cell, returnSequences: true, name: "both" }));
  const model = tfl.model({
    inputs: [steps, mask],
    outputs: [
      h,
      through(h, lstm({ ...cell, returnSequences: false, name: "memory" })),
      through(h, attentionPooling({ ...own, units: 4, name: "attention" })),
      through(h, lastStep({ bidirectional: true, name: "last" })),
    ],
  });
  scramble(model);
  const data = Float32Array.of(0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, -0, 0);
  await assertExported(model, {
    inputs: [uniformFloats("steps", [3, 5, 3]), { shape: [3, 5], data }],
    inputNames: ["steps", "mask"],
  });
  const backwards = lstm({ ...cell, returnSequences: true, goBackwards: true, name: "back" });
  await assertRejects(
    () => exportOnnx(alone([[5, 3], [5]], backwards)),
    RangeError,
    '"back" gives all steps of sequences of unequal length',
  );
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
  const shared = dense({ ...own, units: 4, activation: "tanh", name: "shared" });
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
  const inner = alone([[3]], dense({ units: 3, activation: "relu", ...own }));
  const middle = tfl.sequential({ name: "middle" });
  middle.add(inner);
  middle.add(dense({ ...own, units: 3, activation: "linear", name: "end" }));
  const x = tfl.input({ shape: [3] });
  const once = middle.apply(x) as tfl.SymbolicTensor;
  const model = tfl.model({ inputs: x, outputs: middle.apply(once) as tfl.SymbolicTensor });
  const { file } = await assertExported(model);
  assertEquals(decodeModel(file, "the test's model").graph.initializer.length, 4);
});

Deno.test("a sequence fed in pieces, with the states in between, is predicted as the whole is", async () => {
  await openDevice({ backend: "wasm" });
  const memory = lstm({ ...own, units: 4, biases: 1, returnSequences: true, returnState: true });
  const head = dense({ ...own, units: 2, activation: "linear", name: "head" });
  const stateful = statefulLstm(memory, head, { features: 3, units: 4 });
  const model = streamingModel(stateful);
  scramble(model);
  const [batch, time] = [2, 9];
  const x = uniformFloats("x", [batch, time, 3]);
  const whole = tf.tidy(() => fromRest(stateful)(tf.tensor3d(x.data, [batch, time, 3])));
  const [expected] = await readBack([whole]);
  const names = { inputNames: ["x", "h0", "c0"], outputNames: ["y", "hn", "cn"] };
  const session = await openSession(await exportOnnx(model, names), { source: "the model" });
  const found = new Float32Array(expected!.length);
  const rest = { shape: [batch, 4], data: new Float32Array(batch * 4) };
  let [h0, c0] = [rest, rest] as Floats[];
  let from = 0;
  for (const steps of [1, 2, 6]) {
    const rows = (b: number) => 3 * (b * time + from);
    const piece = [0, 1].flatMap((b) => [...x.data.subarray(rows(b), rows(b) + 3 * steps)]);
    const { y, hn, cn } = await session.run({
      x: { shape: [batch, steps, 3], data: Float32Array.from(piece) },
      h0: h0!,
      c0: c0!,
    });
    assertEquals(y!.shape, [batch, steps, 2]);
    for (const b of [0, 1]) {
      found.set(y!.data.subarray(2 * b * steps, 2 * (b + 1) * steps), 2 * (b * time + from));
    }
    [h0, c0] = [hn, cn];
    from += steps;
  }
  await session.close();
  whole.dispose();
  model.dispose();
  expected!.forEach((value, i) => assertAlmostEquals(found[i]!, value, 1e-6));
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
