import { assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { tf } from "../../device/tf.ts";
import { type Activation, activations } from "../arithmetic/activation.ts";
import { floats } from "../arithmetic/testing.ts";
import { assertGradients, testEachStage } from "../testing.ts";
import { dense } from "./op.ts";
import { denseGradientOracle, denseOracle } from "./oracle.ts";

/** Batch 1, size 1, edges of the tiles and of the units of work; the last is shared by the threads. */
const sizes = [[1, 1, 1], [1, 5, 7], [7, 3, 1], [5, 9, 13], [3, 2, 37], [131, 33, 160]] as const;

const exact: Readonly<Record<Activation, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  leakyRelu: (x) => x < 0 ? 0.01 * x : x,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};

testEachStage({ ulps: 128 }, {
  "`dense()` is the oracle's": async ({ arithmetic, compare }) => {
    for (const [rows, width, units] of sizes) {
      for (const activation of activations) {
        for (const biased of [true, false]) {
          const [x, kernel] = [floats(rows * width, 1), floats(width * units, 2)];
          const bias = biased ? floats(units, 3) : undefined;
          const y = tf.tidy(() =>
            dense(
              tf.tensor2d(x, [rows, width]),
              tf.tensor2d(kernel, [width, units]),
              bias && tf.tensor1d(bias),
              { activation },
            )
          );
          const shape = { rows, width, units, activation };
          const expected = denseOracle(arithmetic, shape, x, kernel, bias);
          await compare([y], [expected], JSON.stringify(shape));
        }
      }
    }
  },
  "`dense()` has the oracle's gradients": async ({ arithmetic, compare }) => {
    for (const [rows, width, units] of sizes) {
      for (const activation of activations) {
        // Small sums, since the slope of a saturated tanh amplifies a difference in the last bit.
        const x = floats(rows * width, 1).map((v) => v / 8);
        const [kernel, bias] = [floats(width * units, 2), floats(units, 3)].map((values) =>
          values.map((v) => v / 8)
        );
        const dy = floats(rows * units, 4);
        const gradients = tf.tidy(() =>
          tf.grads((kernel: tf.Tensor, bias: tf.Tensor) =>
            dense(tf.tensor2d(x, [rows, width]), kernel, bias, { activation })
          )(
            [tf.tensor2d(kernel!, [width, units]), tf.tensor1d(bias!)],
            tf.tensor2d(dy, [rows, units]),
          )
        );
        const shape = { rows, width, units, activation };
        const y = denseOracle(arithmetic, shape, x, kernel!, bias);
        const { dKernel, dBias } = denseGradientOracle(arithmetic, shape, x, y, dy);
        await compare(gradients, [dKernel, dBias], JSON.stringify(shape));
      }
    }
  },
  "`dense()` has gradients that differences confirm, through two layers": async () => {
    const [rows, width, units] = [3, 4, 2];
    // No sum is near zero, where two of the activations have a corner.
    const inputs = [
      { shape: [rows, width], values: floats(rows * width, 5) },
      { shape: [width, units], values: floats(width * units, 6) },
      { shape: [units], values: floats(units, 7) },
    ];
    const weights = floats(rows * width, 8);
    for (const activation of activations) {
      const layer = (x: Float64Array, kernel: Float64Array, bias?: Float64Array) => {
        const [from, to] = [x.length / rows, kernel.length * rows / x.length];
        return Float64Array.from({ length: rows * to }, (_, at) => {
          const [i, j] = [Math.floor(at / to), at % to];
          let sum = bias?.[j] ?? 0;
          for (let k = 0; k < from; k++) sum += x[i * from + k]! * kernel[k * to + j]!;
          return exact[activation](sum);
        });
      };
      await assertGradients(
        (x, kernel, bias) => {
          const hidden = dense(x, kernel, bias, { activation });
          const back = dense(hidden, tf.reshape(kernel, [units, width]), undefined, { activation });
          return tf.sum(tf.mul(back, tf.tensor2d(weights, [rows, width])));
        },
        (x, kernel, bias) =>
          layer(layer(x!, kernel!, bias), kernel!)
            .reduce((sum, v, i) => sum + v * weights[i]!, 0),
        inputs,
      );
    }
  },
});

Deno.test("`dense()` refuses what does not fit", async () => {
  await openDevice({ backend: "cpu" });
  tf.tidy(() => {
    const [x, kernel] = [tf.zeros([2, 3]), tf.zeros([3, 4])];
    assertThrows(() => dense(x, tf.zeros([2, 4])), RangeError, "kernel of shape [2,4] and no bias");
    assertThrows(() => dense(x, kernel, tf.zeros([3])), RangeError, "a bias of shape [3]");
    assertThrows(() => dense(tf.zeros([3]), kernel), RangeError, "input of shape [3]");
    const activation = "softmax" as "relu";
    assertThrows(() => dense(x, kernel, undefined, { activation }), RangeError, '"softmax"');
  });
  await closeDevice();
});
