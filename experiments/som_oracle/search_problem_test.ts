import { rootKey } from "assay";
import { assert, assertEquals } from "@std/assert";
import { dataSet, type MapQuality, type SomRun } from "../../data/som.ts";
import { deadViolation, laterProblem } from "./search_problem.ts";
import type { TrainedMap } from "./search_trainings.ts";

const data = dataSet(rootKey(1), { kind: "blobs", samples: 60, dimensions: 3 });

/** A map of 7 by 7, with distances between units as given. */
const map = (max: number, distanceMapMax: number, deadNeuronRatio = 0) =>
  ({
    run: { configuration: { rows: 7, columns: 7 } } as SomRun,
    quality: { uMatrix: { max }, distanceMapMax, deadNeuronRatio } as MapQuality,
  }) satisfies TrainedMap;

Deno.test("`laterProblem()` is violated by disorder beyond that of short trainings, and by dead units", () => {
  const { violation } = laterProblem(rootKey(2), data);
  assertEquals(violation(map(0.01, 0.01)), 0);
  const [high, higher] = [violation(map(2, 0)), violation(map(0, 3))];
  assert(high > 0.5 && high < 2);
  // By the larger of the two, from one threshold.
  assertEquals(higher - high, 1);
  assertEquals(violation(map(0.01, 0.01, 0.95)), deadViolation(0.95, 60, 49));
  assert(violation(map(2, 3, 0.95)) > higher);
  assertEquals(laterProblem(rootKey(2), data).violation(map(2, 0)), high);
});

Deno.test("`deadViolation()` begins where a tenth of the samples leaves over, and is steeper the more is dead", () => {
  // 1 - 300 / (10 · 50) = 0.4.
  const of = (dead: number) => deadViolation(dead, 300, 50);
  assertEquals([of(0), of(0.4)], [0, 0]);
  for (const [dead, slope] of [[0.5, 1.5], [0.7, 2.5], [0.9, 5]] as const) {
    assertEquals(of(dead), slope * (dead - 0.4));
  }
  // Bounded by 0.3 and 0.85.
  assertEquals([deadViolation(0.3, 3000, 50), deadViolation(0.85, 10, 100)], [0, 0]);
  assert(deadViolation(0.31, 3000, 50) > 0 && deadViolation(0.86, 10, 100) > 0);
});
