import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { asymmetricLoss, maeLoss, mseLoss } from "./loss.ts";

const asymmetric = asymmetricLoss({ under: 5, over: 1 });

testEachBackend({
  "the losses and their gradients are what the formulas say": async () => {
    const cases = [
      // Differences 1, -2, 0, 3.
      { loss: mseLoss, value: 14 / 4, gradient: [0.5, -1, 0, 1.5] },
      { loss: maeLoss, value: 6 / 4, gradient: [0.25, -0.25, 0, 0.25] },
      { loss: asymmetric, value: (1 + 5 * 4 + 9) / 4, gradient: [0.5, -5, 0, 1.5] },
    ];
    for (const { loss, value, gradient } of cases) {
      const predicted = tf.tensor2d([[2, 0], [1, 4]]);
      const expected = tf.tensor2d([[1, 2], [1, 1]]);
      // Through a factor of 2, so that the incoming gradient is not one.
      const result = tf.tidy(() =>
        tf.valueAndGrads((p) => tf.mul(loss(p, expected), 2) as tf.Scalar)([predicted])
      );
      const [doubled, slope] = await readBack([result.value, ...result.grads]);
      assertEquals(doubled![0], 2 * value);
      assertEquals([...slope!], gradient.map((g) => 2 * g));
      tf.dispose([predicted, expected, result.value, ...result.grads]);
    }
  },
  "the losses refuse shapes that differ": () => {
    const [a, b] = [tf.zeros([2, 1]), tf.zeros([2])];
    assertThrows(() => mseLoss(a, b), RangeError, "[2,1] with targets of shape [2]");
    assertThrows(() => maeLoss(a, b), RangeError, "[2,1]");
    assertThrows(() => asymmetric(a, b), RangeError, "[2,1]");
    assertThrows(() => asymmetric(b, a), RangeError, "[2] with");
    tf.dispose([a, b]);
  },
  "`asymmetricLoss()` has the document's values": async () => {
    const expected = tf.tensor2d([[0.8, 0.8, 0.8]]);
    const cases = [[[0.5, 0.3, 0.4], 0.833333], [[0.9, 0.9, 0.9], 0.01]] as const;
    for (const [prediction, value] of cases) {
      const predicted = tf.tensor2d([[...prediction]]);
      const loss = tf.tidy(() => asymmetric(predicted, expected));
      assertAlmostEquals((await readBack([loss]))[0]![0]!, value, 1e-6);
      tf.dispose([predicted, loss]);
    }
    tf.dispose(expected);
  },
});

Deno.test("`asymmetricLoss()` refuses weights that are not positive", () => {
  for (const under of [0, -1, NaN, Infinity]) {
    assertThrows(() => asymmetricLoss({ under, over: 1 }), RangeError, "under is");
  }
});
