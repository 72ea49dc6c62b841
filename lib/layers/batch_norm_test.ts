import { assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { batchNorm } from "./batch_norm.ts";
import { assertClose, differences, release } from "./reference.ts";

const rows = 5, width = 3;
const x = Float32Array.from({ length: rows * width }, (_, i) => ((i * i * 3) % 17) / 5 - 1);
const gamma = Float32Array.of(1.5, -0.5, 2);
const beta = Float32Array.of(0.25, 1, -1);
const weights = Float32Array.from({ length: rows * width }, (_, i) => ((i * 5) % 7) / 3 - 1);

function moments(x: ArrayLike<number>) {
  return Array.from({ length: width }, (_, c) => {
    const column = Array.from({ length: rows }, (_, r) => x[r * width + c]!);
    const mean = column.reduce((sum, v) => sum + v, 0) / rows;
    return { mean, variance: column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / rows };
  });
}

function normalised(
  x: ArrayLike<number>,
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
): Float64Array {
  const columns = moments(x);
  return Float64Array.from({ length: rows * width }, (_, i) => {
    const { mean, variance } = columns[i % width]!;
    return (x[i]! - mean) / Math.sqrt(variance + 1e-5) * gamma[i % width]! + beta[i % width]!;
  });
}

testEachBackend({
  "`batchNorm()` normalises a training batch, and differentiates through its statistics":
    async () => {
      const layer = batchNorm({ name: "norm" });
      layer.build([null, width]);
      const start = [tf.tensor1d(gamma), tf.tensor1d(beta), tf.zeros([width]), tf.ones([width])];
      layer.setWeights(start);
      const input = tf.tensor2d(x, [rows, width]);
      const y = layer.apply(input, { training: true }) as tf.Tensor;
      const variables = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
      const factors = tf.tensor2d(weights, [rows, width]);
      const score = () =>
        tf.sum(tf.mul(layer.apply(input, { training: true }) as tf.Tensor, factors));
      const byWeights = tf.variableGrads(() => score() as tf.Scalar, variables);
      const byInput = tf.grad((v) =>
        tf.sum(tf.mul(layer.apply(v, { training: true }) as tf.Tensor, factors))
      )(
        input,
      );
      const read = await readBack([
        y,
        byInput,
        ...variables.map(({ name }) => byWeights.grads[name]!),
      ]);
      assertClose(read[0]!, normalised(x, gamma, beta), 1e-5);
      const scored = (y: Float64Array) => y.reduce((sum, v, i) => sum + v * weights[i]!, 0);
      assertClose(read[1]!, differences((v) => scored(normalised(v, gamma, beta)), x), 1e-5, "x");
      assertClose(
        read[2]!,
        differences((v) => scored(normalised(x, v, beta)), gamma),
        1e-5,
        "gamma",
      );
      assertClose(
        read[3]!,
        differences((v) => scored(normalised(x, gamma, v)), beta),
        1e-5,
        "beta",
      );
      tf.dispose([
        ...start,
        input,
        y,
        factors,
        byWeights.value,
        byInput,
        ...Object.values(byWeights.grads),
      ]);
      release(layer);
    },
  "`batchNorm()` moves the running statistics as PyTorch does, and uses them": async () => {
    const layer = batchNorm({ name: "norm" });
    const input = tf.tensor2d(x, [rows, width]);
    const trained = layer.apply(input, { training: true }) as tf.Tensor;
    const tested = layer.apply(input) as tf.Tensor;
    const [, , mean, variance, y] = await readBack([...layer.getWeights(), tested]);
    const expected = moments(x);
    // new = 0.9 old + 0.1 batch, the variance unbiased: 5/4 of the biased one.
    assertClose(mean!, expected.map((m) => 0.1 * m.mean), 1e-6);
    assertClose(variance!, expected.map((m) => 0.9 + 0.1 * m.variance * 5 / 4), 1e-6);
    const byRunning = Array.from(
      x,
      (v, i) => (v - mean![i % width]!) / Math.sqrt(variance![i % width]! + 1e-5),
    );
    assertClose(y!, byRunning, 1e-5);
    tf.dispose([input, trained, tested]);
    release(layer);
  },
  "`batchNorm()` takes all axes but the last as rows": async () => {
    const layer = batchNorm({ name: "norm" });
    const flat = tf.tensor2d([...Array(12).keys()], [6, 2]);
    const deep = tf.reshape(flat, [2, 3, 2]);
    const outputs = [flat, deep].map((v) => layer.apply(v, { training: true }) as tf.Tensor);
    assertEquals(outputs[1]!.shape, [2, 3, 2]);
    const [a, b] = await readBack(outputs);
    assertEquals(a, b);
    tf.dispose([flat, deep, ...outputs]);
    release(layer);
  },
  "`batchNorm()` refuses a training batch of one row": () => {
    const layer = batchNorm({ name: "norm" });
    const input = tf.ones([1, 2]);
    layer.build([null, 2]);
    assertThrows(() => layer.apply(input, { training: true }), RangeError, "one row");
    input.dispose();
    release(layer);
  },
});
