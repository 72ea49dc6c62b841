import { assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "./each_backend.ts";
import { variableGradients } from "./gradients.ts";
import { readBack } from "./read_back.ts";
import { tf } from "./tf.ts";

/** Losses over three variables of four numbers each. */
const losses: Readonly<Record<string, (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => tf.Scalar>> = {
  "a variable used twice": (a, b) => tf.sum(tf.mul(tf.add(a, b), tf.mul(a, a))),
  "a loss that leaves one out": (a, _, c) => tf.mean(tf.mul(tf.tanh(a), c)),
  "ways that end nowhere": (a, b, c) => {
    tf.exp(tf.mul(b, c));
    return tf.sum(tf.square(a));
  },
  "several outputs, of which one counts": (a, b) => {
    const [first] = tf.split(tf.concat([a, b]), 2);
    return tf.sum(tf.mul(first!, b));
  },
  "what is no variable": (a, b) => tf.sum(tf.mul(tf.add(a, tf.tensor1d([1, 2, 3, 4])), tf.neg(b))),
};

testEachBackend({
  "`variableGradients()` are those of tfjs, to the bit, and leave nothing behind": async () => {
    const variables = tf.tidy(() =>
      [1, 2, 3].map((k) => tf.variable(tf.tensor1d([0.1 * k, -k, 2.5, k / 7])))
    );
    const [a, b, c] = variables as [tf.Variable, tf.Variable, tf.Variable];
    const before = tf.memory().numTensors;
    for (const [name, loss] of Object.entries(losses)) {
      const own = variableGradients(() => loss(a, b, c), variables);
      const theirs = tf.variableGrads(() => loss(a, b, c), variables);
      assertEquals(Object.keys(own.grads).sort(), Object.keys(theirs.grads).sort(), name);
      for (const key of Object.keys(own.grads)) {
        const [one, other] = await readBack([own.grads[key]!, theirs.grads[key]!]);
        assertEquals(one, other, name);
      }
      const [one, other] = await readBack([own.value, theirs.value]);
      assertEquals(one, other, name);
      for (const { value, grads } of [own, theirs]) tf.dispose([value, ...Object.values(grads)]);
      assertEquals(tf.memory().numTensors, before, name);
    }
    tf.dispose(variables);
  },
  "`variableGradients()` passes on what the loss throws, and works again": async () => {
    const x = tf.tidy(() => tf.variable(tf.scalar(3)));
    const before = tf.memory().numTensors;
    const broken = () => {
      tf.tanh(x);
      throw new RangeError("broken");
    };
    assertThrows(() => variableGradients(broken, [x]), RangeError, "broken");
    const without = () => tf.sum(tf.cumprod(tf.reshape(x, [1]))) as tf.Scalar;
    assertThrows(() => variableGradients(without, [x]), Error, "through Cumprod");
    const within = () => variableGradients(() => tf.square(x) as tf.Scalar, [x]).value;
    assertThrows(() => variableGradients(within, [x]), Error, "within another gradient");
    const { value, grads } = variableGradients(() => tf.square(x) as tf.Scalar, [x]);
    assertEquals((await readBack([grads[x.name]!]))[0]![0], 6);
    tf.dispose([value, grads[x.name]!]);
    assertEquals(tf.memory().numTensors, before);
    x.dispose();
  },
});
