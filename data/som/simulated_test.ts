import { rootKey } from "assay";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { leakedMqe, simulatedHistory, simulatedRuns } from "./simulated.ts";

const runs = simulatedRuns(rootKey(1), 2000);
const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

Deno.test("two steps of a simulated history give its quantisation error away to 1e-12", () => {
  for (const { history, final } of runs) {
    assertAlmostEquals(leakedMqe(history.slice(0, 2), history.length), final.mqe, 1e-12);
  }
  for (const steps of [2, 3, 21, 200]) {
    const final = { mqe: 1.7, topographicError: 0, deadNeuronRatio: 1 };
    assertAlmostEquals(leakedMqe(simulatedHistory(rootKey(2), final, steps)), 1.7, 1e-12);
  }
});

Deno.test("`simulatedHistory()` is the document's curves", () => {
  for (const { history, final } of runs) {
    assertEquals([history[0]!.epoch, history.at(-1)!.epoch, history.length], [10, 1000, 10]);
    const rise = history[0]!.mqe / final.mqe - 1;
    assert(rise >= 3 && rise < 5);
    history.forEach(({ mqe, topographicError, deadNeuronRatio }, k) => {
      assert(mqe < (history[k - 1]?.mqe ?? Infinity));
      assert(topographicError >= 0 && topographicError <= 1);
      assert(deadNeuronRatio >= 0 && deadNeuronRatio <= 1);
    });
  }
  const ends = runs.map(({ history, final }) =>
    history.at(-1)!.deadNeuronRatio - final.deadNeuronRatio
  );
  assertAlmostEquals(mean(ends), 0, 0.002);
  assertAlmostEquals(Math.sqrt(mean(ends.map((e) => e * e))), 0.02, 0.002);
});

Deno.test("`simulatedRuns()` end near the means of the document's data set", () => {
  // Published: 0.264, 0.094 and 0.673. What lies between its quantiles is assumed.
  assertAlmostEquals(mean(runs.map(({ final }) => final.mqe)), 0.264, 0.04);
  assertAlmostEquals(mean(runs.map(({ final }) => final.topographicError)), 0.094, 0.03);
  assertAlmostEquals(mean(runs.map(({ final }) => final.deadNeuronRatio)), 0.673, 0.04);
  assertEquals(new Set(runs.map(({ uid }) => uid)).size, runs.length);
});
