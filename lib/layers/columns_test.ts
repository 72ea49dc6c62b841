import { assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { columns } from "./columns.ts";

testEachBackend({
  "`columns()` takes its columns, and hands their gradient back to their places": async () => {
    const layer = columns({ from: 1, to: 3, name: "part" });
    const x = tf.tensor2d([[1, 2, 3, 4], [5, 6, 7, 8]]);
    const { value, grads } = tf.tidy(() =>
      tf.valueAndGrads((rows: tf.Tensor) => {
        const y = layer.apply(rows) as tf.Tensor;
        return tf.sum(tf.mul(y, y));
      })([x])
    );
    const [sum, slope] = await readBack([value, grads[0]!]);
    assertEquals(sum![0], 4 + 9 + 36 + 49);
    assertEquals([...slope!], [0, 4, 6, 0, 0, 12, 14, 0]);
    tf.dispose([x, value, ...grads]);
  },
});

Deno.test("`columns()` refuses a range that is empty, or beyond its input", () => {
  assertThrows(() => columns({ from: 2, to: 2, name: "part" }), RangeError, "columns 2 to 2");
  const layer = columns({ from: 1, to: 5, name: "part" });
  assertThrows(() => layer.build([null, 4]), RangeError, "[,4]");
});
