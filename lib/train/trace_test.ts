import { assertEquals } from "@std/assert";
import { openDevice } from "../device/device.ts";
import { tf } from "../device/tf.ts";
import { savedState } from "./state.ts";
import { TrainingTrace } from "./trace.ts";

Deno.test("`TrainingTrace` restored from its state goes on as the one that was saved", async () => {
  await openDevice({ backend: "wasm" });
  const tensors = tf.memory().numTensors;
  const variable = tf.tidy(() => tf.variable(tf.scalar(0)));
  const watched = [{ name: "w", variable }];
  const take = (trace: TrainingTrace, from: number, to: number) => {
    for (let n = from; n <= to; n++) {
      tf.tidy(() => variable.assign(tf.scalar(n)));
      if (n % 3 === 0) trace.add(null);
      else if (n % 2 === 0) trace.add({ loss: tf.scalar(1 / n), gradientNorm: tf.scalar(n) });
      else trace.add({ loss: tf.scalar(1 / n) });
    }
  };
  const whole = new TrainingTrace(watched, 1);
  take(whole, 1, 100);
  await whole.read();
  const saved = await savedState(whole, "test");
  take(whole, 101, 250);
  await whole.read();
  const other = new TrainingTrace(watched, 1);
  // What it has collected by then is forgotten.
  take(other, 1, 2);
  other.restore(saved);
  assertEquals(other.steps, 100);
  take(other, 101, 250);
  await other.read();
  assertEquals(other.record(), whole.record());
  const { losses, gradientNorms } = other.record();
  assertEquals([losses.length, gradientNorms.length], [250, 250]);
  assertEquals([...gradientNorms.slice(0, 4), gradientNorms[249]], [NaN, 2, NaN, 4, 250]);
  for (const trace of [whole, other]) trace.dispose();
  variable.dispose();
  assertEquals(tf.memory().numTensors, tensors);
});

Deno.test("`TrainingTrace.read()` reads others' tensors along, and is full after 256 steps", async () => {
  await openDevice({ backend: "wasm" });
  const told: number[] = [];
  const trace = new TrainingTrace([], 1, (step, loss, norm) => told.push(step * loss * norm));
  for (let n = 1; n <= 256; n++) {
    assertEquals(trace.full, false);
    trace.add({ loss: tf.scalar(2), gradientNorm: tf.scalar(0.5) });
  }
  assertEquals([trace.full, trace.steps, trace.losses.length], [true, 256, 0]);
  const more = tf.tensor1d([4, 5]);
  assertEquals((await trace.read([more])).map((values) => [...values]), [[4, 5]]);
  assertEquals([trace.full, trace.steps, trace.losses.length], [false, 256, 256]);
  assertEquals(told, Array.from({ length: 256 }, (_, i) => i + 1));
  more.dispose();
  trace.dispose();
});
