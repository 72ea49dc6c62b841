import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { dense } from "../layers/dense.ts";
import { lstm } from "../layers/lstm.ts";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { carriedTrainable, statefulLstm } from "./carried.ts";
import { sequenceCourse } from "./course.ts";
import { mseLoss } from "./loss.ts";

const [STREAMS, TIME, FEATURES, UNITS] = [3, 12, 2, 5];
const key = rootKey(8);

/** A small stateful model, what trains it, and its release. */
function small() {
  const memory = lstm({
    units: UNITS,
    biases: 2,
    returnSequences: true,
    returnState: true,
    key: key.key("memory"),
    name: "memory",
  });
  const head = dense({ units: 1, activation: "linear", key: key.key("head"), name: "head" });
  const model = statefulLstm(memory, head, { features: FEATURES, units: UNITS });
  const trainable = carriedTrainable(model, mseLoss, STREAMS);
  const dispose = () => {
    memory.dispose();
    head.dispose();
    tf.dispose(trainable.carried!.map(({ variable }) => variable));
  };
  return { model, trainable, dispose };
}

const draw = (name: string, width: number) =>
  Float32Array.from(uniform(key.key(name), STREAMS * TIME * width, -1, 1));

function course(window: number) {
  const sizes = { sequences: STREAMS, time: TIME, streams: STREAMS, window, key };
  return sequenceCourse({ inputs: draw("x", FEATURES), targets: draw("y", 1), ...sizes });
}

testEachBackend({
  "a sequence read in windows gives the losses of the sequence in one piece, bit for bit":
    async () => {
      const { model, trainable, dispose } = small();
      const whole = course(TIME);
      const batch = whole.batch(1, 0);
      const parts = course(4);
      const windows = [0, 1, 2].map((s) => parts.batch(1, s));
      const losses = windows.map((window) => trainable.loss(window, true));
      const expected = tf.tidy(() => {
        const zeros = [tf.zeros([STREAMS, UNITS]), tf.zeros([STREAMS, UNITS])];
        const { y } = model.forward(batch.x, zeros);
        return [0, 4, 8].map((from) =>
          mseLoss(
            tf.slice(y, [0, from, 0], [STREAMS, 4, 1]),
            tf.slice(batch.y, [0, from, 0], [STREAMS, 4, 1]),
          )
        );
      });
      assertEquals(await readBack(losses), await readBack(expected));
      // Evaluation begins at zero and leaves the carried state alone.
      const before = await readBack(trainable.carried!.map(({ variable }) => variable));
      const evaluated = [trainable.loss(batch, false), trainable.loss(batch, false)];
      const [one, other] = await readBack(evaluated);
      assertEquals(one, other);
      assertEquals(await readBack(trainable.carried!.map(({ variable }) => variable)), before);
      tf.dispose([...losses, ...expected, ...evaluated]);
      tf.dispose([batch, ...windows].flatMap(({ x, y }) => [x, y]));
      whole.dispose();
      parts.dispose();
      dispose();
    },
  "a carried state gives its values and no gradient": async () => {
    const { model, trainable, dispose } = small();
    const parts = course(4);
    const windows = [0, 1].map((s) => parts.batch(1, s));
    const variables = trainable.trainable.map(({ variable }) => variable);
    const gradientOf = (loss: () => tf.Scalar) => {
      const { value, grads } = tf.variableGrads(loss, variables);
      value.dispose();
      return variables.map(({ name }) => grads[name]!);
    };
    tf.dispose(trainable.loss(windows[0]!, true));
    const states = trainable.carried!.map(({ variable }) => tf.clone(variable));
    const carried = gradientOf(() => trainable.loss(windows[1]!, true));
    const constant = gradientOf(() =>
      mseLoss(model.forward(windows[1]!.x, states).y, windows[1]!.y)
    );
    assertEquals(await readBack(carried), await readBack(constant));
    // Through both windows in one piece the first step's inputs do matter.
    const through = gradientOf(() => {
      const zeros = [tf.zeros([STREAMS, UNITS]), tf.zeros([STREAMS, UNITS])];
      const first = model.forward(windows[0]!.x, zeros);
      return mseLoss(model.forward(windows[1]!.x, first.states).y, windows[1]!.y);
    });
    assertNotEquals(await readBack(through), await readBack(constant));
    tf.dispose([...states, ...carried, ...constant, ...through]);
    tf.dispose(windows.flatMap(({ x, y }) => [x, y]));
    parts.dispose();
    dispose();
  },
  "a fresh batch begins at zero": async () => {
    const { trainable, dispose } = small();
    const parts = course(4);
    const [first, second] = [parts.batch(1, 0), parts.batch(1, 1)];
    assert(first.fresh && !second.fresh);
    const losses = [first, second, first].map((batch) => trainable.loss(batch, true));
    const [one, , again] = await readBack(losses);
    assertEquals(one, again);
    tf.dispose([...losses, ...[first, second].flatMap(({ x, y }) => [x, y])]);
    parts.dispose();
    dispose();
  },
});
