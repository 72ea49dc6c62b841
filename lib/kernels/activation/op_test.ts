import { tf } from "../../device/tf.ts";
import { activate, activations, slope } from "../arithmetic/activation.ts";
import { floats } from "../arithmetic/testing.ts";
import { assertGradients, testEachStage } from "../testing.ts";
import { activated } from "./op.ts";

testEachStage({ ulps: 4 }, {
  "`activated()` and its gradient are the oracle's": async ({ arithmetic, compare }) => {
    for (const activation of activations) {
      for (const n of [1, 7, 25_003]) {
        const [x, dy] = [floats(n, 1), floats(n, 2)];
        const y = x.map((v) => activate(activation, v, arithmetic));
        const dx = y.map((v, i) => slope(activation, v, dy[i]!, arithmetic));
        const [given, cotangent] = [tf.tensor1d(x), tf.tensor1d(dy)];
        const actual = tf.tidy(() => [
          activated(given, activation),
          tf.grad((x) => activated(x, activation))(given, cotangent),
        ]);
        tf.dispose([given, cotangent]);
        await compare(actual, [y, dx], `${activation} of ${n}`);
      }
    }
  },
  "the gradient of `activated()` is that of its definition": async () => {
    const values = floats(12, 3);
    await assertGradients(
      (x) => tf.sum(tf.square(activated(x!, "tanh"))),
      (x) => x!.reduce((sum, v) => sum + Math.tanh(v) ** 2, 0),
      [{ shape: [3, 4], values }],
    );
  },
});
