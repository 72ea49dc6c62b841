import { InputError, rootKey } from "assay";
import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  configurationFault,
  configurationId,
  coursesOf,
  iterationsOf,
  parseConfiguration,
  repaired,
  type SomConfiguration,
} from "./configuration.ts";
import { sampleConfiguration } from "./sample_configuration.ts";

const drawn = sampleConfiguration(rootKey(1), 400);
const bred = (changes: Partial<SomConfiguration>) => repaired({ ...drawn, ...changes });

Deno.test("`repaired()` gives configurations that can be trained, and leaves those be", () => {
  const whole = bred({
    rows: 7.6,
    columns: 0.2,
    startLearningRate: 0.01,
    endLearningRate: 0.3,
    startBatchPercent: 9,
    endBatchPercent: 2,
    sections: 0,
  });
  assertEquals(configurationFault(whole), null);
  assertEquals([whole.rows, whole.columns, whole.sections], [8, 1, 1]);
  assertEquals([whole.startLearningRate, whole.endLearningRate], [0.3, 0.01]);
  assertEquals([whole.startBatchPercent, whole.endBatchPercent], [2, 9]);
  assertEquals(repaired(whole), whole);
});

Deno.test("`repaired()` keeps a steepness only where a schedule bends", () => {
  const straight = {
    learningRateSchedule: "linear-drop",
    radiusSchedule: "step-down",
    batchSchedule: "linear-growth",
  } as const;
  assertEquals(bred({ ...straight, steepness: 20 }).steepness, 0);
  assertEquals(bred({ ...straight, batchSchedule: "exp-growth", steepness: 0 }).steepness, 1);
  assertEquals(bred({ ...straight, radiusSchedule: "log-drop", steepness: 20 }).steepness, 20);
  assertEquals(
    configurationId(bred({ ...straight, steepness: 5 })),
    configurationId(bred({ ...straight, steepness: 30 })),
  );
});

Deno.test("`configurationId()` tells every field", () => {
  const changes: Partial<SomConfiguration>[] = [
    { topology: drawn.topology === "hex" ? "square" : "hex" },
    { rows: drawn.rows + 1 },
    { startLearningRate: drawn.startLearningRate * (1 - 2 ** -50) },
    { sampling: "random" },
    { normaliseWeights: true },
  ];
  for (const change of changes) {
    assertNotEquals(configurationId({ ...drawn, ...change }), configurationId(drawn));
  }
  assertEquals(configurationId(JSON.parse(JSON.stringify(drawn))), configurationId(drawn));
});

Deno.test("`parseConfiguration()` takes what was written and refuses the rest", () => {
  assertEquals(parseConfiguration(JSON.parse(JSON.stringify(drawn)), "a"), drawn);
  for (const value of [null, {}, { ...drawn, more: 1 }, { ...drawn, radiusRatio: "1" }]) {
    assertThrows(() => parseConfiguration(value, "a.json"), InputError, "a.json");
  }
});

Deno.test("a radius never begins below 1, a training has one iteration at least", () => {
  const { radius } = coursesOf({ ...drawn, rows: 3, columns: 5, radiusRatio: 0.1 });
  assertEquals([radius.from, radius.to], [1, 1]);
  assertEquals(coursesOf({ ...drawn, rows: 3, columns: 5, radiusRatio: 0.5 }).radius.from, 2.5);
  assertEquals(
    [0.5, 1.99].map((epochMultiplier) => iterationsOf({ ...drawn, epochMultiplier }, 1)),
    [
      1,
      1,
    ],
  );
});
