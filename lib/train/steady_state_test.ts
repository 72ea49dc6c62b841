import { assert, assertEquals } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { tf } from "../device/tf.ts";
import { poolOf } from "../device/wasm/open.ts";
import { trainedDigest } from "./testing.ts";

testEachBackend({
  "`fit()` allocates nothing in 1,000 steps": async (backend) => {
    const seen: number[][] = [];
    // Ticks so that progress is told about every twenty steps.
    let now = 0;
    const epochs = backend === "webgpu" ? 20 : 84;
    await trainedDigest(epochs, {}, {
      clock: () => now += 0.05,
      onProgress({ step, steps }) {
        // A snapshot of the weights shares their data until the next step.
        if (step === steps) return;
        const { numTensors, numDataBuffers, numBytes } = tf.memory();
        const heap = backend === "wasm" ? poolOf(tf.backend()).memory.buffer.byteLength : 0;
        seen.push([numTensors, numDataBuffers, numBytes, heap]);
      },
    });
    // The first epochs take a snapshot of the weights, and vary what waits to be freed.
    const [steady, ...later] = seen.slice(seen.length / 4);
    assert(later.length >= 3);
    for (const counts of later) assertEquals(counts, steady);
  },
});
