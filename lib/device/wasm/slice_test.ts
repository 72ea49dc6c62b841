import { assertEquals } from "@std/assert";
import { testEachBackend } from "../each_backend.ts";
import { readBack } from "../read_back.ts";
import { tf } from "../tf.ts";

const values = Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, i) => i);

/** Slices by index arithmetic. */
function expected(shape: number[], begin: number[], size: number[]): number[] {
  let offsets = [0];
  shape.forEach((n, axis) => {
    offsets = offsets.flatMap((offset) =>
      Array.from({ length: size[axis]! }, (_, i) => offset * n + begin[axis]! + i)
    );
  });
  return offsets;
}

testEachBackend({
  "`tf.slice()` takes any box of any rank": async () => {
    const cases: [number[], number[], number[]][] = [
      [[120], [7], [5]],
      [[10, 12], [3, 0], [4, 12]],
      [[10, 12], [3, 5], [4, 3]],
      [[2, 3, 20], [0, 1, 4], [2, 2, 9]],
      [[2, 3, 20], [1, 0, 0], [1, 3, 20]],
      [[2, 3, 4, 5], [0, 1, 1, 2], [2, 2, 3, 2]],
      [[2, 3, 4, 5], [1, 1, 0, 0], [1, 2, 4, 5]],
      [[2, 60], [0, 3], [2, 0]],
    ];
    for (const [shape, begin, size] of cases) {
      const x = tf.tensor(values, shape);
      const part = tf.slice(x, begin, size);
      assertEquals([part.shape, [...(await readBack([part]))[0]!]], [
        size,
        expected(shape, begin, size),
      ]);
      tf.dispose([x, part]);
    }
  },
  "`tf.unstack()` and `tf.split()` cut along any axis": async () => {
    const x = tf.tensor(values, [2, 3, 20]);
    for (const axis of [0, 1, 2, -1]) {
      const along = (axis + 3) % 3;
      const n = x.shape[along]!;
      const parts = tf.unstack(x, axis);
      const again = tf.stack(parts, axis);
      const halves = tf.split(x, [1, n - 1], axis);
      const joined = tf.concat(halves, axis);
      assertEquals(parts.length, n);
      assertEquals((await readBack([again, joined])).map((v) => [...v]), [[...values], [
        ...values,
      ]]);
      tf.dispose([...parts, again, ...halves, joined]);
    }
    x.dispose();
  },
  "`tf.slice()` keeps integers and booleans": async () => {
    const integers = tf.tensor1d([1, 2, 3], "int32");
    const flags = tf.tensor1d([true, false, true], "bool");
    const parts = [tf.slice(integers, 1, 2), tf.slice(flags, 1, 2)];
    assertEquals(parts.map(({ dtype }) => dtype), ["int32", "bool"]);
    const read = tf.tidy(() => parts.map((part) => tf.cast(part, "float32")));
    assertEquals((await readBack(read)).map((v) => [...v]), [[2, 3], [0, 1]]);
    tf.dispose([integers, flags, ...parts, ...read]);
  },
});
