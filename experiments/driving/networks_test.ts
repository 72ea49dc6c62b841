import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type ActorCriticNetworks,
  closeDevice,
  normal,
  openDevice,
  readBack,
  rootKey,
  tf,
  type tfl,
} from "assay";
import { drivingNetworks, type EncoderName, frameEncoder } from "./networks.ts";

const key = rootKey(1);

/** Parameters of a model, those of its normalisations apart. */
function parameters({ layers }: tfl.LayersModel): { weights: number; norms: number } {
  const sum = (norms: boolean) =>
    layers.filter(({ name }) => name.endsWith("-norm") === norms)
      .reduce((total, layer) => total + layer.countParams(), 0);
  return { weights: sum(false), norms: sum(true) };
}

/** Makes each network once, and releases them at the end. */
function withNetworks(networks: ActorCriticNetworks, use: (made: tfl.LayersModel[]) => void): void {
  const made = [networks.encoder!(key), networks.actor(key), networks.critic(key)];
  use(made);
  for (const model of made) model.dispose();
}

Deno.test("`drivingNetworks()` have the document's shapes and parameters", async () => {
  await openDevice({ backend: "wasm" });
  const before = tf.memory().numTensors;
  const make = (encoder: EncoderName, layerNorm: boolean) =>
    drivingNetworks({ encoder, layerNorm, stateSize: 53 });
  withNetworks(make("nature84", true), ([encoder, actor, critic]) => {
    assertEquals(parameters(encoder!), { weights: 1_684_128, norms: 43_264 });
    assertEquals(parameters(actor!).weights, 211_202);
    assertEquals(parameters(critic!).weights, 211_457);
    assertEquals([actor, critic].map((model) => model!.inputs[0]!.shape), [[null, 565], [
      null,
      567,
    ]]);
    const shapes = encoder!.layers.map(({ name, outputShape }) => [name, outputShape]);
    assertEquals(shapes.filter(([name]) => !/-/.test(name as string)).slice(1), [
      ["conv1", [null, 20, 20, 32]],
      ["conv2", [null, 9, 9, 64]],
      ["conv3", [null, 7, 7, 64]],
      ["flat", [null, 3136]],
      ["full", [null, 512]],
    ]);
  });
  withNetworks(make("nature84", false), ([encoder]) => {
    assertEquals(parameters(encoder!), { weights: 1_684_128, norms: 0 });
  });
  withNetworks(make("mini42", true), ([encoder]) => {
    assertEquals(parameters(encoder!), { weights: 49_328, norms: 3_424 });
  });
  withNetworks(make("mini42", false), ([encoder]) => {
    assertEquals(parameters(encoder!), { weights: 49_328, norms: 0 });
  });
  assertEquals(tf.memory().numTensors, before);
});

/** Statistics of the features of 32 images of noise whose standard deviation is `contrast`. */
async function featuresOf(encoder: tfl.LayersModel, contrast: number) {
  const noise = Float32Array.from(normal(key.key("images"), 32 * 84 * 84 * 4, 0, contrast));
  const images = tf.tensor4d(noise, [32, 84, 84, 4]);
  const features = encoder.apply(images) as tf.Tensor;
  const [values] = await readBack([features]);
  tf.dispose([images, features]);
  const mean = values!.reduce((sum, x) => sum + x, 0) / values!.length;
  const variance = values!.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values!.length;
  const norms = Array.from(
    { length: 32 },
    (_, i) => Math.hypot(...values!.subarray(512 * i, 512 * (i + 1))),
  );
  const norm = norms.reduce((a, b) => a + b) / 32;
  return { values: values!, norm, mean, deviation: Math.sqrt(variance) };
}

Deno.test("`frameEncoder()` with normalisation begins at norm 16.0 whatever the images' contrast", async () => {
  const encoder = frameEncoder("nature84", true, key);
  const usual = await featuresOf(encoder, 0.5);
  assertAlmostEquals(usual.norm, 16, 0.8);
  assertAlmostEquals(usual.mean, 0.395, 0.03);
  assertAlmostEquals(usual.deviation, 0.587, 0.03);
  const bright = await featuresOf(encoder, 5);
  usual.values.forEach((x, i) => assert(Math.abs(bright.values[i]! - x) < 1e-3));
  encoder.dispose();
});

Deno.test("`frameEncoder()` without normalisation begins below norm 14, and follows the contrast", async () => {
  const encoder = frameEncoder("nature84", false, key);
  const usual = await featuresOf(encoder, 0.5);
  assert(usual.norm < 14, `${usual.norm}`);
  assertAlmostEquals((await featuresOf(encoder, 5)).norm / usual.norm, 10, 1e-3);
  encoder.dispose();
});

Deno.test("`drivingNetworks()` begin with actions near zero", async () => {
  const { actor } = drivingNetworks({ encoder: null, layerNorm: false, stateSize: 53 });
  const model = actor(key);
  const states = tf.tensor2d(Float32Array.from(normal(key, 64 * 53, 0, 1)), [64, 53]);
  const actions = model.apply(states) as tf.Tensor;
  const [values] = await readBack([actions]);
  assert(values!.every((x) => Math.abs(x) < 0.02));
  tf.dispose([states, actions]);
  model.dispose();
  await closeDevice();
});
