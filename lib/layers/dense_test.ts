import { assert, assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { rootKey } from "../random/key.ts";
import { dense } from "./dense.ts";
import { linear } from "./linear.ts";
import { assertClose, differences, release } from "./reference.ts";

const rows = 3, width = 5, units = 2;
const x = Float32Array.from({ length: rows * width }, (_, i) => ((i * 7) % 11) / 11 - 0.4);
const kernel = Float32Array.from({ length: width * units }, (_, i) => ((i * 5) % 7) / 7 - 0.5);
const bias = Float32Array.of(0.25, -0.5);
const weights = Float32Array.of(1, -2, 0.5, 3, -1, 2);

function affine(
  x: ArrayLike<number>,
  kernel: ArrayLike<number>,
  bias: ArrayLike<number>,
): Float64Array {
  return Float64Array.from({ length: rows * units }, (_, at) => {
    const [row, unit] = [Math.floor(at / units), at % units];
    let sum = bias[unit]!;
    for (let k = 0; k < width; k++) sum += x[row * width + k]! * kernel[k * units + unit]!;
    return sum;
  });
}

function tensors(): [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D] {
  return [tf.tensor2d(x, [rows, width]), tf.tensor2d(kernel, [width, units]), tf.tensor1d(bias)];
}

testEachBackend({
  "`linear()` and its gradient equal sums in f64": async () => {
    const own = tensors();
    const y = linear(...own);
    const { value, grads } = tf.tidy(() =>
      tf.valueAndGrads((x, kernel, bias) =>
        tf.sum(tf.mul(
          linear(x as tf.Tensor2D, kernel as tf.Tensor2D, bias as tf.Tensor1D),
          tf.tensor2d(weights, [rows, units]),
        ))
      )(own)
    );
    const [forward, ...backward] = await readBack([y, ...grads]);
    assertClose(forward!, affine(x, kernel, bias), 1e-6);
    const score = (y: Float64Array) => y.reduce((sum, v, i) => sum + v * weights[i]!, 0);
    assertClose(backward[0]!, differences((v) => score(affine(v, kernel, bias)), x), 1e-6, "x");
    assertClose(
      backward[1]!,
      differences((v) => score(affine(x, v, bias)), kernel),
      1e-6,
      "kernel",
    );
    assertClose(backward[2]!, differences((v) => score(affine(x, kernel, v)), bias), 1e-6, "bias");
    tf.dispose([...own, y, value, ...grads]);
  },
  "`dense()` equals the stock layer with its weights, also on more axes": async () => {
    for (const activation of ["linear", "relu"] as const) {
      for (const shape of [[6, 5], [2, 3, 5]]) {
        const own = dense({ units: 4, activation, key: rootKey(2), name: "own" });
        const stock = tfl.layers.dense({ units: 4, activation });
        const outputs = tf.tidy(() => {
          const x = tf.reshape(tf.sub(tf.div(tf.range(0, 30), 15), 1), shape);
          const ours = own.apply(x) as tf.Tensor;
          stock.build([null, ...shape.slice(1)]);
          stock.setWeights(own.getWeights());
          return [ours, stock.apply(x) as tf.Tensor];
        });
        assertEquals(outputs[0]!.shape, outputs[1]!.shape);
        assertEquals(outputs[0]!.shape, own.computeOutputShape(shape));
        const [ours, theirs] = await readBack(outputs);
        assertClose(ours!, theirs!, 1e-6);
        tf.dispose(outputs);
        release(own, stock);
      }
    }
  },
  "`dense()` starts as PyTorch or Keras does": async () => {
    for (const init of ["torch", "glorot"] as const) {
      const layer = dense({ units: 50, activation: "linear", init, key: rootKey(2), name: "head" });
      layer.build([null, 4]);
      const [kernel, bias] = await readBack(layer.getWeights());
      const limit = init === "torch" ? 0.5 : Math.sqrt(6 / 54);
      assert(
        kernel!.every((v) => Math.abs(v) <= limit) &&
          kernel!.some((v) => Math.abs(v) > 0.9 * limit),
      );
      assertEquals(bias!.every((v) => v === 0), init === "glorot");
      release(layer);
    }
  },
  "`dense()` refuses sizes and inputs that mean nothing": () => {
    const make = (units: number) =>
      dense({ units, activation: "relu", key: rootKey(1), name: "bad" });
    assertThrows(() => make(-1), RangeError, '"bad": units is -1');
    assertThrows(() => make(1).build([null]), RangeError, "[batch, ..., in]");
    assertThrows(() => make(1).build([null, null]), RangeError, "last axis known");
  },
});
