import { assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { floats } from "../kernels/arithmetic/testing.ts";
import { layerNormalization } from "./layer_norm.ts";
import { assertClose, release } from "./reference.ts";

const shape = [3, 4, 5, 6];

/** The stock layer over the same axes, with weights that are not its first ones. */
function stockLayer(axes: "last" | "sample"): tfl.layers.Layer {
  const stock = tfl.layers.layerNormalization({
    axis: axes === "last" ? -1 : [1, 2, 3],
    epsilon: 1e-3,
    name: "norm",
  });
  stock.build(shape);
  tf.tidy(() =>
    stock.setWeights(
      stock.getWeights().map((weight, i) => tf.tensor(floats(weight.size, i), weight.shape)),
    )
  );
  return stock;
}

testEachBackend({
  "`layerNormalization()` takes a stock layer's weights and equals it, with its gradients":
    async () => {
      for (const axes of ["last", "sample"] as const) {
        const stock = stockLayer(axes);
        const own = layerNormalization({ name: "norm", axes, epsilon: 1e-3 });
        own.build(shape);
        assertEquals(
          own.weights.map((weight) => [weight.originalName, weight.shape]),
          stock.weights.map((weight) => [weight.originalName, weight.shape]),
        );
        own.setWeights(stock.getWeights());
        const input = tf.tensor(floats(360, 5), shape);
        const factors = tf.tensor(floats(360, 6), shape);
        const [ours, theirs] = await Promise.all([own, stock].map(async (layer) => {
          const results = tf.tidy(() => {
            const weights = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
            const score = (x: tf.Tensor): tf.Scalar =>
              tf.sum(tf.mul(layer.apply(x) as tf.Tensor, factors));
            const { grads } = tf.variableGrads(() => score(input), weights);
            const byInput = tf.grad(score)(input);
            return [
              layer.apply(input) as tf.Tensor,
              byInput,
              ...weights.map(({ name }) => grads[name]!),
            ];
          });
          const values = await readBack(results);
          tf.dispose(results);
          return values;
        }));
        ["y", "x", "gamma", "beta"].forEach((what, i) =>
          assertClose(ours![i]!, theirs![i]!, 2e-6, `${axes} ${what}`)
        );
        tf.dispose([input, factors]);
        release(own, stock);
      }
    },
  "`layerNormalization()` refuses axes that are not known": () => {
    const make = (axes: "last" | "sample") => layerNormalization({ name: "bad", axes });
    assertThrows(() => make("last").build([null, null]), RangeError, "the last axis known");
    assertThrows(() => make("sample").build([null, null, 3]), RangeError, "all axes but the first");
    assertThrows(() => make("last").build([3]), RangeError, '"bad" on an input of shape [3]');
  },
});
