import { assert, assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { closeDevice, openDevice } from "../device/device.ts";
import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { lstm } from "./lstm.ts";
import { assertClose, referenceLstm, release } from "./reference.ts";
import { repeat } from "./repeat.ts";

const key = rootKey(5);
const batch = 2, time = 5, features = 3, units = 4;
const values = Float32Array.from(uniform(key.key("x"), batch * time * features, -1, 1));

testEachBackend({
  "`lstm()` with one bias equals the stock layer with its weights": async () => {
    for (const returnSequences of [true, false]) {
      for (const goBackwards of [true, false]) {
        const options = { units, returnSequences, goBackwards };
        const own = lstm({ ...options, biases: 1, key, name: "own" });
        const stock = tfl.layers.lstm({
          ...options,
          recurrentActivation: "sigmoid",
          // Any that tfjs can compute: its own default, orthogonal, needs chained methods.
          recurrentInitializer: "zeros",
        });
        const outputs = tf.tidy(() => {
          const x = tf.tensor3d(values, [batch, time, features]);
          const ours = own.apply(x) as tf.Tensor;
          stock.apply(x);
          stock.setWeights(own.getWeights());
          return [ours, stock.apply(x) as tf.Tensor];
        });
        assertEquals(outputs[0]!.shape, outputs[1]!.shape);
        assertEquals(outputs[0]!.shape, own.computeOutputShape([batch, time, features]));
        const [ours, theirs] = await readBack(outputs);
        assertClose(ours!, theirs!, 2e-6);
        tf.dispose(outputs);
        release(own, stock);
      }
    }
  },
  "`lstm()` with two biases adds them": async () => {
    const layer = lstm({ units, biases: 2, returnSequences: false, key, name: "two" });
    const x = tf.tensor3d(values, [batch, time, features]);
    const y = layer.apply(x) as tf.Tensor;
    const weights = layer.getWeights();
    assertEquals(weights.map(({ shape }) => shape), [[3, 16], [4, 16], [16], [16]]);
    const [kernel, recurrentKernel, bias, recurrentBias, last] = await readBack([...weights, y]);
    const all = referenceLstm({
      batch,
      time,
      features,
      units,
      x: values,
      kernel: kernel!,
      recurrentKernel: recurrentKernel!,
      bias: bias!.map((v, i) => v + recurrentBias![i]!),
    });
    const expected = [0, 1].flatMap((
      b,
    ) => [...all.slice((b * time + time - 1) * units, (b + 1) * time * units)]);
    assertClose(last!, expected, 2e-6);
    // PyTorch's range, and none of them alike.
    for (const weight of [kernel!, recurrentKernel!, bias!, recurrentBias!]) {
      assert(weight.every((v) => Math.abs(v) <= 0.5));
      assert(weight.some((v) => Math.abs(v) > 0.25));
    }
    assert(bias!.join() !== recurrentBias!.join());
    tf.dispose([x, y]);
    release(layer);
  },
  "`lstm()` with `steps` reads one vector as it would behind `repeat()`": async () => {
    const options = { units, biases: 2, returnSequences: true, key, name: "again" } as const;
    const [once, repeated] = [lstm({ ...options, steps: time }), lstm(options)];
    const rows = values.slice(0, batch * features);
    const outputs = tf.tidy(() => {
      const x = tf.tensor2d(rows, [batch, features]);
      const sequence = repeat({ steps: time, name: "repeat" }).apply(x) as tf.Tensor;
      return [once.apply(x) as tf.Tensor, repeated.apply(sequence) as tf.Tensor];
    });
    assertEquals(outputs[0]!.shape, once.computeOutputShape([batch, features]));
    const [first, second] = await readBack(outputs);
    assertClose(first!, second!, 1e-6);
    tf.dispose(outputs);
    release(once, repeated);
  },
  "`lstm()` goes on from the states it returned": async () => {
    const layer = lstm({
      units,
      biases: 1,
      returnSequences: true,
      returnState: true,
      key,
      name: "carried",
    });
    const outputs = tf.tidy(() => {
      const x = tf.tensor3d(values, [batch, time, features]);
      const whole = layer.apply(x) as tf.Tensor[];
      const [early, hidden, cell] = layer.apply(tf.slice(x, [0, 0, 0], [-1, 2, -1])) as tf.Tensor[];
      const rest = tf.slice(x, [0, 2, 0], [-1, -1, -1]);
      const [late, ...state] = layer.apply([rest, hidden!, cell!]) as tf.Tensor[];
      return [...whole, tf.concat([early!, late!], 1), ...state];
    });
    const read = await readBack(outputs);
    assertEquals(read.slice(0, 3), read.slice(3));
    assertEquals(
      outputs.slice(0, 3).map(({ shape }) => shape),
      layer.computeOutputShape([batch, time, features]),
    );
    tf.dispose(outputs);
    release(layer);
  },
  "`lstm()` with one bias starts as in Keras": async () => {
    const layer = lstm({ units: 2, biases: 1, returnSequences: false, key, name: "keras" });
    layer.build([null, 1, 3]);
    const [, recurrent, bias] = await readBack(layer.getWeights());
    assertEquals([...bias!], [0, 0, 1, 1, 0, 0, 0, 0]);
    const dot = recurrent!.slice(0, 8).reduce((sum, v, i) => sum + v * recurrent![8 + i]!, 0);
    assertClose([dot], [0], 1e-6);
    release(layer);
  },
  "`lstm()` starts its weights as it is told": async () => {
    const options = { units: 2, biases: 2, returnSequences: false, key, name: "told" } as const;
    const started = async (init: "torch" | "glorot" | "keras") => {
      const layer = lstm({ ...options, init });
      layer.build([null, 1, 3]);
      const weights = (await readBack(layer.getWeights())).map((values) => [...values]);
      release(layer);
      return weights;
    };
    const [torch, glorot, keras] = [
      await started("torch"),
      await started("glorot"),
      await started("keras"),
    ];
    assert(torch[2]!.every((v) => v !== 0));
    assertEquals(glorot.slice(2), [new Array(8).fill(0), new Array(8).fill(0)]);
    assertEquals(keras.slice(0, 2), glorot.slice(0, 2));
    assertEquals(keras[2], [0, 0, 1, 1, 0, 0, 0, 0]);
  },
});

Deno.test("`lstm()` names its weights as the stock layer does", async () => {
  await openDevice({ backend: "wasm" });
  const layer = lstm({ units: 2, biases: 2, returnSequences: false, key, name: "memory" });
  layer.apply(tfl.input({ shape: [4, 3] }));
  assertEquals(layer.weights.map(({ originalName }) => originalName), [
    "memory/kernel",
    "memory/recurrent_kernel",
    "memory/bias",
    "memory/recurrent_bias",
  ]);
  await closeDevice();
});

Deno.test("`lstm()` refuses sizes and inputs that mean nothing", async () => {
  await openDevice({ backend: "wasm" });
  const make = (units: number) =>
    lstm({ units, biases: 2, returnSequences: false, key, name: "bad" });
  assertThrows(() => make(0), RangeError, '"bad": units is 0');
  assertThrows(() => make(1.5), RangeError, "units is 1.5");
  assertThrows(
    () => make(2).apply(tfl.input({ shape: [3] })),
    RangeError,
    "[batch, time, features]",
  );
  assertThrows(() => make(2).apply(tfl.input({ shape: [3, null] })), RangeError, "known");
  await closeDevice();
});
