import { assertEquals, assertThrows } from "@std/assert";
import { openDevice } from "../device/device.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { InputError } from "../numeric/errors.ts";
import { numbers, readState, SavedState, savedState, together, variablesState } from "./state.ts";

Deno.test("`SavedState` refuses what is missing, of another type, length or shape", async () => {
  await openDevice({ backend: "cpu" });
  const saved = new SavedState(
    new Map([
      ["a/one", numbers([1])],
      ["a/two", numbers([1, 2])],
      ["a/w", { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
    ]),
    "run.safetensors",
  ).within("a");
  const refuses = (read: () => unknown, says: string) => {
    const { message } = assertThrows(read, InputError, says);
    assertEquals(message.startsWith("Cannot go on from run.safetensors: "), true, message);
  };
  assertEquals([saved.number("one"), [...saved.numbers("two")]], [1, [1, 2]]);
  refuses(() => saved.number("three"), 'it has no "a/three"');
  refuses(() => saved.number("two"), '"two" holds 2');
  refuses(() => saved.floats("one"), '"a/one" is a Float64Array, wanted is a Float32Array');
  refuses(() => saved.array("w", Uint32Array), "wanted is a Uint32Array");
  refuses(() => saved.within("a").number("one"), 'it has no "a/a/one"');
  const variable = tf.variable(tf.zeros([4]));
  refuses(() => saved.assign([{ name: "w", variable }]), '"w" has shape [2,2], wanted is [4]');
  variable.dispose();
});

Deno.test("a state that was read back restores every bit, and leaves no tensor behind", async () => {
  await openDevice({ backend: "wasm" });
  const before = tf.memory().numTensors;
  const values = [NaN, -0, Math.fround(1e-45), 3];
  const variable = tf.tidy(() => tf.variable(tf.tensor2d(values, [2, 2])));
  let steps = 3;
  const counter = {
    state: () => ({ steps: numbers([steps]) }),
    restore: (saved: SavedState) => steps = saved.number("steps"),
  };
  const both = together({ counter, model: variablesState([{ name: "w", variable }]) });
  assertEquals([...(await readState(both.state())).keys()], ["counter/steps", "model/w"]);
  const saved = await savedState(both, "test");
  tf.tidy(() => variable.assign(tf.ones([2, 2])));
  steps = 0;
  both.restore(saved);
  assertEquals([...(await readBack([variable]))[0]!, steps], [...values, 3]);
  variable.dispose();
  assertEquals(tf.memory().numTensors, before);
});
