import { assertEquals } from "@std/assert";
import { closeDevice, openDevice } from "../device.ts";
import { tf } from "../tf.ts";

Deno.test("a clone on WASM shares its data, and outlives the original", async () => {
  await openDevice({ backend: "wasm" });
  const before = tf.memory();
  const original = tf.tensor2d([[1, 2], [3, 4]]);
  const clone = tf.clone(original);
  assertEquals(tf.memory().numDataBuffers - before.numDataBuffers, 1);
  original.dispose();
  assertEquals([clone.shape, [...await clone.data()]], [[2, 2], [1, 2, 3, 4]]);
  clone.dispose();
  assertEquals(tf.memory().numDataBuffers, before.numDataBuffers);
  await closeDevice();
});
