import { assert, assertEquals, assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { testEachBackend } from "../../device/each_backend.ts";
import { readBack } from "../../device/read_back.ts";
import { tf } from "../../device/tf.ts";
import { floats } from "../arithmetic/testing.ts";
import { testEachStage } from "../testing.ts";
import { type AdamAttributes, adamStep } from "./op.ts";
import { adamOracle } from "./oracle.ts";

/** One, two and seven parameters of odd sizes; the last take several blocks, and several threads. */
const models = [[1], [5, 4097], [1, 7, 4096, 8209, 33, 5, 9000]];

/** No limit, one that every gradient exceeds, one that none does; with and without weight decay. */
const settings = [
  { clipNorm: Infinity, decay: 0 },
  { clipNorm: 0.5, decay: 0.1 },
  { clipNorm: 1e4, decay: 0.1 },
];

const RATE = 0.01;

/** The numbers of step `t`, from 1. */
function numbersOf(t: number, clipNorm: number, decay: number): AdamAttributes {
  const [rate, correction] = [RATE / (1 - 0.9 ** t), 1 / Math.sqrt(1 - 0.999 ** t)];
  const kept = 1 - RATE * decay;
  return { rate, correction, epsilon: 1e-8, beta1: 0.9, beta2: 0.999, kept, clipNorm };
}

const STEPS = 10;

/** The gradients of step `t`; now and then some are zero. */
const gradientsOf = (sizes: readonly number[], t: number) =>
  sizes.map((size, i) => floats(size, 31 * t + i).map((g, j) => (j + t) % 5 === 0 ? 0 : g));

/** Variables, moments and the last norm after ten steps on the open device. */
function moved(sizes: readonly number[], clipNorm: number, decay: number): tf.Tensor[] {
  return tf.tidy(() => {
    const variables = sizes.map((size, i) => tf.variable(tf.tensor1d(floats(size, i))));
    const all = sizes.reduce((sum, size) => sum + size, 0);
    const [m, v] = [tf.variable(tf.zeros([all])), tf.variable(tf.zeros([all]))];
    let norm: tf.Tensor = tf.scalar(0);
    for (let t = 1; t <= STEPS; t++) {
      const gradients = gradientsOf(sizes, t).map((g) => tf.tensor1d(g));
      norm = adamStep(variables, gradients, m, v, numbersOf(t, clipNorm, decay));
    }
    return [...variables, m, v, norm];
  });
}

testEachStage({ ulps: 64 }, {
  "`adamStep()` is the oracle's": async ({ arithmetic, compare }) => {
    for (const sizes of models) {
      const all = sizes.reduce((sum, size) => sum + size, 0);
      for (const { clipNorm, decay } of settings) {
        const variables = sizes.map((size, i) => floats(size, i));
        const [m, v] = [new Float32Array(all), new Float32Array(all)];
        let norm = 0;
        for (let t = 1; t <= STEPS; t++) {
          const numbers = numbersOf(t, clipNorm, decay);
          norm = adamOracle(arithmetic, variables, gradientsOf(sizes, t), m, v, numbers);
        }
        const what = `${sizes}, ${JSON.stringify({ clipNorm, decay })}`;
        await compare(
          moved(sizes, clipNorm, decay),
          [...variables, m, v, Float32Array.of(norm)],
          what,
        );
      }
    }
  },
  "`adamStep()` moves as the formula in f64 says": async () => {
    const sizes = [3, 130];
    for (const { clipNorm, decay } of settings) {
      const w = sizes.flatMap((size, i) => [...floats(size, i)]);
      const [m, v] = [w.map(() => 0), w.map(() => 0)];
      let norm = 0;
      for (let t = 1; t <= STEPS; t++) {
        const gradient = gradientsOf(sizes, t).flatMap((g) => [...g]);
        norm = Math.hypot(...gradient);
        const scale = norm > clipNorm ? clipNorm / norm : 1;
        gradient.forEach((g, i) => {
          m[i] = 0.9 * m[i]! + 0.1 * scale * g;
          v[i] = 0.999 * v[i]! + 0.001 * (scale * g) ** 2;
          const [mHat, vHat] = [m[i]! / (1 - 0.9 ** t), v[i]! / (1 - 0.999 ** t)];
          w[i]! += -RATE * decay * w[i]! - RATE * mHat / (Math.sqrt(vHat) + 1e-8);
        });
      }
      const tensors = moved(sizes, clipNorm, decay);
      const found = (await readBack(tensors)).flatMap((values) => [...values]);
      tf.dispose(tensors);
      [...w, ...m, ...v, norm].forEach((x, i) => {
        assert(
          Math.abs(x - found[i]!) < 1e-6 * Math.max(1, Math.abs(x)),
          `${i}: ${found[i]}, ${x}`,
        );
      });
    }
  },
});

const numbers = numbersOf(1, Infinity, 0);

testEachBackend({
  "`adamStep()` changes nobody else's data": async () => {
    const host = Float32Array.of(1, -2);
    const source = tf.tensor1d(host);
    const variable = tf.variable(source);
    const twin = tf.variable(source);
    const [m, v] = tf.tidy(() => [tf.variable(tf.zeros([2])), tf.variable(tf.zeros([2]))]);
    const gradient = tf.tensor1d([3, 3]);
    const step = () => adamStep([variable], [gradient], m!, v!, numbers).dispose();
    step();
    const clone = tf.clone(variable);
    // A backend may remember what it has read.
    const first = await variable.data();
    const kept = [...first];
    step();
    assertEquals([...await source.data(), ...await twin.data(), ...host], [1, -2, 1, -2, 1, -2]);
    assertEquals([...first, ...await clone.data()], [...kept, ...kept]);
    (await variable.data()).forEach((w, i) => assert(w < kept[i]!));
    assertEquals([...await gradient.data()], [3, 3]);
    tf.dispose([source, variable, twin, m!, v!, gradient, clone]);
  },
  "`adamStep()` is seen by tfjs's own products": async () => {
    const [w, m, v] = tf.tidy(() => [3, 0, 0].map((x) => tf.variable(tf.tensor2d([[x]]))));
    const one = tf.ones([1, 1]) as tf.Tensor2D;
    const before = tf.matMul(one, w as tf.Tensor2D);
    adamStep([w!], [one], m!, v!, numbers).dispose();
    const after = tf.matMul(one, w as tf.Tensor2D);
    const [old, now] = await readBack([before, after]);
    assertEquals([...old!, now![0]! < 2.995], [3, true]);
    tf.dispose([w!, m!, v!, one, before, after]);
  },
  "`adamStep()` leaves no subnormal moment": async () => {
    const [w, m, v] = tf.tidy(() => [1, 1e-38, 1e-38].map((x) => tf.variable(tf.tensor1d([x]))));
    const gradient = tf.zeros([1]);
    for (let t = 0; t < 200; t++) adamStep([w!], [gradient], m!, v!, numbers).dispose();
    assertEquals((await readBack([m!, v!])).map(([x]) => x), [0, 0]);
    tf.dispose([w!, m!, v!, gradient]);
  },
});

Deno.test("`adamStep()` refuses sizes that do not fit", async () => {
  await openDevice({ backend: "cpu" });
  const before = tf.memory().numTensors;
  const [one, two] = tf.tidy(() => [tf.variable(tf.zeros([1])), tf.variable(tf.zeros([2]))]);
  const refuse = (w: tf.Variable, g: tf.Variable, m: tf.Variable, v: tf.Variable, text: string) =>
    assertThrows(() => adamStep([w], [g], m, v, numbers), RangeError, text);
  refuse(one!, two!, one!, one!, "variable 0, of shape [1], along a gradient of shape [2]");
  refuse(two!, two!, two!, one!, "2 parameters with moments of shapes [2] and [1]");
  tf.dispose([one!, two!]);
  assertEquals(tf.memory().numTensors, before);
  await closeDevice();
});
