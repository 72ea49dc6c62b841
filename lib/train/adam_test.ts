import { assert, assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { Adam } from "./adam.ts";
import { savedState } from "./state.ts";

/** Two variables of different shapes. */
function variables() {
  return [
    { name: "a", variable: tf.tidy(() => tf.variable(tf.tensor2d([[0.5, -1], [2, 0.25]]))) },
    { name: "b", variable: tf.tidy(() => tf.variable(tf.tensor1d([3]))) },
  ];
}

/** Gradients of step `t` of both, end to end. */
const gradient = (t: number) => [0.3 * t, -2, 0.001, t % 2 === 0 ? 5 : -5, 1 / t];

function gradients(of: ReturnType<typeof variables>, values: number[]): tf.NamedTensorMap {
  return {
    [of[0]!.variable.name]: tf.tensor2d(values.slice(0, 4), [2, 2]),
    [of[1]!.variable.name]: tf.tensor1d(values.slice(4)),
  };
}

testEachBackend({
  "`Adam` moves as its definition in f64 does": async () => {
    const own = variables();
    const adam = new Adam(own, { learningRate: 0.01 });
    const w = [0.5, -1, 2, 0.25, 3];
    const [m, v] = [w.map(() => 0), w.map(() => 0)];
    for (let t = 1; t <= 6; t++) {
      // Halfway the rate changes, as a schedule does.
      const rate = adam.learningRate = t <= 3 ? 0.01 : 0.005;
      const grads = gradients(own, gradient(t));
      adam.step(grads).dispose();
      tf.dispose(grads);
      gradient(t).forEach((g, i) => {
        m[i] = 0.9 * m[i]! + 0.1 * g;
        v[i] = 0.999 * v[i]! + 0.001 * g * g;
        const [mHat, vHat] = [m[i]! / (1 - 0.9 ** t), v[i]! / (1 - 0.999 ** t)];
        w[i]! -= rate * mHat / (Math.sqrt(vHat) + 1e-8);
      });
    }
    assertEquals(adam.steps, 6);
    const [a, b] = await readBack(own.map(({ variable }) => variable));
    const saved = await savedState(adam, "test");
    const [first, second] = ["first_moment", "second_moment"].map((name) => saved.floats(name));
    const near = (actual: Iterable<number>, expected: number[]) =>
      [...actual].forEach((x, i) =>
        assert(Math.abs(x - expected[i]!) < 2e-6 * Math.max(1, Math.abs(x)))
      );
    near([...a!, ...b!], w);
    near(first!, m);
    near(second!, v);
    adam.dispose();
    tf.dispose(own.map(({ variable }) => variable));
  },
  "`Adam` clips the gradient of all variables to one norm, and only a longer one": async () => {
    // The norm of (2, 4, 4, 8 | 10) is √200 = 14.14...; the first moment is a tenth of what remains.
    const values = [2, 4, 4, 8, 10];
    const [firstMoments, norms] = [[], []] as number[][][];
    for (const clipNorm of [Math.sqrt(2), 20]) {
      const own = variables();
      const adam = new Adam(own, { learningRate: 0.01, clipNorm });
      const grads = gradients(own, values);
      const norm = adam.step(grads);
      norms!.push([...await norm.data()]);
      norm.dispose();
      firstMoments!.push([...(await savedState(adam, "test")).floats("first_moment")]);
      adam.dispose();
      tf.dispose([grads, own.map(({ variable }) => variable)]);
    }
    firstMoments![0]!.forEach((x, i) => assert(Math.abs(x - values[i]! / 100) < 1e-7));
    firstMoments![1]!.forEach((x, i) => assert(Math.abs(x - values[i]! / 10) < 1e-6));
    // What it was before clipping.
    assertEquals(norms, [[Math.fround(Math.sqrt(200))], [Math.fround(Math.sqrt(200))]]);
  },
  "`Adam` takes the weight decay's share of every variable, beside the gradient": async () => {
    const own = variables();
    const adam = new Adam(own, { learningRate: 0.1, weightDecay: 0.5 });
    const grads = gradients(own, [0, 0, 0, 0, 7]);
    adam.step(grads).dispose();
    const [a, b] = await readBack(own.map(({ variable }) => variable));
    [0.5, -1, 2, 0.25].forEach((w, i) => assert(Math.abs(a![i]! - 0.95 * w) < 1e-6));
    assert(Math.abs(b![0]! - (0.95 * 3 - 0.1)) < 1e-6);
    adam.dispose();
    tf.dispose([grads, own.map(({ variable }) => variable)]);
  },
  "`Adam` names a variable that the loss does not reach": () => {
    const own = variables();
    const adam = new Adam(own, { learningRate: 0.01 });
    assertThrows(() => adam.step({}), Error, 'Cannot train "a"');
    adam.dispose();
    tf.dispose(own.map(({ variable }) => variable));
  },
  "`Adam` refuses settings out of range": () => {
    const refuse = (options: object, message: string) =>
      assertThrows(() => new Adam([], { learningRate: 0.1, ...options }), RangeError, message);
    refuse({ learningRate: -1 }, "learningRate -1");
    refuse({ learningRate: Infinity }, "learningRate Infinity");
    refuse({ beta1: 1 }, "beta1 1");
    refuse({ beta2: NaN }, "beta2 NaN");
    refuse({ epsilon: -1e-8 }, "epsilon");
    refuse({ clipNorm: 0 }, "clipNorm 0");
    refuse({ weightDecay: -1 }, "weightDecay -1");
  },
});
