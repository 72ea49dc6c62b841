import { assert, assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { rootKey } from "../random/key.ts";
import { dense } from "./dense.ts";
import { assertClose, release } from "./reference.ts";

testEachBackend({
  "`dense()` equals the stock layer with its weights, also on more axes": async () => {
    for (const activation of ["linear", "relu", "sigmoid", "tanh"] as const) {
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
