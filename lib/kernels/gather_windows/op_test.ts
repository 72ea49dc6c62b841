import { assertEquals, assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { tf } from "../../device/tf.ts";
import { KernelPool } from "../../device/wasm/pool.ts";
import { floats, word } from "../arithmetic/testing.ts";
import { testEachStage } from "../testing.ts";
import { gatherWindows } from "./op.ts";
import { gatherWindowsOracle } from "./oracle.ts";

/** `[rows, columns, length, offset, batch]`: one of everything, odd sizes, and work for all threads. */
const sizes = [
  [1, 1, 1, 0, 1],
  [9, 3, 1, 8, 5],
  [9, 5, 9, 0, 2],
  [40, 1, 7, 3, 13],
  [301, 7, 23, 1, 211],
] as const;

testEachStage({ ulps: 0 }, {
  "`gatherWindows()` is the oracle's": async ({ compare }) => {
    for (const [rows, columns, length, offset, batch] of sizes) {
      const series = floats(rows * columns, 1);
      const places = rows - offset - length + 1;
      // The first and the last place among them.
      const starts = Int32Array.from(
        { length: batch },
        (_, i) => i === 0 ? places - 1 : i === 1 ? 0 : word(i) % places,
      );
      const y = tf.tidy(() =>
        gatherWindows(tf.tensor2d(series, [rows, columns]), starts, { length, offset })
      );
      assertEquals(y.shape, [batch, length, columns]);
      const expected = gatherWindowsOracle(series, starts, { columns, length, offset });
      await compare([y], [expected], `${[rows, columns, length, offset, batch]}`);
    }
  },
});

Deno.test("`gatherWindows` reaches the end of a series of 2 GB", async () => {
  await using pool = await KernelPool.open({ rounding: "strict", threads: 2 });
  const [rows, columns, length] = [2 ** 27, 4, 3];
  // Never written but at its end, so that it takes no memory.
  const series = pool.reserve(4 * rows * columns);
  const [starts, out] = [pool.reserve(8), pool.reserve(8 * length * columns)];
  const end = floats(length * columns, 1);
  const { buffer } = pool.memory;
  new Float32Array(buffer, series + 4 * (rows - length) * columns, end.length).set(end);
  new Int32Array(buffer, starts, 2).set([rows - length, 0]);
  pool.run("gatherWindows", 2, 4 * columns, 4 * length * columns, series, starts, out);
  const windows = new Float32Array(buffer, out, 2 * length * columns);
  assertEquals([...windows], [...end, ...new Array(length * columns).fill(0)]);
});

Deno.test("`gatherWindows()` refuses what is not there", async () => {
  await openDevice({ backend: "cpu" });
  tf.tidy(() => {
    const series = tf.zeros([5, 2]);
    const cut = (starts: number[], length: number, offset?: number) => () =>
      gatherWindows(series, Int32Array.from(starts), {
        length,
        ...(offset !== undefined && { offset }),
      });
    assertThrows(cut([0, 3], 3), RangeError, "at row 3 of 5: starts are 0 to 2");
    assertThrows(cut([-1], 3), RangeError, "at row -1");
    assertThrows(cut([1], 3, 2), RangeError, "2 after its start, at row 1 of 5: starts are 0 to 0");
    assertThrows(cut([0], 6), RangeError, "too short");
    assertThrows(cut([0], 0), RangeError, "windows of 0 rows");
    assertThrows(cut([0], 1, -1), RangeError, "-1 after their start");
    assertThrows(
      () => gatherWindows(tf.zeros([4]), Int32Array.of(0), { length: 1 }),
      RangeError,
      "shape [4]",
    );
    assertThrows(
      () => tf.grad((x) => tf.sum(gatherWindows(x, Int32Array.of(0), { length: 1 })))(series),
      Error,
      "gradient function not found for AssayGatherWindows",
    );
  });
  await closeDevice();
});
