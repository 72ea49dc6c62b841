import { assertAlmostEquals, assertEquals } from "@std/assert";
import { rootKey } from "assay";
import { answeredValues, rightAnswers } from "./answers.ts";
import { horizonValues, prefixesOf } from "./prefixes.ts";
import { fallingHistories } from "./testing.ts";

const histories = fallingHistories(rootKey(1), 4, 2);

Deno.test("the right rate of an end is the change that is left over the share of the run that is left", () => {
  const prefixes = prefixesOf(histories, [2], [0.2]);
  const { values: logged, targets } = histories.runs[2]!;
  const { values } = rightAnswers(prefixes, [], "rate");
  // Checkpoint 4, its first target behind the progress.
  assertAlmostEquals(values[0]!, (targets[0]! - logged[4 * 4 + 1]!) / 0.8, 1e-12);
  assertEquals(rightAnswers(prefixes, [], "value"), horizonValues(prefixes, []));
});

Deno.test("`answeredValues()` undoes `rightAnswers()` where a horizon is reached, at the end of a run too", () => {
  const prefixes = prefixesOf(histories, [0, 1, 3], [0.05, 0.5, 0.95, 1]);
  const ahead = [0.1, 0.5];
  const { values, reached } = horizonValues(prefixes, ahead);
  for (const answer of ["value", "rate"] as const) {
    const { values: answers } = rightAnswers(prefixes, ahead, answer);
    answeredValues(prefixes, ahead, answer, Float32Array.from(answers)).forEach((value, at) => {
      if (reached[Math.floor(at / 3)] && prefixes.steps[Math.floor(at / 9)]! < 21) {
        assertAlmostEquals(value, values[at]!, 1e-6);
      }
    });
  }
  const whole = prefixesOf(histories, [0], [1]);
  const rate = rightAnswers(whole, [], "rate").values.map(() => 0);
  const end = answeredValues(whole, [], "rate", Float32Array.from(rate));
  assertAlmostEquals(end[0]!, histories.runs[0]!.values[20 * 4 + 1]!, 1e-6);
});
