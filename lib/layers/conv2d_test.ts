import { assert, assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { rootKey } from "../random/key.ts";
import { conv2d } from "./conv2d.ts";
import { constant } from "./initializers.ts";
import { assertClose, release } from "./reference.ts";

testEachBackend({
  "`conv2d()` equals the stock layer with its weights": async () => {
    for (const padding of ["valid", "same"] as const) {
      for (const activation of ["linear", "relu"] as const) {
        const sizes = { filters: 6, kernelSize: [4, 3], strides: [2, 1] } as const;
        const own = conv2d({ ...sizes, padding, activation, key: rootKey(2), name: "own" });
        const stock = tfl.layers.conv2d({
          filters: 6,
          kernelSize: [4, 3],
          strides: [2, 1],
          padding,
          activation,
        });
        const outputs = tf.tidy(() => {
          const x = tf.reshape(tf.sin(tf.range(0, 2 * 9 * 7 * 3)), [2, 9, 7, 3]);
          const ours = own.apply(x) as tf.Tensor;
          stock.build([null, 9, 7, 3]);
          stock.setWeights(own.getWeights());
          return [ours, stock.apply(x) as tf.Tensor];
        });
        assertEquals(outputs[0]!.shape, outputs[1]!.shape);
        assertEquals(own.computeOutputShape([null, 9, 7, 3]), [
          null,
          ...outputs[0]!.shape.slice(1),
        ]);
        assertEquals(own.computeOutputShape([2, null, 7, 3])[1], null);
        const [ours, theirs] = await readBack(outputs);
        assertClose(ours!, theirs!, 1e-5);
        tf.dispose(outputs);
        release(own, stock);
      }
    }
  },
  "`conv2d()` starts as PyTorch or Keras does": async () => {
    for (const init of ["torch", "glorot"] as const) {
      const sizes = { filters: 12, kernelSize: 2, strides: 1 };
      const layer = conv2d({ ...sizes, init, key: rootKey(2), name: "frames" });
      layer.build([null, 4, 4, 4]);
      assertEquals(layer.weights.map(({ shape }) => shape), [[2, 2, 4, 12], [12]]);
      const [kernel, bias] = await readBack(layer.getWeights());
      const limit = init === "torch" ? 0.25 : Math.sqrt(6 / (16 + 48));
      assert(
        kernel!.every((v) => Math.abs(v) <= limit) &&
          kernel!.some((v) => Math.abs(v) > 0.9 * limit),
      );
      assertEquals(bias!.every((v) => v === 0), init === "glorot");
      release(layer);
    }
  },
  "`conv2d()` starts as initializers of one's own say": async () => {
    const init = { kernel: constant(0.5), bias: constant(3) };
    const own = { init, key: rootKey(2), name: "frames" };
    const layer = conv2d({ filters: 2, kernelSize: 2, strides: 1, ...own });
    layer.build([null, 4, 4, 1]);
    const [kernel, bias] = await readBack(layer.getWeights());
    assertEquals([[...kernel!], [...bias!]], [Array(8).fill(0.5), [3, 3]]);
    release(layer);
  },
  "`conv2d()` refuses sizes and inputs that mean nothing": () => {
    const make = (filters: number) =>
      conv2d({ filters, kernelSize: 3, strides: 1, key: rootKey(1), name: "bad" });
    assertThrows(() => make(0), RangeError, '"bad": filters is 0');
    assertThrows(() => make(1).build([null, 3]), RangeError, "[batch, height, width, channels]");
    assertThrows(() => make(1).build([null, 4, 4, null]), RangeError, "channels known");
  },
});
