import { assertEquals, assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { readBack } from "../../device/read_back.ts";
import { tf } from "../../device/tf.ts";
import { floats } from "../arithmetic/testing.ts";
import { assertGradients, testEachStage } from "../testing.ts";
import { lastStep, prefixSteps } from "./op.ts";
import { lastStepGradientOracle, lastStepOracle, prefixStepsOracle } from "./oracle.ts";

/** `[batch, time, width]`: one of everything, odd sizes, and work for all threads, in few and many units. */
const sizes = [
  [1, 1, 1],
  [3, 1, 2],
  [2, 2, 3],
  [7, 5, 19],
  [13, 21, 64],
  [4_001, 3, 5],
  [3, 71, 301],
] as const;

/** Padding at the end: sequences of every length from all steps down to one, then none. */
const padded = (batch: number, time: number) =>
  Float32Array.from(
    { length: batch * time },
    (_, at) => at % time < time - Math.floor(at / time) % (time + 1) ? 1 : 0,
  );

testEachStage({ ulps: 0 }, {
  "`prefixSteps()` is the oracle's, and so is its gradient": async ({ compare }) => {
    for (const [batch, time, width] of sizes) {
      const values = floats(batch * time * width, 1), mask = padded(batch, time);
      const dy = floats(batch * time * width, 2);
      for (const reversed of [false, true]) {
        const outputs = tf.tidy(() => {
          const [x, dys] = [values, dy].map((of) => tf.tensor3d(of, [batch, time, width]));
          const real = tf.tensor2d(mask, [batch, time]);
          const of = (x: tf.Tensor) => prefixSteps(x, real, { reversed });
          return [of(x!), tf.grad(of)(x!, dys)];
        });
        assertEquals(outputs[0]!.shape, [batch, time, width]);
        const expected = [values, dy].map((of) =>
          prefixStepsOracle({ batch, time, width }, of, mask, reversed)
        );
        await compare(outputs, expected, `${[batch, time, width]} ${reversed}`);
      }
    }
  },
  "`lastStep()` is the oracle's, and so is its gradient": async ({ compare }) => {
    for (const [batch, time, width] of sizes) {
      const values = floats(batch * time * width, 1), mask = padded(batch, time);
      const dy = floats(batch * width, 2);
      const outputs = tf.tidy(() => {
        const x = tf.tensor3d(values, [batch, time, width]);
        const real = tf.tensor2d(mask, [batch, time]);
        const of = (x: tf.Tensor) => lastStep(x, real);
        return [of(x), tf.grad(of)(x, tf.tensor2d(dy, [batch, width]))];
      });
      assertEquals(outputs[0]!.shape, [batch, width]);
      const shape = { batch, time, width };
      const expected = [
        lastStepOracle(shape, values, mask),
        lastStepGradientOracle(shape, dy, mask),
      ];
      await compare(outputs, expected, `${[batch, time, width]}`);
    }
  },
  "a prefix ends at the first step whose mask is zero, whatever stands behind": async () => {
    const x = [1, 2, NaN, 4, 5, 6, Infinity, 8, 1e-40, NaN, NaN, NaN];
    const mask = [1e-40, 2, -0, 1, NaN, 1, 1, 1, 1, 0, 0, 0];
    const outputs = tf.tidy(() => {
      const [steps, real] = [tf.tensor3d(x, [3, 4, 1]), tf.tensor2d(mask, [3, 4])];
      return [prefixSteps(steps, real), lastStep(steps, real)];
    });
    const [all, last] = (await readBack(outputs)).map((values) => [...values]);
    assertEquals(all, [1, 2, 0, 0, 5, 6, Infinity, 8, Math.fround(1e-40), 0, 0, 0]);
    assertEquals(last, [2, 8, Math.fround(1e-40)]);
    tf.dispose(outputs);
  },
  "the gradients of `prefixSteps()` and `lastStep()` are what differences confirm": async () => {
    const [batch, time, width] = [3, 4, 2];
    const lengths = [4, 1, 3], mask = lengths.flatMap((n) => [0, 1, 2, 3].map((t) => +(t < n)));
    const onSteps = floats(batch * time * width, 3), onLast = floats(batch * width, 4);
    await assertGradients(
      (x) => {
        const real = tf.tensor2d(mask, [batch, time]);
        const back = prefixSteps(tf.square(x), real, { reversed: true });
        return tf.add(
          tf.sum(tf.mul(back, tf.tensor3d(onSteps, [batch, time, width]))),
          tf.sum(tf.mul(lastStep(tf.square(x), real), tf.tensor2d(onLast, [batch, width]))),
        );
      },
      (x) =>
        lengths.reduce((sum, length, b) => {
          for (let j = 0; j < width; j++) {
            const at = (t: number) => (b * time + t) * width + j;
            for (let t = 0; t < length; t++) sum += x![at(length - 1 - t)]! ** 2 * onSteps[at(t)]!;
            sum += x![at(length - 1)]! ** 2 * onLast[b * width + j]!;
          }
          return sum;
        }, 0),
      [{ shape: [batch, time, width], values: floats(batch * time * width, 5) }],
    );
  },
});

Deno.test("`prefixSteps()` and `lastStep()` refuse what does not fit", async () => {
  await openDevice({ backend: "cpu" });
  tf.tidy(() => {
    const [x, mask] = [tf.zeros([2, 3, 4]), tf.ones([2, 3])];
    for (const take of [prefixSteps, lastStep]) {
      assertThrows(() => take(x, tf.ones([3, 2])), RangeError, "[2,3,4] by a mask [3,2]");
      assertThrows(() => take(tf.zeros([2, 3]), mask), RangeError, "must be [batch, time, width]");
      assertThrows(() => take(tf.zeros([2, 3, 0]), mask), RangeError, "not empty");
      assertThrows(() => take(x, tf.cast(mask, "bool")), TypeError, "dtype bool");
    }
  });
  await closeDevice();
});
