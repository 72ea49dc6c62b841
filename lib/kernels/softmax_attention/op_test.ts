import { assert, assertEquals, assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { readBack } from "../../device/read_back.ts";
import { tf } from "../../device/tf.ts";
import { floats } from "../arithmetic/testing.ts";
import { assertGradients, testEachStage } from "../testing.ts";
import { softmaxAttention } from "./op.ts";
import { softmaxAttentionGradientOracle, softmaxAttentionOracle } from "./oracle.ts";

/** `[batch, time, width]`: one of everything, all tails of four and sixteen, work for all threads. */
const sizes = [
  [1, 1, 1],
  [1, 5, 2],
  [2, 2, 3],
  [3, 3, 16],
  [2, 4, 37],
  [5, 71, 19],
  [33, 21, 64],
] as const;

/** Padding at the end, of another length in every sample; the first sample has none. */
const padded = (batch: number, time: number) =>
  Float32Array.from(
    { length: batch * time },
    (_, at) => at % time < time - Math.floor(at / time) % time ? 1 : 0,
  );

testEachStage({ ulps: 64 }, {
  "`softmaxAttention()` is the oracle's": async ({ arithmetic, compare }) => {
    for (const [batch, time, width] of sizes) {
      for (const mask of [undefined, padded(batch, time)]) {
        const scores = floats(batch * time, 1).map((v) => 3 * v);
        const values = floats(batch * time * width, 2);
        const { context, weights } = tf.tidy(() => ({
          ...softmaxAttention(
            tf.tensor2d(scores, [batch, time]),
            tf.tensor3d(values, [batch, time, width]),
            mask && tf.tensor2d(mask, [batch, time]),
          ),
        }));
        const shape = { batch, time, width };
        const expected = softmaxAttentionOracle(arithmetic, shape, scores, values, mask);
        await compare(
          [context, weights],
          [expected.context, expected.weights],
          `${[batch, time, width]} ${mask ? "masked" : ""}`,
        );
      }
    }
  },
  "`softmaxAttention()` has the oracle's gradients": async ({ arithmetic, compare }) => {
    for (const [batch, time, width] of sizes) {
      const mask = padded(batch, time);
      const scores = floats(batch * time, 1), values = floats(batch * time * width, 2);
      const dContext = floats(batch * width, 3), dWeights = floats(batch * time, 4);
      const gradients = tf.tidy(() =>
        tf.grads((scores: tf.Tensor, values: tf.Tensor) => {
          const { context, weights } = softmaxAttention(
            scores,
            values,
            tf.tensor2d(mask, [batch, time]),
          );
          return tf.add(
            tf.sum(tf.mul(context, tf.tensor2d(dContext, [batch, width]))),
            tf.sum(tf.mul(weights, tf.tensor2d(dWeights, [batch, time]))),
          );
        })([tf.tensor2d(scores, [batch, time]), tf.tensor3d(values, [batch, time, width])])
      );
      const shape = { batch, time, width };
      const { weights } = softmaxAttentionOracle(arithmetic, shape, scores, values, mask);
      const { dScores, dValues } = softmaxAttentionGradientOracle(
        arithmetic,
        shape,
        values,
        weights,
        dContext,
        dWeights,
      );
      await compare(gradients, [dScores, dValues], `${[batch, time, width]}`);
    }
  },
  "`softmaxAttention()` ignores padding, and pools nothing where nothing is left": async () => {
    const { context, weights } = tf.tidy(() => ({
      ...softmaxAttention(
        tf.tensor2d([[1, NaN, 1, 50], [7, 8, 9, 0]]),
        tf.tensor3d([1, NaN, 5, Infinity, 1, 2, 3, 4], [2, 4, 1]),
        tf.tensor2d([[1, 0, 1, 0], [0, 0, 0, 0]]),
      ),
    }));
    const read = await readBack([context, weights]);
    assertEquals(read.map((v) => [...v]), [[3, 0], [0.5, 0, 0.5, 0, 0, 0, 0, 0]]);
    tf.dispose([context, weights]);
  },
  "`softmaxAttention()` weights sum to 1, also of large scores": async () => {
    const [batch, time] = [50, 37];
    const scores = floats(batch * time, 5).map((v) => 500 * v + 1e4);
    const { context, weights } = tf.tidy(() => ({
      ...softmaxAttention(
        tf.tensor2d(scores, [batch, time]),
        tf.ones([batch, time, 2]),
      ),
    }));
    const [ones, shares] = await readBack([context, weights]);
    assert(shares!.every((v) => v >= 0 && v <= 1));
    assert(ones!.every((v) => Math.abs(v - 1) < time * 2 ** -24), `${ones}`);
    tf.dispose([context, weights]);
  },
  "`softmaxAttention()` has gradients that differences confirm": async () => {
    const [batch, time, width] = [2, 5, 3];
    const mask = Float32Array.of(1, 1, 1, 1, 1, 0, 1, 1, 0, 1);
    const onContext = floats(batch * width, 6), onWeights = floats(batch * time, 7);
    await assertGradients(
      (scores, values) => {
        const { context, weights } = softmaxAttention(
          scores,
          values,
          tf.tensor2d(mask, [batch, time]),
        );
        return tf.add(
          tf.sum(tf.mul(context, tf.tensor2d(onContext, [batch, width]))),
          tf.sum(tf.mul(weights, tf.tensor2d(onWeights, [batch, time]))),
        );
      },
      (scores, values) => {
        const e = scores!.map((v, at) => mask[at]! * Math.exp(v));
        return e.reduce((loss, v, at) => {
          const b = Math.floor(at / time);
          const weight = v / e.subarray(b * time, (b + 1) * time).reduce((sum, v) => sum + v);
          for (let j = 0; j < width; j++) {
            loss += weight * values![at * width + j]! * onContext[b * width + j]!;
          }
          return loss + weight * onWeights[at]!;
        }, 0);
      },
      [
        { shape: [batch, time], values: floats(batch * time, 8) },
        { shape: [batch, time, width], values: floats(batch * time * width, 9) },
      ],
    );
  },
});

Deno.test("`softmaxAttention()` refuses what does not fit", async () => {
  await openDevice({ backend: "cpu" });
  tf.tidy(() => {
    const [scores, values] = [tf.zeros([2, 3]), tf.zeros([2, 3, 4])];
    assertThrows(
      () => softmaxAttention(scores, tf.zeros([2, 3])),
      RangeError,
      "values of shape [2,3]: they must be [batch, time, width]",
    );
    assertThrows(
      () => softmaxAttention(tf.zeros([3, 2]), values),
      RangeError,
      "a scores tensor of shape [3,2]: it must be [2, 3]",
    );
    assertThrows(() => softmaxAttention(scores, values, tf.zeros([2])), RangeError, "a mask");
    const bools = tf.cast(scores, "bool");
    assertThrows(() => softmaxAttention(scores, values, bools), TypeError, "dtype bool");
  });
  await closeDevice();
});
