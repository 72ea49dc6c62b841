import { assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { tf } from "../../device/tf.ts";
import { floats } from "../arithmetic/testing.ts";
import { assertGradients, testEachStage } from "../testing.ts";
import { batchNormInput, batchNormWeights } from "./gradient.ts";
import { batchNormTraining } from "./op.ts";
import { batchNormInputOracle, batchNormOracle, batchNormWeightsOracle } from "./oracle.ts";

/** `[rows, width]`: single ones, rests of lanes and of the sixteen columns, some for all threads and dispatches. */
const sizes: readonly (readonly [number, number])[] = [
  ...[[1, 1], [1, 7], [5, 1], [4, 3], [31, 5], [33, 16], [9, 67]] as const,
  ...[[640, 33], [2, 12_801], [65_537, 1]] as const,
];

const epsilon = 1e-3;

testEachStage({ ulps: 16 }, {
  "`batchNormTraining()` is the oracle's": async ({ arithmetic, compare }) => {
    for (const [rows, n] of sizes) {
      const [x, gamma, beta] = [floats(rows * n, 1), floats(n, 2), floats(n, 3)];
      const { y, mean, variance } = tf.tidy(() =>
        batchNormTraining(
          tf.tensor3d(x, [rows, 1, n]),
          tf.tensor1d(gamma),
          tf.tensor1d(beta),
          epsilon,
        )
      );
      const expected = batchNormOracle(arithmetic, { rows, n, x }, gamma, beta, epsilon);
      await compare([y, mean, variance], expected.slice(0, 3), `${rows} x ${n}`);
    }
  },
  "gradients of `batchNormTraining()` are the oracle's": async ({ arithmetic, compare }) => {
    for (const [rows, n] of sizes) {
      const [x, dy, gamma] = [floats(rows * n, 1), floats(rows * n, 4), floats(n, 2)];
      const [, mean, , inverse] = batchNormOracle(
        arithmetic,
        { rows, n, x },
        gamma,
        gamma,
        epsilon,
      );
      const normalised = { rows, n, x, dy, mean, inverse };
      const sums = batchNormWeightsOracle(arithmetic, normalised);
      const actual = tf.tidy(() => {
        const inputs = {
          x: tf.tensor2d(x, [rows, n]),
          dy: tf.tensor2d(dy, [rows, n]),
          mean: tf.tensor1d(mean),
          inverse: tf.tensor1d(inverse),
        };
        const [dGamma, dBeta] = sums.map((values) => tf.tensor1d(values)) as [tf.Tensor, tf.Tensor];
        const given = { ...inputs, gamma: tf.tensor1d(gamma), dGamma, dBeta };
        return [...batchNormWeights(inputs, {}), ...batchNormInput(given, {})];
      });
      const expected = [...sums, batchNormInputOracle(arithmetic, normalised, gamma, sums)];
      await compare(actual, expected, `${rows} x ${n}`);
    }
  },
  "gradients of `batchNormTraining()` equal finite differences": async () => {
    const [rows, n] = [7, 3];
    const factors = floats(rows * n, 7);
    const exact = (x: Float64Array, gamma: Float64Array, beta: Float64Array) => {
      let score = 0;
      for (let j = 0; j < n; j++) {
        const column = x.filter((_, i) => i % n === j);
        const mean = column.reduce((sum, v) => sum + v, 0) / rows;
        const variance = column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / rows;
        column.forEach((v, row) => {
          const unit = (v - mean) / Math.sqrt(variance + epsilon);
          score += factors[row * n + j]! * (unit * gamma[j]! + beta[j]!);
        });
      }
      return score;
    };
    await assertGradients(
      (x, gamma, beta) =>
        tf.sum(
          tf.mul(batchNormTraining(x!, gamma!, beta!, epsilon).y, tf.tensor(factors, [rows, n])),
        ),
      (x, gamma, beta) => exact(x!, gamma!, beta!),
      [
        { shape: [rows, n], values: floats(rows * n, 1) },
        { shape: [n], values: floats(n, 2) },
        { shape: [n], values: floats(n, 3) },
      ],
    );
  },
});

Deno.test("`batchNormTraining()` refuses shapes that do not fit", async () => {
  await openDevice({ backend: "cpu" });
  tf.tidy(() => {
    assertThrows(
      () => batchNormTraining(tf.zeros([2, 3]), tf.zeros([2]), tf.zeros([2]), 1e-5),
      RangeError,
      "Cannot compute the batch normalisation of shape [2,3] with gamma of shape [2]",
    );
  });
  await closeDevice();
});
