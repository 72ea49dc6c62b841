import { assertEquals, assertNotEquals } from "@std/assert";
import { trainedDigest } from "../train/testing.ts";
import { testEachBackend } from "./each_backend.ts";
import { logKernels } from "./kernel_log.ts";
import { tf } from "./tf.ts";

testEachBackend({
  "`logKernels()` logs inputs and outputs in bits, and changes nothing": async () => {
    const plain = await trainedDigest(1);
    const runs = [];
    for (let run = 0; run < 2; run++) {
      let digest = "";
      const calls = await logKernels(async () => {
        digest = await trainedDigest(1);
      });
      assertEquals(digest, plain);
      runs.push(calls);
    }
    assertEquals(runs[0], runs[1]);
    const adam = runs[0]!.filter(({ kernel }) => kernel === "AssayAdam");
    assertEquals(adam.length, 12);
    const moved = adam[0]!.outputs.map(({ name }) => name);
    assertEquals(moved.includes("firstMoment") && moved.includes("variable/0"), true);
    assertEquals(adam[0]!.inputs.length > moved.length, true);
  },
  "`logKernels()` sees one changed bit": async () => {
    const log = (value: number) =>
      logKernels(() =>
        tf.tidy(() => {
          tf.square(tf.tensor1d([1, value]));
        })
      );
    const [[one], [other]] = [await log(2), await log(2 + 2 ** -22)];
    assertNotEquals(one!.inputs[0]!.digest, other!.inputs[0]!.digest);
    assertNotEquals(one!.outputs[0]!.digest, other!.outputs[0]!.digest);
  },
});
