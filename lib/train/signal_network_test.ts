/** The network of document 003, against what is known of it in numbers. */

import { assert, assertEquals } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { dense } from "../layers/dense.ts";
import { lstm } from "../layers/lstm.ts";
import { normal } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { Adam } from "./adam.ts";
import { carriedTrainable, statefulLstm } from "./carried.ts";
import { mseLoss } from "./loss.ts";

const key = rootKey(13);
const UNITS = 64;
const FEATURES = 5;

function network(biases: 1 | 2) {
  const states = { returnSequences: true, returnState: true };
  const memory = lstm({ units: UNITS, biases, ...states, key: key.key("lstm"), name: "lstm" });
  const head = dense({ units: 1, activation: "linear", key: key.key("head"), name: "head" });
  const model = statefulLstm(memory, head, { features: FEATURES, units: UNITS });
  const trainable = carriedTrainable(model, mseLoss, 1);
  const dispose = () => {
    memory.dispose();
    head.dispose();
    tf.dispose(trainable.carried!.map(({ variable }) => variable));
  };
  return { model, trainable, dispose };
}

const draw = (name: string, shape: [number, number, number]) =>
  tf.tensor3d(
    Float32Array.from(normal(key.key(name), shape[0] * shape[1] * shape[2], 0, 1)),
    shape,
  );

testEachBackend({
  "the extractor has 18,241 parameters with two bias vectors, 17,985 with one": () => {
    const counts = ([2, 1] as const).map((biases) => {
      const { trainable, dispose } = network(biases);
      const count = trainable.trainable.reduce((sum, { variable }) => sum + variable.size, 0);
      dispose();
      return count;
    });
    assertEquals(counts, [18_241, 17_985]);
  },
  "a step of K = 1 has no gradient to earlier inputs, one of K > 1 has": async () => {
    const { model, dispose } = network(2);
    const x = draw("x", [1, 4, FEATURES]);
    const zeros = [tf.zeros([1, UNITS]), tf.zeros([1, UNITS])];
    const last = (y: tf.Tensor) => tf.sum(tf.slice(y, [0, y.shape[1]! - 1, 0], [1, 1, 1]));
    const through = tf.grad((x: tf.Tensor) => last(model.forward(x, zeros).y) as tf.Scalar)(x);
    // K = 1: what came before has gone into the states, values only.
    const states = tf.tidy(() =>
      model.forward(tf.slice(x, [0, 0, 0], [1, 3, FEATURES]), zeros).states as tf.Tensor[]
    );
    const alone = tf.grad((x: tf.Tensor) =>
      last(model.forward(tf.slice(x, [0, 3, 0], [1, 1, FEATURES]), states).y) as tf.Scalar
    )(x);
    const [all, own] = await readBack([through, alone]);
    assert([...all!.subarray(0, 3 * FEATURES)].every((slope) => slope !== 0));
    assertEquals([...own!.subarray(0, 3 * FEATURES)], new Array(3 * FEATURES).fill(0));
    assert([...own!.subarray(3 * FEATURES)].every((slope) => slope !== 0));
    tf.dispose([x, through, alone, ...zeros, ...states]);
    dispose();
  },
  "clipping changes the length of the gradient and not its direction": async () => {
    const size = 50;
    const gradient = Float32Array.from(normal(key.key("gradient"), size, 0, 3));
    const moments = await Promise.all([1e9, 0.5].map(async (clipNorm) => {
      const variable = tf.tidy(() => tf.variable(tf.zeros([size])));
      const adam = new Adam([{ name: "w", variable }], { learningRate: 0.1, clipNorm });
      const grad = tf.tensor1d(gradient);
      tf.tidy(() => void adam.step({ [variable.name]: grad }));
      const [moved] = await readBack([adam.state()["first_moment"] as tf.Tensor]);
      adam.dispose();
      tf.dispose([variable, grad]);
      return moved!;
    }));
    const ratios = Array.from(moments[0]!, (plain, i) => moments[1]![i]! / plain);
    for (const ratio of ratios) assert(Math.abs(ratio / ratios[0]! - 1) < 1e-5);
    const length = Math.sqrt(moments[1]!.reduce((sum, m) => sum + m * m, 0));
    assert(Math.abs(length / 0.1 - 0.5) < 1e-5);
  },
}, ["wasm", "webgpu"]);
