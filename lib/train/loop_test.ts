import { assert, assertEquals, assertRejects } from "@std/assert";
import { openDevice } from "../device/device.ts";
import { tf } from "../device/tf.ts";
import { type Checkpoint, type Checkpoints, loop, type Looped, type LoopHooks } from "./loop.ts";
import { numbers, SavedState } from "./state.ts";

const STEPS = 9;

/** Checkpoints in memory, after every step. */
class Kept implements Checkpoints {
  readonly written: { at: Checkpoint; state: SavedState }[] = [];

  newest() {
    return Promise.resolve(this.written.at(-1) ?? null);
  }

  due() {
    return true;
  }

  write(at: Checkpoint, arrays: ConstructorParameters<typeof SavedState>[0]) {
    this.written.push({ at, state: new SavedState(arrays, "test") });
    return Promise.resolve();
  }
}

/** Adds up the steps, on the host and on the device; the sum on the device is the loss. */
async function sum(
  hooks: Partial<LoopHooks>,
  { within = () => {}, steps = STEPS }: { within?: (n: number) => void; steps?: number } = {},
): Promise<Looped & { sum: number; taken: number[] }> {
  await openDevice({ backend: "wasm" });
  const tensors = tf.memory().numTensors;
  const variable = tf.tidy(() => tf.variable(tf.scalar(0)));
  const taken: number[] = [];
  let sum = 0;
  try {
    const looped = await loop({
      state: {
        state: () => ({ sum: numbers([sum]), variable }),
        restore(saved) {
          sum = saved.number("sum");
          saved.assign([{ name: "variable", variable }]);
        },
      },
      weights: [{ name: "variable", variable }],
      steps,
      step(n, trace) {
        taken.push(n);
        sum += n;
        tf.tidy(() => variable.assign(tf.add(variable, n)));
        trace.add(n % 4 === 0 ? null : { loss: tf.clone(variable) as tf.Scalar });
        within(n);
        return sum >= 36;
      },
    }, { clock: () => 0, ...hooks });
    return { ...looped, sum, taken };
  } finally {
    variable.dispose();
    assertEquals(tf.memory().numTensors, tensors, "no tensor is left");
  }
}

Deno.test("`loop()` continued from any of its checkpoints ends as if it had not been interrupted", async () => {
  const whole = await sum({});
  assertEquals([whole.steps, whole.sum], [8, 36]);
  assertEquals([...whole.trace.losses], [1, 3, 6, NaN, 15, 21, 28, NaN]);
  const kept = new Kept();
  await sum({ checkpoints: kept });
  assertEquals(kept.written.map(({ at }) => [at.step, at.finished]), [
    ...[1, 2, 3, 4, 5, 6, 7].map((step) => [step, false]),
    [8, true],
  ]);
  for (const [i, one] of kept.written.entries()) {
    const checkpoints = new Kept();
    checkpoints.written.push(one);
    const { taken, ...continued } = await sum({ checkpoints });
    const { taken: all, ...expected } = whole;
    assertEquals(continued, expected);
    assertEquals(taken, all.slice(i + 1));
  }
  assertEquals((await sum({ checkpoints: new Kept() }, { steps: 0 })).taken, []);
});

Deno.test("`loop()` finishes its step on a signal, saves and throws the reason", async () => {
  const whole = await sum({});
  for (const last of [1, 5, 8]) {
    const checkpoints = new Kept();
    checkpoints.due = () => false;
    const stop = new AbortController();
    const reason = new Error("stopped");
    const within = (n: number) => n === last && stop.abort(reason);
    const hooks = { checkpoints, signal: stop.signal };
    assertEquals(await assertRejects(() => sum(hooks, { within }), Error), reason);
    assertEquals(checkpoints.written.map(({ at }) => at.step), [last]);
    // A signal before the first step, also of a loop that is over, takes none.
    await assertRejects(() => sum(hooks, { within: () => assert(false) }), Error, "stopped");
    const { trace, taken } = await sum({ checkpoints });
    assertEquals([trace, taken], [whole.trace, whole.taken.slice(last)]);
  }
});

Deno.test("`loop()` lets signals arrive and measures no time below zero, whatever the clock does", async () => {
  const clocks: Record<string, (call: number) => number> = {
    goes: (call) => call,
    "jumps back": (call) => 1e6 - call * 1000,
    "jumps on": (call) => call * 1e6,
    "says no number": (call) => call < 2 ? call : NaN,
  };
  for (const [name, at] of Object.entries(clocks)) {
    let calls = 0;
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    // Timers of less than a millisecond are not told apart: give each step one.
    const within = () => {
      for (const until = performance.now() + 3; performance.now() < until;);
    };
    const { seconds, sum: end } = await sum({ clock: () => at(calls++) }, { within });
    clearInterval(timer);
    assertEquals(end, 36);
    assert(turns >= 4, `the clock ${name}: ${turns} turns`);
    assert(seconds >= 0, `the clock ${name}: ${seconds} s`);
  }
});

Deno.test("`loop()` tells of losses in order, and what that throws ends it", async () => {
  await openDevice({ backend: "wasm" });
  const told: number[] = [];
  const tensors = tf.memory().numTensors;
  const run = () =>
    loop({
      state: { state: () => ({}), restore() {} },
      weights: [],
      steps: 700,
      step(n, trace) {
        trace.add({ loss: tf.scalar(n) });
        return false;
      },
      onLoss(step, loss) {
        assertEquals(step, loss);
        told.push(step);
        if (step === 600) throw new Error("diverged");
      },
    }, { clock: () => 0 });
  await assertRejects(run, Error, "diverged");
  assertEquals(told.length, 600);
  assertEquals(tf.memory().numTensors, tensors);
});
