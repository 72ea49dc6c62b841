import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { floats } from "../kernels/arithmetic/testing.ts";
import { rootKey } from "../random/key.ts";
import { attentionPooling } from "./attention_pooling.ts";
import { assertClose, differences, release } from "./reference.ts";

const batch = 2, time = 5, width = 4, units = 3;
const h = floats(batch * time * width, 1);
const mask = Float32Array.of(1, 1, 1, 1, 1, 1, 1, 1, 0, 0);
const pool = () => attentionPooling({ units, key: rootKey(5), name: "pool" });
const tensors = () => [tf.tensor3d(h, [batch, time, width]), tf.tensor2d(mask, [batch, time])];

/** Contexts, f64 `[batch, width]`, and weights, f64 `[batch, time]`, as the definition reads. */
function reference(
  h: ArrayLike<number>,
  kernel: ArrayLike<number>,
  bias: ArrayLike<number>,
  scale: ArrayLike<number>,
) {
  const weights = Float64Array.from({ length: batch * time }, (_, at) => {
    let score = 0;
    for (let u = 0; u < units; u++) {
      let sum = bias[u]!;
      for (let k = 0; k < width; k++) sum += h[at * width + k]! * kernel[k * units + u]!;
      score += Math.tanh(sum) * scale[u]!;
    }
    return Math.exp(score) * mask[at]!;
  });
  for (let b = 0; b < batch; b++) {
    const own = weights.subarray(b * time, (b + 1) * time);
    const total = own.reduce((sum, v) => sum + v, 0);
    own.forEach((v, t) => own[t] = v / total);
  }
  const context = new Float64Array(batch * width);
  for (let i = 0; i < h.length; i++) {
    const at = Math.floor(i / width);
    context[Math.floor(at / time) * width + i % width]! += weights[at]! * h[i]!;
  }
  return { context, weights };
}

testEachBackend({
  "`attentionPooling()` and its gradients equal the definition in f64": async () => {
    const layer = pool();
    const [x, padding] = tensors();
    layer.build([[null, time, width], [null, time]]);
    // Biases other than zero, so that their place shows.
    const bias = tf.tensor1d([0.25, -0.5, 0.75]);
    layer.setWeights([layer.getWeights()[0]!, bias, layer.getWeights()[2]!]);
    const onContext = floats(batch * width, 2);
    const [context, weights] = [
      layer.apply([x!, padding!]) as tf.Tensor,
      layer.attention(x!, padding),
    ];
    const loss = () =>
      tf.sum(tf.mul(
        layer.apply([x!, padding!]) as tf.Tensor,
        tf.tensor2d(onContext, [batch, width]),
      )) as tf.Scalar;
    const variables = layer.weights.map((weight) => weight.read() as tf.Variable);
    const { value, grads } = tf.tidy(() => tf.variableGrads(loss, variables));
    const dh = tf.tidy(() =>
      tf.grad((x) =>
        tf.sum(tf.mul(
          layer.apply([x, padding!]) as tf.Tensor,
          tf.tensor2d(onContext, [batch, width]),
        ))
      )(x!)
    );
    const gradients = [dh, ...variables.map(({ name }) => grads[name]!)];
    const [pooled, shares, ...found] = await readBack([context, weights, ...gradients]);
    const own = await readBack(layer.getWeights());
    const [kernel, biases, scale] = own as [Float32Array, Float32Array, Float32Array];

    const expected = reference(h, kernel, biases, scale);
    assertClose(pooled!, expected.context, 1e-6);
    assertClose(shares!, expected.weights, 1e-6);
    assertEquals([...shares!.slice(8)], [0, 0]);
    const score = (...args: Parameters<typeof reference>) =>
      reference(...args).context.reduce((sum, v, i) => sum + v * onContext[i]!, 0);
    assertClose(found[0]!, differences((v) => score(v, kernel, biases, scale), h), 1e-5, "h");
    assertClose(found[1]!, differences((v) => score(h, v, biases, scale), kernel), 1e-5, "kernel");
    assertClose(found[2]!, differences((v) => score(h, kernel, v, scale), biases), 1e-5, "bias");
    assertClose(found[3]!, differences((v) => score(h, kernel, biases, v), scale), 1e-5, "scale");
    tf.dispose([x!, padding!, bias, context, weights, value, ...gradients]);
    release(layer);
  },
  "`attentionPooling()` weighs identical steps alike, wherever they stand": async () => {
    const layer = pool();
    const outputs = tf.tidy(() => {
      const same = tf.tile(tf.tensor3d([1, 2, 3, 4], [1, 1, width]), [1, time, 1]);
      const [x] = tensors();
      return [
        layer.apply(same) as tf.Tensor,
        layer.attention(same),
        layer.apply(x!) as tf.Tensor,
        layer.apply(tf.reverse(x!, 1)) as tf.Tensor,
      ];
    });
    const [context, weights, forth, back] = await readBack(outputs);
    context!.forEach((v, j) => assertAlmostEquals(v, j + 1, 1e-6));
    assert(weights!.every((v) => v === weights![0]), `${weights}`);
    assertClose(back!, forth!, 1e-6);
    tf.dispose(outputs);
    release(layer);
  },
  "`attentionPooling()` works in a model, with and without a mask": async () => {
    const steps = tfl.input({ shape: [time, width] });
    const real = tfl.input({ shape: [time] });
    const layer = pool();
    const masked = tfl.model({
      inputs: [steps, real],
      outputs: layer.apply([steps, real]) as tfl.SymbolicTensor,
    });
    const plain = tfl.model({
      inputs: steps,
      outputs: layer.apply(steps) as tfl.SymbolicTensor,
    });
    assertEquals([masked.outputShape, plain.outputShape], [[null, width], [null, width]]);
    assertEquals(
      layer.weights.map(({ originalName, shape }) => [originalName, shape]),
      [["pool/kernel", [4, 3]], ["pool/bias", [3]], ["pool/scale", [3, 1]]],
    );
    const [x, padding] = tensors();
    const outputs = tf.tidy(() => [
      masked.predict([x!, padding!]) as tf.Tensor,
      layer.apply([x!, padding!]) as tf.Tensor,
      plain.predict(x!) as tf.Tensor,
      layer.apply(x!) as tf.Tensor,
    ]);
    const [first, again, unmasked, same] = await readBack(outputs);
    assertEquals(first, again);
    assertEquals(unmasked, same);
    tf.dispose([x!, padding!, ...outputs]);
    release(layer);
  },
  "`attentionPooling()` refuses sizes and inputs that mean nothing": () => {
    const make = (units: number) => attentionPooling({ units, key: rootKey(1), name: "bad" });
    assertThrows(() => make(0), RangeError, '"bad": units is 0');
    assertThrows(() => make(1).build([null, 3]), RangeError, "shape [,3]: it must be [batch, time");
    assertThrows(() => make(1).build([null, 3, null]), RangeError, "last axis known");
  },
});
