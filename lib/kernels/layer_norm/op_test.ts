import { assertEquals, assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { tf } from "../../device/tf.ts";
import { floats } from "../arithmetic/testing.ts";
import { assertGradients, testEachStage } from "../testing.ts";
import { layerNormInput, layerNormWeights } from "./gradient.ts";
import { layerNorm } from "./op.ts";
import { layerNormInputOracle, layerNormOracle, layerNormWeightsOracle } from "./oracle.ts";

/** `[rows, n]`: single ones, rests of lanes and of the 32 chains, some for all threads and dispatches. */
const sizes: readonly (readonly [number, number])[] = [
  ...[[1, 1], [1, 7], [5, 1], [3, 4], [5, 31], [2, 33], [9, 67]] as const,
  ...[[33, 640], [2, 12_801], [65_537, 1]] as const,
];

const epsilon = 1e-3;

testEachStage({ ulps: 16 }, {
  "`layerNorm()` is the oracle's": async ({ arithmetic, compare }) => {
    for (const [rows, n] of sizes) {
      const [x, gamma, beta] = [floats(rows * n, 1), floats(n, 2), floats(n, 3)];
      const y = tf.tidy(() =>
        layerNorm(tf.tensor2d(x, [rows, n]), tf.tensor1d(gamma), tf.tensor1d(beta), epsilon)
      );
      const [expected] = layerNormOracle(arithmetic, { rows, n, x }, gamma, beta, epsilon);
      await compare([y], [expected], `${rows} x ${n}`);
    }
  },
  "gradients of `layerNorm()` are the oracle's": async ({ arithmetic, compare }) => {
    for (const [rows, n] of sizes) {
      const [x, dy, gamma] = [floats(rows * n, 1), floats(rows * n, 4), floats(n, 2)];
      const [, mean, inverse] = layerNormOracle(arithmetic, { rows, n, x }, gamma, gamma, epsilon);
      const actual = tf.tidy(() => {
        const inputs = {
          x: tf.tensor2d(x, [rows, n]),
          dy: tf.tensor2d(dy, [rows, n]),
          gamma: tf.tensor1d(gamma),
          mean: tf.tensor1d(mean),
          inverse: tf.tensor1d(inverse),
        };
        return [...layerNormInput(inputs, {}), ...layerNormWeights(inputs, {})];
      });
      const normalised = { rows, n, x, dy, mean, inverse };
      const expected = [
        layerNormInputOracle(arithmetic, normalised, gamma),
        ...layerNormWeightsOracle(arithmetic, normalised),
      ];
      await compare(actual, expected, `${rows} x ${n}`);
    }
  },
  "gradients of `layerNorm()` equal finite differences": async () => {
    // Over the last axis, and over a whole sample.
    for (const [shape, normalised] of [[[3, 2, 5], [5]], [[3, 2, 5], [2, 5]]] as const) {
      const n = normalised.reduce((product: number, extent) => product * extent, 1);
      const factors = floats(30, 7);
      const exact = (x: Float64Array, gamma: Float64Array, beta: Float64Array) => {
        let score = 0;
        for (let at = 0; at < x.length; at += n) {
          const row = x.subarray(at, at + n);
          const mean = row.reduce((sum, v) => sum + v, 0) / n;
          const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n;
          row.forEach((v, i) => {
            const unit = (v - mean) / Math.sqrt(variance + epsilon);
            score += factors[at + i]! * (unit * gamma[i]! + beta[i]!);
          });
        }
        return score;
      };
      await assertGradients(
        (x, gamma, beta) =>
          tf.sum(tf.mul(layerNorm(x!, gamma!, beta!, epsilon), tf.tensor(factors, [...shape]))),
        (x, gamma, beta) => exact(x!, gamma!, beta!),
        [
          { shape: [...shape], values: floats(30, 1) },
          { shape: [...normalised], values: floats(n, 2) },
          { shape: [...normalised], values: floats(n, 3) },
        ],
      );
    }
  },
});

Deno.test("`layerNorm()` keeps constant rows finite, and a row far from zero centred", async () => {
  await openDevice({ backend: "cpu" });
  const [one, none] = [tf.ones([64]), tf.zeros([64])];
  const constant = layerNorm(tf.fill([2, 64], 0.1), one, none, 1e-5);
  assertEquals(new Set(await constant.data()), new Set([0]));
  const far = layerNorm(tf.add(tf.range(0, 64), 1e4), one, none, 0);
  const near = layerNorm(tf.range(0, 64), one, none, 0);
  assertEquals(await far.data(), await near.data());
  tf.dispose([one, none, constant, far, near]);
  await closeDevice();
});

Deno.test("`layerNorm()` on WebGPU refuses rows that a software adapter would cut off", async () => {
  await openDevice({ backend: "webgpu" });
  tf.tidy(() => {
    const row = tf.zeros([2 ** 19 + 1]);
    assertThrows(() => layerNorm(row, row, row, 1e-5), RangeError, "use the backend wasm");
  });
  await closeDevice();
});

Deno.test("`layerNorm()` refuses shapes that do not fit", async () => {
  await openDevice({ backend: "cpu" });
  tf.tidy(() => {
    const norm = (x: number[], gamma: number[], beta: number[]) => () =>
      layerNorm(tf.zeros(x), tf.zeros(gamma), tf.zeros(beta), 1e-5);
    const error = assertThrows(norm([2, 3], [2], [2]), RangeError);
    assertEquals(
      error.message,
      "Cannot compute the layer normalisation of shape [2,3] with gamma of shape [2] and beta of shape [2]: " +
        "these two must have the shape of the last axes, and no axis may be empty",
    );
    assertThrows(norm([2, 3], [3], [1]), RangeError, "beta of shape [1]");
    assertThrows(norm([3], [2, 3], [2, 3]), RangeError, "gamma of shape [2,3]");
    assertThrows(norm([0, 3], [3], [3]), RangeError, "no axis may be empty");
  });
  await closeDevice();
});
