import { InputError, rootKey } from "assay";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { collectedTraining } from "./collect.ts";
import { areCheckpoints, parseSequence, sequenceText } from "./sequence.ts";

/** The document's example. */
const example = {
  epochs: [10, 50, 100],
  mqe: [0.5, 0.3, 0.25],
  topographic_error: [0.1, 0.09, 0.08],
  dead_neuron_ratio: [0.2, 0.15, 0.12],
};

Deno.test("`parseSequence()` reads the document's partial sequence", () => {
  const steps = parseSequence(JSON.stringify(example), "partial.json");
  assertEquals(steps[2], { epoch: 100, mqe: 0.25, topographicError: 0.08, deadNeuronRatio: 0.12 });
  assert(!areCheckpoints(steps));
});

Deno.test("`parseSequence()` gives back what `sequenceText()` wrote of a training under way", () => {
  const training = collectedTraining(rootKey(1), 0, { runsPerDataSet: 1 });
  for (let i = 0; i < 5; i++) training.advance();
  const steps = parseSequence(sequenceText(training.history), "partial.json");
  assertEquals(steps, [...training.history]);
  assert(areCheckpoints(steps));
});

Deno.test("`parseSequence()` says what is wrong", () => {
  const refused: [object | string, string][] = [
    ["{", "it is no JSON"],
    [JSON.stringify(example).replace("0.3", "NaN"), "NaN and Infinity are none"],
    [[], "it: Invalid input"],
    [{ ...example, mqe: undefined }, "mqe: "],
    [{ ...example, mqe: [0.5, null, 0.2] }, "mqe[1]: "],
    [{ ...example, mqe: [0.5, -1, 0.2] }, "mqe[1]: "],
    [{ ...example, topographic_error: [0, 0, 1.5] }, "topographic_error[2]: "],
    [{ ...example, mqe: [0.5, 0.2] }, "epochs has 3 values, but mqe has 2"],
    [{ ...example, num_checkpoints: 10 }, "num_checkpoints is 10, but epochs has 3 values"],
    [{ ...example, epochs: [10, 100, 50] }, "epochs goes back at its value 3"],
    [{ ...example, progress: [0, 0.5, 1] }, "of the last four it has only progress"],
    [
      { epochs: [], mqe: [], topographic_error: [], dead_neuron_ratio: [] },
      "its lists are empty",
    ],
  ];
  for (const [document, message] of refused) {
    const text = typeof document === "string" ? document : JSON.stringify(document);
    assertThrows(() => parseSequence(text, "partial.json"), InputError, message);
  }
});
