import { assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { repeat } from "./repeat.ts";

testEachBackend({
  "`repeat()` copies forwards and adds up backwards": async () => {
    const layer = repeat({ steps: 3, name: "again" });
    assertEquals(layer.computeOutputShape([null, 2]), [null, 3, 2]);
    const x = tf.tensor2d([[1, 2], [3, 4]]);
    const { value, grads } = tf.tidy(() =>
      tf.valueAndGrads((x) => {
        const y = layer.apply(x) as tf.Tensor;
        assertEquals(y.shape, [2, 3, 2]);
        return tf.sum(tf.mul(y, tf.reshape(tf.range(0, 12), [2, 3, 2])));
      })([x])
    );
    const [sum, dx] = await readBack([value, ...grads]);
    // Σ x · (weights summed over the steps), and these sums themselves.
    assertEquals([...dx!], [0 + 2 + 4, 1 + 3 + 5, 6 + 8 + 10, 7 + 9 + 11]);
    assertEquals(sum![0], 1 * 6 + 2 * 9 + 3 * 24 + 4 * 27);
    tf.dispose([x, value, ...grads]);
  },
  "`repeat()` refuses no steps": () => {
    assertThrows(() => repeat({ steps: 0, name: "never" }), RangeError, '"never": steps is 0');
  },
});
