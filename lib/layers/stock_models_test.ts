import { assertEquals } from "@std/assert";
import { closeDevice, openDevice } from "../device/device.ts";
import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { bidirectional } from "./bidirectional.ts";
import { lstm } from "./lstm.ts";
import { assertClose } from "./reference.ts";

const key = rootKey(9);
const shape = { batch: 3, time: 6, features: 4 };
const values = Float32Array.from(
  uniform(key.key("x"), shape.batch * shape.time * shape.features, -1, 1),
);

/** A model of one bidirectional and one plain layer. */
function ownModel(): tfl.LayersModel {
  const input = tfl.input({ shape: [shape.time, shape.features] });
  const both = bidirectional({
    units: 5,
    biases: 1,
    returnSequences: true,
    key: key.key("both"),
    name: "both",
  });
  const last = lstm({
    units: 3,
    biases: 1,
    returnSequences: false,
    goBackwards: true,
    key: key.key("last"),
    name: "last",
  });
  const output = last.apply(both.apply(input)) as tfl.SymbolicTensor;
  return tfl.model({ inputs: input, outputs: output });
}

async function predictions(model: tfl.LayersModel): Promise<Float32Array> {
  const y = tf.tidy(() =>
    model.predict(tf.tensor3d(values, [shape.batch, shape.time, shape.features])) as tf.Tensor
  );
  const [read] = await readBack([y]);
  y.dispose();
  return read!;
}

/** What `model.save()` hands to a file. */
async function saved(model: tfl.LayersModel): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts;
  await model.save({
    save: (given: tf.io.ModelArtifacts) => {
      artifacts = given;
      return Promise.resolve({
        modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" },
      });
    },
  });
  return artifacts!;
}

Deno.test("a saved model loads in stock TensorFlow.js, and computes the same there", async () => {
  await openDevice({ backend: "wasm" });
  const own = ownModel();
  const stock = await tfl.loadLayersModel({ load: async () => await saved(own) });
  assertEquals(stock.layers.map((layer) => layer.constructor === tfl.layers.Layer), [
    false,
    false,
    false,
  ]);
  assertEquals(stock.layers.map((layer) => layer.getClassName()), [
    "InputLayer",
    "Bidirectional",
    "LSTM",
  ]);
  assertClose(await predictions(stock), await predictions(own), 2e-6);
  await closeDevice();
});

Deno.test("a stock model's saved weights load in ours, and compute the same here", async () => {
  await openDevice({ backend: "wasm" });
  const own = ownModel();
  const stock = await tfl.loadLayersModel({ load: async () => await saved(own) });
  // Other weights than those it was made of.
  stock.setWeights(
    stock.getWeights().map((weight, i) =>
      tf.tensor(
        Float32Array.from(uniform(key.key("stock").at(i), weight.size, -0.5, 0.5)),
        weight.shape,
      )
    ),
  );
  const { weightData, weightSpecs } = await saved(stock);
  own.loadWeights(
    tf.io.decodeWeights(weightData as ArrayBuffer, weightSpecs!) as Record<string, tf.Tensor>,
  );
  assertClose(await predictions(own), await predictions(stock), 2e-6);
  await closeDevice();
});
