import { InputError, sha256Hex } from "assay";
import { assertEquals, assertRejects } from "@std/assert";
import { readPartialSequence } from "./command_sequence.ts";

/** The document's example. */
const example = {
  epochs: [10, 50, 100],
  mqe: [0.5, 0.3, 0.25],
  topographic_error: [0.1, 0.09, 0.08],
  dead_neuron_ratio: [0.2, 0.15, 0.12],
};

/** Reads what stands in a file. */
async function read(document: object | string) {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(
    path,
    typeof document === "string" ? document : JSON.stringify(document),
  );
  try {
    return { path, ...await readPartialSequence(path) };
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("`readPartialSequence()` reads the document's file, and further keys", async () => {
  const { path, ...plain } = await read(example);
  assertEquals(plain.source, path);
  assertEquals(plain.sha256, sha256Hex(JSON.stringify(example)));
  assertEquals(plain.steps.map(({ mqe }) => mqe), example.mqe);
  assertEquals(plain.further, {});
  const further = { progress: [0.01, 0.05, 0.1], learning_rate: [0.5, 0.4, 0.3], samples: 400 };
  const whole = { ...example, ...further, updates: [10, 50, 100], num_checkpoints: 3, note: "own" };
  assertEquals((await read(whole)).further, further);
});

Deno.test("`readPartialSequence()` says what is wrong", async () => {
  const refused: [object | string, string][] = [
    ["{", "it is no JSON"],
    ["null", "it: Invalid input"],
    [JSON.stringify(example).replace("0.3", "NaN"), "NaN and Infinity are none"],
    [{ ...example, mqe: undefined }, "mqe: "],
    [{ ...example, topographic_error: [0, 0, 1.5] }, "topographic_error[2]: "],
    [{ ...example, mqe: [0.5, 0.2] }, "epochs has 3 values, but mqe has 2"],
    [{ ...example, epochs: [10, 100, 50] }, "epochs goes back at its value 3"],
    [{ ...example, epochs: [10, 50, 50] }, "its epochs do not rise: 50 comes after 50"],
    [{ ...example, radius: [1, 1] }, "epochs has 3 values, but radius has 2"],
    [{ ...example, radius: [1, 1, 0] }, "radius.2: "],
    [{ ...example, total_epochs: "1000" }, "total_epochs: "],
    [{ ...example, total_epochs: 1000, progress: [0.01, 0.05, 0.1] }, "both progress and total"],
  ];
  for (const [document, message] of refused) {
    await assertRejects(() => read(document), InputError, message);
  }
  await assertRejects(() => readPartialSequence("no/such.json"), InputError, "cannot be opened");
});
