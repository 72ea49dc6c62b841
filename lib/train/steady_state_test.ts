import { assert, assertEquals } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { tf, tfl } from "../device/tf.ts";
import { poolOf } from "../device/wasm/open.ts";
import { dense } from "../layers/dense.ts";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { fit } from "./fit.ts";
import { mseLoss } from "./loss.ts";
import { tensorSamples } from "./samples.ts";
import { modelTrainable } from "./trainable.ts";

const key = rootKey(6);

/** Two dense layers, so that every operation of a step runs. */
function network() {
  const input = tfl.input({ shape: [5] });
  const layer = (name: string, units: number, activation: "tanh" | "linear") =>
    dense({ units, activation, key: key.key(name), name });
  const hidden = layer("hidden", 7, "tanh").apply(input);
  const output = layer("head", 2, "linear").apply(hidden) as tfl.SymbolicTensor;
  return tfl.model({ inputs: input, outputs: output });
}

function samples(name: string, count: number) {
  const values = (part: string, width: number) =>
    Float32Array.from(uniform(key.key(`${name}/${part}`), count * width, -1, 1));
  return tensorSamples(
    tf.tensor2d(values("x", 5), [count, 5]),
    tf.tensor2d(values("y", 2), [count, 2]),
  );
}

testEachBackend({
  "`fit()` allocates nothing in 1,000 steps": async (backend) => {
    const model = network();
    const [train, validation] = [samples("train", 400), samples("validation", 30)];
    const seen: number[][] = [];
    // Ticks so that progress is told about every fifty steps.
    let now = 0;
    await fit(modelTrainable(model, mseLoss), {
      ...{ train, validation, key, epochs: 10, batchSize: 4, learningRate: 0.01 },
      ...{ clipNorm: 1, weightDecay: 0.01 },
    }, {
      clock: () => now += 0.02,
      onProgress() {
        const { numTensors, numDataBuffers, numBytes } = tf.memory();
        const heap = backend === "wasm" ? poolOf(tf.backend()).memory.buffer.byteLength : 0;
        seen.push([numTensors, numDataBuffers, numBytes, heap]);
      },
    });
    // The first epoch ends with a snapshot of the weights; from the second on nothing is new.
    const [steady, ...later] = seen.slice(seen.length / 5);
    assert(later.length > 10);
    for (const counts of later) assertEquals(counts, steady);
    train.dispose();
    validation.dispose();
    model.dispose();
  },
});
