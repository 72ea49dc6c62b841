import { assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { tf } from "../../device/tf.ts";
import { floats } from "../arithmetic/testing.ts";
import { testEachStage } from "../testing.ts";
import { lstmSequence } from "./op.ts";
import {
  type LstmGradientOperands,
  lstmGradientOracle,
  lstmInputGradientOracle,
  lstmOracle,
} from "./oracle.ts";

/** Weights of a size at which no gate saturates. */
const weights = (n: number, seed: number, units: number) =>
  floats(n, seed).map((v) => v / (2 * Math.sqrt(units)));

const sizes = [
  { batch: 1, time: 1, features: 1, units: 1 },
  { batch: 3, time: 2, features: 2, units: 3 },
  { batch: 1, time: 7, features: 9, units: 5 },
  { batch: 13, time: 3, features: 1, units: 8 },
  { batch: 2, time: 3, features: 33, units: 17 },
  { batch: 70, time: 2, features: 3, units: 12 },
  { batch: 5, time: 2, features: 7, units: 130 },
] as const;

/**
 * Sizes for the shaders alone: where the states fit workgroup memory, where that takes several dispatches,
 * and where each step is one.
 */
const gpuSizes = [
  { batch: 6, time: 3, features: 8, units: 64 },
  { batch: 1, time: 510, features: 2, units: 130 },
  { batch: 3, time: 3, features: 1, units: 258 },
  { batch: 1, time: 2, features: 5, units: 512 },
] as const;

testEachStage({ ulps: 1 }, {
  "`lstmSequence()` and its gradients are the oracle's": async (
    { arithmetic, backend, compare },
  ) => {
    const onGpu = backend === "webgpu";
    for (const [index, size] of [...sizes, ...(onGpu ? gpuSizes : [])].entries()) {
      const variants = [
        [false, true, false, false],
        [true, false, true, false],
        [index % 2 === 0, true, true, true],
        [index % 2 === 1, false, false, true],
      ] as const;
      // Each variant is a shader of its own, which lavapipe takes half a second to compile.
      for (
        const [reversed, allSteps, states, repeated] of onGpu ? [variants[index % 4]!] : variants
      ) {
        const shape = { ...size, features: repeated ? 0 : size.features };
        const { batch, time, features, units } = shape;
        const biasBySample = repeated || index % 3 === 1;
        const arrays = {
          ...(!repeated && {
            x: floats(batch * time * features, 1),
            kernel: weights(features * 4 * units, 2, units),
          }),
          recurrentKernel: weights(units * 4 * units, 3, units),
          bias: floats((biasBySample ? batch : 1) * 4 * units, 4),
          ...(states && {
            initialHidden: floats(batch * units, 5),
            initialCell: floats(batch * units, 6),
          }),
        };
        const dys = {
          ...(allSteps && { dHidden: floats(batch * time * units, 7) }),
          dFinalHidden: floats(batch * units, 8),
          dFinalCell: floats(batch * units, 9),
        };
        const what = JSON.stringify({
          ...shape,
          reversed,
          allSteps,
          states,
          repeated,
          biasBySample,
        });

        const { x = [], kernel = [] } = arrays;
        const y = lstmOracle(arithmetic, shape, { ...arrays, x, kernel, reversed });
        const d = lstmGradientOracle(arithmetic, shape, {
          trace: y.trace,
          recurrentKernel: arrays.recurrentKernel,
          ...dys,
          initialCell: arrays.initialCell,
          reversed,
          biasBySample,
        } as LstmGradientOperands);

        const shapes: Record<string, number[]> = {
          x: [batch, time, features],
          kernel: [features, 4 * units],
          recurrentKernel: [units, 4 * units],
          bias: biasBySample ? [batch, 4 * units] : [4 * units],
          initialHidden: [batch, units],
          initialCell: [batch, units],
        };
        const names = Object.keys(arrays);
        const run = (...tensors: tf.Tensor[]) => {
          const inputs = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
          const out = lstmSequence(inputs as never, { reversed, allSteps, time });
          return [...(out.hidden ? [out.hidden] : []), out.finalHidden, out.finalCell];
        };
        const tensors = names.map((name) =>
          tf.tensor(arrays[name as keyof typeof arrays]!, shapes[name]!)
        );
        const plain = tf.tidy(() => run(...tensors));
        const expected = [...(allSteps ? [y.hidden] : []), y.finalHidden, y.finalCell];
        await compare(plain, expected, `${what} forward`);

        const cotangents = [
          ...(allSteps ? [tf.tensor(dys.dHidden!, [batch, time, units])] : []),
          tf.tensor(dys.dFinalHidden, [batch, units]),
          tf.tensor(dys.dFinalCell, [batch, units]),
        ];
        const gradients = tf.tidy(() =>
          tf.grads((...given: tf.Tensor[]) => {
            const terms = run(...given).map((out, i) => tf.sum(tf.mul(out, cotangents[i]!)));
            return tf.addN(terms);
          })(tensors)
        );
        tf.dispose([...tensors, ...cotangents]);
        await compare(gradients, [
          ...(repeated ? [] : [
            lstmInputGradientOracle(arithmetic, shape, { dz: d.dz, kernel, reversed }),
            d.dKernel,
          ]),
          d.dRecurrentKernel,
          d.dBias,
          ...(states ? [d.dInitialHidden, d.dInitialCell] : []),
        ], `${what} gradients`);
      }
    }
  },
});

Deno.test("`lstmSequence()` refuses shapes that do not fit", async () => {
  await openDevice({ backend: "cpu" });
  tf.tidy(() => {
    const zeros = {
      x: tf.zeros([2, 3, 4]),
      kernel: tf.zeros([4, 8]),
      recurrentKernel: tf.zeros([2, 8]),
      bias: tf.zeros([8]),
    };
    assertThrows(
      () => lstmSequence({ ...zeros, kernel: tf.zeros([5, 8]) }, { allSteps: true }),
      RangeError,
      "kernel has the shape [5,8], but must have [4,8]",
    );
    assertThrows(
      () => lstmSequence({ ...zeros, x: tf.zeros([2, 0, 4]) }, { allSteps: true }),
      RangeError,
      "x [2,0,4]",
    );
  });
  await closeDevice();
});
