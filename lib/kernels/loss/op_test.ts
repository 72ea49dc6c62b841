import { assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { tf } from "../../device/tf.ts";
import { floats } from "../arithmetic/testing.ts";
import { assertGradients, testEachStage } from "../testing.ts";
import { meanLoss } from "./op.ts";
import { meanLossGradientOracle, meanLossOracle } from "./oracle.ts";

const penalties = ["squared", "absolute"] as const;

/** Below, at and above the edges of lanes, chains and blocks; the last is shared by the threads. */
const sizes = [1, 2, 3, 4, 5, 31, 32, 33, 63, 4095, 4096, 4097, 20_485];

/** Targets, some of which equal the predictions. */
const targets = (predicted: Float32Array) =>
  floats(predicted.length, 2).map((v, i) => i % 7 === 3 ? predicted[i]! : v);

testEachStage({ ulps: 16 }, {
  "`meanLoss()` and its gradient are the oracle's": async ({ arithmetic, compare }) => {
    for (const n of sizes) {
      for (const penalty of penalties) {
        const predicted = floats(n, 1);
        const expected = targets(predicted);
        const { value, grads } = tf.tidy(() =>
          tf.valueAndGrads((p: tf.Tensor) => meanLoss(p, tf.tensor1d(expected), penalty))(
            [tf.tensor1d(predicted)],
            tf.scalar(-0.3),
          )
        );
        const slope = meanLossGradientOracle(penalty, predicted, expected, Math.fround(-0.3));
        const loss = Float32Array.of(meanLossOracle(arithmetic, penalty, predicted, expected));
        await compare([value, ...grads], [loss, slope], `${penalty} ${n}`);
      }
    }
  },
  "`meanLoss()` has gradients that differences confirm, for predictions alone": async () => {
    for (const penalty of penalties) {
      const predicted = floats(6, 1);
      const expected = floats(6, 2);
      await assertGradients(
        // Targets that depend on the input count as constants.
        (p) => meanLoss(p, tf.add(tf.mul(p, 0), tf.tensor2d(expected, [2, 3])), penalty),
        (p) =>
          p!.reduce((sum, v, i) => {
            const difference = v - expected[i]!;
            return sum + (penalty === "squared" ? difference ** 2 : Math.abs(difference));
          }, 0) / 6,
        [{ shape: [2, 3], values: predicted }],
      );
    }
  },
});

Deno.test("`meanLoss()` refuses shapes that differ", async () => {
  await openDevice({ backend: "cpu" });
  tf.tidy(() => {
    const compare = () => meanLoss(tf.zeros([2, 1]), tf.zeros([2]), "squared");
    assertThrows(compare, RangeError, "[2,1] with targets of shape [2]");
  });
  await closeDevice();
});
