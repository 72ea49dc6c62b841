import { assert, assertEquals } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { lstmSequence } from "./lstm_sequence.ts";
import { assertClose, differences, referenceLstm } from "./reference.ts";

interface Case {
  readonly batch: number;
  readonly time: number;
  readonly features: number;
  readonly units: number;
}

const CASES: readonly Case[] = [
  { batch: 3, time: 4, features: 5, units: 7 },
  { batch: 1, time: 1, features: 1, units: 1 },
  { batch: 2, time: 1, features: 3, units: 4 },
  { batch: 5, time: 6, features: 2, units: 3 },
];

/** Values on the f32 grid, so that reference and device start from the same numbers. */
function draw(name: string, n: number): Float32Array {
  return Float32Array.from(uniform(rootKey(3).key(name), n, -1, 1));
}

function inputs({ batch, time, features, units }: Case) {
  return {
    x: draw("x", batch * time * features),
    kernel: draw("kernel", features * 4 * units),
    recurrentKernel: draw("recurrent", units * 4 * units),
    bias: draw("bias", 4 * units),
  };
}

function tensors(size: Case) {
  const { batch, time, features, units } = size;
  const { x, kernel, recurrentKernel, bias } = inputs(size);
  return [
    tf.tensor3d(x, [batch, time, features]),
    tf.tensor2d(kernel, [features, 4 * units]),
    tf.tensor2d(recurrentKernel, [units, 4 * units]),
    tf.tensor1d(bias),
  ] as [tf.Tensor3D, tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
}

/** Keeps the last step of `[batch, time, units]`. */
function lastStep(all: Float64Array, { batch, time, units }: Case): Float64Array {
  return Float64Array.from(
    { length: batch * units },
    (_, i) => all[(Math.floor(i / units) * time + time - 1) * units + i % units]!,
  );
}

testEachBackend({
  "`lstmSequence()` computes what the definition says": async () => {
    for (const size of CASES) {
      const all = referenceLstm({ ...size, ...inputs(size) });
      const [x, kernel, recurrentKernel, bias] = tensors(size);
      const outputs = [true, false].map((allSteps) =>
        lstmSequence({ x, kernel, recurrentKernel, bias }, allSteps)
      );
      const { batch, time, units } = size;
      assertEquals(outputs.map(({ shape }) => shape), [[batch, time, units], [batch, units]]);
      const [everyStep, last] = await readBack(outputs);
      assertClose(everyStep!, all, 2e-6);
      assertClose(last!, lastStep(all, size), 2e-6);
      tf.dispose([x, kernel, recurrentKernel, bias, ...outputs]);
    }
  },
  "the gradient of `lstmSequence()` equals finite differences of the definition": async () => {
    for (const size of CASES) {
      for (const allSteps of [true, false]) {
        const values = inputs(size);
        const { batch, time, units } = size;
        const weights = draw("weights", batch * units * (allSteps ? time : 1));
        const loss = (replaced: Partial<Record<keyof typeof values, Float64Array>>) => {
          const all = referenceLstm({ ...size, ...values, ...replaced });
          const out = allSteps ? all : lastStep(all, size);
          return out.reduce((sum, v, i) => sum + v * weights[i]!, 0);
        };
        const own = tensors(size);
        const { value, grads } = tf.tidy(() =>
          tf.valueAndGrads((x, kernel, recurrentKernel, bias) => {
            const y = lstmSequence({
              x: x as tf.Tensor3D,
              kernel: kernel as tf.Tensor2D,
              recurrentKernel: recurrentKernel as tf.Tensor2D,
              bias: bias as tf.Tensor1D,
            }, allSteps);
            return tf.sum(tf.mul(y, tf.tensor(weights, y.shape)));
          })(own)
        );
        assertEquals(grads.map(({ shape }) => shape), own.map(({ shape }) => shape));
        const actual = await readBack(grads);
        const names = ["x", "kernel", "recurrentKernel", "bias"] as const;
        names.forEach((name, i) =>
          assertClose(actual[i]!, differences((v) => loss({ [name]: v }), values[name]), 1e-5, name)
        );
        tf.dispose([...own, value, ...grads]);
      }
    }
  },
  "`lstmSequence()` has the same bits every time": async () => {
    const own = tensors(CASES[0]!);
    const seen = new Set<string>();
    for (let run = 0; run < 3; run++) {
      const { value, grads } = tf.tidy(() =>
        tf.valueAndGrads((x, kernel, recurrentKernel, bias) =>
          tf.mean(lstmSequence({
            x: x as tf.Tensor3D,
            kernel: kernel as tf.Tensor2D,
            recurrentKernel: recurrentKernel as tf.Tensor2D,
            bias: bias as tf.Tensor1D,
          }, false)) as tf.Scalar
        )(own)
      );
      seen.add((await readBack([value, ...grads])).map((v) => v.join()).join("|"));
      tf.dispose([value, ...grads]);
    }
    assert(seen.size === 1);
    tf.dispose(own);
  },
});
