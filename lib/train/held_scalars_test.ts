import { assertEquals } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { tf } from "../device/tf.ts";
import { savedState } from "./state.ts";
import { HeldScalars } from "./held_scalars.ts";

testEachBackend({
  "`HeldScalars` gives scalars once, in order, and no tensor stays": async () => {
    const before = tf.memory().numTensors;
    const scalars = new HeldScalars();
    assertEquals(await scalars.read(), [[], new Float32Array(0)]);
    for (const x of [1, 2, 3]) scalars.add(x === 2 ? x : tf.scalar(x));
    const other = tf.tensor1d([7]);
    assertEquals(await scalars.read([other]), [[Float32Array.of(7)], Float32Array.of(1, 2, 3)]);
    assertEquals((await scalars.read())[1].length, 0);
    other.dispose();
    assertEquals(tf.memory().numTensors, before);
  },
  "`HeldScalars` goes on from a saved state, and is saved again": async () => {
    const before = tf.memory().numTensors;
    const one = new HeldScalars();
    for (const x of [1, 2]) one.add(tf.scalar(x));
    const other = new HeldScalars();
    other.add(tf.scalar(9));
    other.restore(await savedState(one, "test"));
    for (const scalars of [one, other]) scalars.add(tf.scalar(NaN));
    const states = [await savedState(one, "test"), await savedState(other, "test")];
    for (const state of states) assertEquals(state.floats("waiting"), Float32Array.of(1, 2, NaN));
    assertEquals((await other.read())[1], Float32Array.of(1, 2, NaN));
    assertEquals((await other.read())[1].length, 0);
    one.dispose();
    other.dispose();
    assertEquals(tf.memory().numTensors, before);
  },
});
