import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  checkParity,
  closeDevice,
  exportOnnx,
  normal,
  openDevice,
  openSession,
  readBack,
  rootKey,
  tf,
} from "assay";
import { predictorNames, predictorNetwork } from "./networks.ts";

const key = rootKey(1);
const plain = { features: 3, context: 0, outputs: 3, attention: false };
/** Everything at once. */
const whole = { features: 6, context: 5, outputs: 12, attention: true };

function counted(name: typeof predictorNames[number], options: typeof plain): number {
  const network = predictorNetwork(key, name, options);
  const parameters = network.countParams();
  network.dispose();
  return parameters;
}

Deno.test("`predictorNetwork()` has the document's networks to the parameter", async () => {
  await openDevice({ backend: "wasm" });
  const counts = (options: typeof plain) => predictorNames.map((name) => counted(name, options));
  assertEquals(predictorNames, ["standard", "bidirectional", "lite"]);
  assertEquals(counts(plain), [131_043, 78_211, 30_403]);
  assertEquals(counts({ ...plain, features: 5 })[0], 132_067);
  assertEquals(counts({ ...plain, features: 6 }), [132_579, 79_747, 31_171]);
  const network = predictorNetwork(key, "standard", plain);
  assertEquals(
    network.layers.map((layer) => layer.countParams()).filter((count) => count > 0),
    [67_584, 49_408, 12_416, 1_056, 528, 51],
  );
  network.dispose();
});

Deno.test("`predictorNetwork()` has 2,112 parameters of attention over 64 units", async () => {
  await openDevice({ backend: "wasm" });
  const network = predictorNetwork(key, "bidirectional", { ...plain, attention: true });
  assertEquals(network.getLayer("attention").countParams(), 2_112);
  // And 64 more inputs of the first dense layer.
  assertEquals(network.countParams(), 78_211 + 2_112 + 64 * 32);
  network.dispose();
  // A context of 5: 16 units, and as many inputs more; alone, it is all there is.
  assertEquals(counted("lite", { ...plain, context: 5 }), 30_403 + 6 * 16 + 16 * 16);
  assertEquals(
    counted("lite", { ...plain, features: 0, context: 5 }),
    6 * 16 + 17 * 16 + 17 * 3,
  );
});

Deno.test("predictions do not change by a bit when padding is appended", async () => {
  await openDevice({ backend: "wasm" });
  const [batch, time, padding] = [3, 5, 4];
  for (const name of predictorNames) {
    for (const attention of [false, true]) {
      const network = predictorNetwork(key, name, { ...whole, attention });
      const outputs = tf.tidy(() => {
        const of = (name: string, shape: number[]) =>
          tf.tensor(Float32Array.from(normal(key.key(name), tf.util.sizeFromShape(shape))), shape);
        const [x, known] = [of("x", [batch, time, 6]), of("context", [batch, 5])];
        const ones = tf.ones([batch, time]);
        const longer = tf.concat([x, of("padding", [batch, padding, 6])], 1);
        const mask = tf.concat([ones, tf.zeros([batch, padding])], 1);
        const first = tf.slice(x, [0, 0, 0], [1, -1, -1]);
        return [
          network.apply([x, ones, known]) as tf.Tensor,
          network.apply([longer, mask, known]) as tf.Tensor,
          network.apply([first, tf.ones([1, time]), tf.slice(known, [0, 0], [1, 5])]) as tf.Tensor,
        ];
      });
      const [alone, padded, single] = await readBack(outputs);
      assertEquals(alone!.length, batch * 12);
      assertEquals(padded, alone, `${name} ${attention}`);
      assertEquals(single, alone!.slice(0, 12), `${name} ${attention}`);
      assert(new Set(alone).size === alone!.length);
      tf.dispose(outputs);
      network.dispose();
    }
  }
});

Deno.test("a predictor predicts the same as ONNX, its mask the second input", async () => {
  await openDevice({ backend: "wasm" });
  const [samples, time] = [9, 7];
  const draw = (name: string, shape: number[]) => ({
    shape,
    data: Float32Array.from(normal(key.key(name), tf.util.sizeFromShape(shape))),
  });
  const lengths = Float32Array.from(
    { length: samples * time },
    (_, at) => +(at % time <= Math.floor(at / time) % time),
  );
  const inputs = [
    draw("x", [samples, time, 6]),
    { shape: [samples, time], data: lengths },
    draw("context", [samples, 5]),
  ];
  const inputNames = ["prefix", "mask", "context"];
  for (const name of predictorNames) {
    const network = predictorNetwork(key, name, whole);
    const file = await exportOnnx(network, { inputNames });
    const session = await openSession(file, { source: name });
    const parity = await checkParity(network, session, { inputs });
    await session.close();
    network.dispose();
    assertEquals(parity.verdict, "equal", `${name}: ${parity.maxAbsolute}`);
  }
});

Deno.test("`predictorNetwork()` has weights that depend on the key alone", async () => {
  await openDevice({ backend: "wasm" });
  const weights = async (seed: number) => {
    const network = predictorNetwork(rootKey(seed), "lite", whole);
    const values = await readBack(network.getWeights());
    network.dispose();
    return values;
  };
  assertEquals(await weights(1), await weights(1));
  assert((await weights(1))[0]!.join() !== (await weights(2))[0]!.join());
});

Deno.test("`predictorNetwork()` has no dropout where none of it is asked for", async () => {
  await openDevice({ backend: "wasm" });
  const layers = (dropout: number) => {
    const network = predictorNetwork(key, "standard", { ...plain, dropout });
    const names = network.layers.map(({ name }) => name);
    network.dispose();
    return names.filter((name) => name.endsWith("_dropout"));
  };
  assertEquals(layers(1), ["lstm1_dropout", "lstm2_dropout", "lstm3_dropout", "dense1_dropout"]);
  assertEquals(layers(0), []);
});

Deno.test("`predictorNetwork()` refuses to read nothing", async () => {
  const nothing = { ...plain, features: 0 };
  assertThrows(() => predictorNetwork(key, "lite", nothing), RangeError, "features or a context");
  const unread = { ...nothing, context: 5, attention: true };
  assertThrows(() => predictorNetwork(key, "lite", unread), RangeError, "with attention");
  await closeDevice();
});
