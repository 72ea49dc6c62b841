import { assertEquals } from "@std/assert";
import { testEachBackend } from "../../device/each_backend.ts";
import { readBack } from "../../device/read_back.ts";
import { tf } from "../../device/tf.ts";
import { digestArrays } from "../../numeric/digest.ts";
import { floats } from "../arithmetic/testing.ts";
import { lstmSequence } from "./op.ts";

testEachBackend({
  "`lstmSequence()` and its gradients have the same bits 20 times": async () => {
    // Where a sequence is a dispatch, and where each step is one.
    for (
      const { batch, time, features, units } of [
        { batch: 18, time: 12, features: 5, units: 64 },
        { batch: 5, time: 3, features: 2, units: 260 },
      ]
    ) {
      const columns = 4 * units;
      const shapes = [[batch, time, features], [features, columns], [units, columns], [columns]];
      const inputs = shapes.map((shape, i) =>
        tf.tensor(floats(tf.util.sizeFromShape(shape), i).map((v) => v / 4), shape)
      );
      const gradients = () =>
        tf.tidy(() => {
          const all = tf.grads((...[x, kernel, recurrentKernel, bias]: tf.Tensor[]) => {
            const operands = { x, kernel, recurrentKernel: recurrentKernel!, bias: bias! };
            return tf.sum(lstmSequence(operands, { allSteps: true }).hidden!);
          })(inputs);
          return tf.concat(all.map((gradient) => tf.reshape(gradient, [gradient.size])));
        });
      const runs = Array.from({ length: 20 }, gradients);
      const digests = (await readBack(runs)).map((values) => digestArrays({ values }));
      tf.dispose([...inputs, ...runs]);
      assertEquals(new Set(digests).size, 1);
    }
  },
}, ["webgpu"]);
