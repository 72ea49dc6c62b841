import { assertEquals } from "@std/assert";
import { closeDevice, openDevice } from "../device/device.ts";
import { tf, tfl } from "../device/tf.ts";
import { rootKey } from "../random/key.ts";
import { batchNorm } from "./batch_norm.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { lstm } from "./lstm.ts";

Deno.test("the layers build the published bandwidth network with its 540,516 parameters", async () => {
  await openDevice({ backend: "wasm" });
  const key = rootKey(42);
  const memory = (units: number, name: string, steps?: number) =>
    lstm({
      units,
      ...(steps && { steps }),
      biases: 2,
      returnSequences: false,
      key: key.key(name),
      name,
    });
  const full = (units: number, activation: "relu" | "linear", name: string) =>
    dense({ units, activation, key: key.key(name), name });
  const layers = [
    memory(256, "lstm1"),
    batchNorm({ name: "norm1" }),
    memory(128, "lstm2", 20),
    batchNorm({ name: "norm2" }),
    memory(64, "lstm3", 20),
    full(128, "relu", "dense1"),
    dropout({ rate: 0.3, name: "dropout1" }),
    batchNorm({ name: "norm3" }),
    full(64, "relu", "dense2"),
    dropout({ rate: 0.21, name: "dropout2" }),
    full(32, "relu", "dense3"),
    full(4, "linear", "dense4"),
  ];
  const input = tfl.input({ shape: [20, 9] });
  const output = layers.reduce<tfl.SymbolicTensor>(
    (x, layer) => layer.apply(x) as tfl.SymbolicTensor,
    input,
  );
  const model = tfl.model({ inputs: input, outputs: output });
  assertEquals(output.shape, [null, 4]);
  const count = (weights: tfl.LayerVariable[]) =>
    weights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0);
  assertEquals(count(model.trainableWeights), 540_516);
  assertEquals(count(model.nonTrainableWeights), 1_024);
  // By layer, as the facts table has them.
  assertEquals(
    layers.map((layer) => count(layer.trainableWeights)).filter((n) => n > 0),
    [273_408, 512, 197_632, 256, 49_664, 8_320, 256, 8_256, 2_080, 132],
  );
  model.dispose();
  await closeDevice();
});
