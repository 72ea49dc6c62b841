import { assertEquals, assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { testEachBackend } from "../../device/each_backend.ts";
import { readBack } from "../../device/read_back.ts";
import { tf } from "../../device/tf.ts";
import { floats } from "../arithmetic/testing.ts";
import { testEachStage } from "../testing.ts";
import { softUpdate } from "./op.ts";
import { softUpdateOracle } from "./oracle.ts";

/** One, two and seven pairs of odd sizes; the last take several units, and several threads. */
const models = [[1], [5, 4097], [1, 7, 4096, 8209, 33, 5, 9000]];

const SHARE = 0.005;

testEachStage({ ulps: 0 }, {
  "`softUpdate()` is the oracle's": async ({ arithmetic, compare }) => {
    for (const sizes of models) {
      const targets = sizes.map((size, i) => floats(size, i));
      const sources = sizes.map((size, i) => floats(size, 100 + i));
      const variables = tf.tidy(() => targets.map((values) => tf.variable(tf.tensor1d(values))));
      const followed = tf.tidy(() => sources.map((values) => tf.variable(tf.tensor1d(values))));
      for (let t = 0; t < 3; t++) {
        softUpdate(variables, followed, SHARE);
        softUpdateOracle(arithmetic, targets, sources, SHARE);
      }
      await compare([...variables, ...followed], [...targets, ...sources], `sizes ${sizes}`);
    }
  },
});

testEachBackend({
  "`softUpdate()` changes nobody else's data, and nothing where it has arrived": async () => {
    const host = Float32Array.of(1, -2);
    const source = tf.tensor1d(host);
    const target = tf.variable(source);
    const twin = tf.variable(source);
    const goal = tf.tidy(() => tf.variable(tf.tensor1d([3, -2])));
    softUpdate([target], [goal], 0.5);
    const kept = tf.clone(target);
    softUpdate([target], [goal], 0.5);
    const read = await readBack([source, twin, kept, target, goal]);
    assertEquals(read.flatMap((values) => [...values]), [1, -2, 1, -2, 2, -2, 2.5, -2, 3, -2]);
    assertEquals([...host], [1, -2]);
    tf.dispose([source, target, twin, goal, kept]);
  },
});

Deno.test("`softUpdate()` refuses sizes that do not fit", async () => {
  await openDevice({ backend: "cpu" });
  const [one, two] = tf.tidy(() => [tf.variable(tf.zeros([1])), tf.variable(tf.zeros([2]))]);
  const message = "target 0, of shape [1], toward a source of shape [2]";
  assertThrows(() => softUpdate([one!], [two!], 0.5), RangeError, message);
  tf.dispose([one!, two!]);
  await closeDevice();
});
