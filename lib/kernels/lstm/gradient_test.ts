import { assertGradients, testEachStage } from "../testing.ts";
import { tf } from "../../device/tf.ts";
import { floats } from "../arithmetic/testing.ts";
import { lstmSequence } from "./op.ts";
import type { LstmShape } from "./shape.ts";

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));

/** The LSTM in f64 as its definition reads: hidden states by time, then the final states. */
function definition(
  { batch, time, features, units }: LstmShape,
  reversed: boolean,
  [x, kernel, recurrentKernel, bias, h0, c0]: Float64Array[],
): [Float64Array, Float64Array, Float64Array] {
  const hidden = new Float64Array(batch * time * units);
  const h = h0!.slice(), c = c0!.slice();
  for (let s = 0; s < time; s++) {
    const t = reversed ? time - 1 - s : s;
    for (let b = 0; b < batch; b++) {
      const z = Float64Array.from(bias!, (start, j) => {
        let sum = start;
        for (let f = 0; f < features; f++) {
          sum += x![(b * time + t) * features + f]! * kernel![f * 4 * units + j]!;
        }
        for (let u = 0; u < units; u++) {
          sum += h[b * units + u]! * recurrentKernel![u * 4 * units + j]!;
        }
        return sum;
      });
      for (let u = 0; u < units; u++) {
        const [i, f, g, o] = [z[u]!, z[units + u]!, z[2 * units + u]!, z[3 * units + u]!];
        const at = b * units + u;
        c[at] = sigmoid(f) * c[at]! + sigmoid(i) * Math.tanh(g);
        h[at] = hidden[(b * time + t) * units + u] = sigmoid(o) * Math.tanh(c[at]!);
      }
    }
  }
  return [hidden, h, c];
}

testEachStage({ ulps: 0 }, {
  "the gradients of `lstmSequence()` are those of its definition": async () => {
    for (
      const shape of [
        { batch: 1, time: 1, features: 1, units: 1 },
        { batch: 2, time: 3, features: 4, units: 3 },
        { batch: 3, time: 5, features: 2, units: 5 },
      ]
    ) {
      const { batch, time, features, units } = shape;
      for (const reversed of [false, true]) {
        const shapes = [
          [batch, time, features],
          [features, 4 * units],
          [units, 4 * units],
          [4 * units],
          [batch, units],
          [batch, units],
        ];
        const inputs = shapes.map((shape, i) => ({
          shape,
          values: floats(tf.util.sizeFromShape(shape), i).map((v) => v / 2),
        }));
        const weights = [batch * time * units, batch * units, batch * units]
          .map((n, i) => floats(n, 10 + i));
        await assertGradients(
          (x, kernel, recurrentKernel, bias, initialHidden, initialCell) => {
            const y = lstmSequence(
              {
                x: x!,
                kernel: kernel!,
                recurrentKernel: recurrentKernel!,
                bias: bias!,
                initialHidden,
                initialCell,
              },
              { reversed, allSteps: true },
            );
            return tf.addN(
              [y.hidden!, y.finalHidden, y.finalCell].map((out, i) =>
                tf.sum(tf.mul(out, tf.tensor(weights[i]!, out.shape)))
              ),
            );
          },
          (...arrays) => {
            let sum = 0;
            definition(shape, reversed, arrays).forEach((values, i) =>
              values.forEach((v, j) => sum += v * weights[i]![j]!)
            );
            return sum;
          },
          inputs,
        );
      }
    }
  },
});
