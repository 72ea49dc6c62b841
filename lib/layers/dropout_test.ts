import { assert, assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { rootKey } from "../random/key.ts";
import { dropout } from "./dropout.ts";
import { trainingKey, withTrainingKey } from "./training_scope.ts";

const key = rootKey(9);

testEachBackend({
  "`dropout()` drops its share, keeps the mean, and passes the gradient where it kept":
    async () => {
      const layer = dropout({ rate: 0.3, name: "drop" });
      const x = tf.ones([100, 100]);
      const { value, grads } = withTrainingKey(
        key.at(1),
        () =>
          tf.tidy(() =>
            tf.valueAndGrads((x) => tf.sum(layer.apply(x, { training: true }) as tf.Tensor))([x])
          ),
      );
      const y = withTrainingKey(key.at(1), () => layer.apply(x, { training: true }) as tf.Tensor);
      const [out, dx] = await readBack([y, ...grads]);
      const dropped = out!.filter((v) => v === 0).length;
      // Ten thousand draws: five standard deviations are 229.
      assert(Math.abs(dropped - 3000) < 229, `${dropped} dropped`);
      assert(out!.every((v) => v === 0 || Math.abs(v - 1 / 0.7) < 1e-6));
      assertEquals(dx, out);
      tf.dispose([x, y, value, ...grads]);
    },
  "`dropout()` differs between steps and layers, and only between these": async () => {
    const x = tf.ones([1, 200]);
    const mask = (name: string, step: number) =>
      withTrainingKey(
        key.at(step),
        () => dropout({ rate: 0.5, name }).apply(x, { training: true }) as tf.Tensor,
      );
    const outputs = [mask("a", 1), mask("a", 1), mask("a", 2), mask("b", 1)];
    const [first, same, step, layer] = (await readBack(outputs)).map((v) => v.join());
    assertEquals(first, same);
    assert(first !== step && first !== layer && step !== layer);
    tf.dispose([x, ...outputs]);
  },
  "`dropout()` does nothing out of training": async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const outputs = [
      dropout({ rate: 0.9, name: "off" }).apply(x) as tf.Tensor,
      dropout({ rate: 0, name: "none" }).apply(x, { training: true }) as tf.Tensor,
    ];
    assertEquals((await readBack(outputs)).map((v) => [...v]), [[1, 2, 3], [1, 2, 3]]);
    tf.dispose([x, ...outputs]);
  },
});

Deno.test("`dropout()` refuses other rates", () => {
  for (const rate of [-0.1, 1, NaN]) {
    assertThrows(() => dropout({ rate, name: "bad" }), RangeError, `the rate is ${rate}`);
  }
});

Deno.test("`trainingKey()` says what is missing outside a step", () => {
  assertThrows(() => trainingKey("drop"), Error, "withTrainingKey");
  withTrainingKey(key, () => {
    withTrainingKey(key.at(1), () => assertEquals(trainingKey("a"), key.at(1).key("a")));
    assertEquals(trainingKey("a"), key.key("a"));
  });
  assertThrows(() => trainingKey("drop"), Error, "no training step");
});
