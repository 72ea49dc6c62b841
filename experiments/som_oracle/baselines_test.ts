import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { rootKey } from "assay";
import { lastValueBaseline, medianBaseline, ridgeBaseline } from "./baselines.ts";
import { finalValues, type Histories, prefixesOf, type RunHistory } from "./prefixes.ts";
import { fallingHistories } from "./testing.ts";

const histories = fallingHistories(rootKey(4), 300, 10);
const runs = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const train = prefixesOf(histories, runs(0, 200));
const validation = prefixesOf(histories, runs(200, 250));
const test = prefixesOf(histories, runs(250, 300));
const both = { readsPrefix: true, readsContext: true };

function meanSquaredError(predicted: Float64Array): number {
  const actual = finalValues(test);
  assertEquals(predicted.length, actual.length);
  return actual.reduce((sum, v, i) => sum + (v - predicted[i]!) ** 2, 0) / actual.length;
}

Deno.test("`medianBaseline()` gives each target's middle value in training", () => {
  const targets = [[3, 1], [9, 2], [4, 8], [5, 7]];
  const runs = targets.map((targets): RunHistory => ({
    ...{ dataset: "", configuration: "", progress: [0], values: [0, 0], context: [], targets },
  }));
  const names = ["x", "y"];
  const own: Histories = { features: names, context: [], targets: names, current: [0, 1], runs };
  const all = prefixesOf(own, [0, 1, 2, 3]);
  assertEquals([...medianBaseline(prefixesOf(own, [0, 1, 2]))(all)].slice(0, 4), [4, 2, 4, 2]);
  assertEquals([...medianBaseline(prefixesOf(own, [0, 1, 2, 3], [1]))(all)].slice(0, 2), [
    4.5,
    4.5,
  ]);
});

Deno.test("`lastValueBaseline()` carries the last checkpoint forward", () => {
  const predicted = lastValueBaseline(test);
  test.run.forEach((run, i) => {
    const last = (test.steps[i]! - 1) * 4 + 1;
    assertEquals(
      [...predicted.subarray(3 * i, 3 * i + 3)],
      [...Array.from(histories.runs[run]!.values).slice(last, last + 3)],
    );
  });
});

Deno.test("`ridgeBaseline()` foretells better the more it reads", () => {
  const error = (inputs: typeof both) =>
    meanSquaredError(ridgeBaseline(train, validation, inputs)(test));
  const [all, prefix, context] = [
    both,
    { ...both, readsContext: false },
    { ...both, readsPrefix: false },
  ].map(error);
  const [median, last] = [medianBaseline(train)(test), lastValueBaseline(test)]
    .map(meanSquaredError);
  assert(all! < prefix! && prefix! < context! && context! < median!, `${all} ${prefix} ${context}`);
  assert(prefix! < last! / 5, `${prefix} ${last}`);
});

Deno.test("`ridgeBaseline()` finds what is linear in a square", () => {
  const noise = fallingHistories(rootKey(5), 120, 3);
  const squared: Histories = {
    ...noise,
    runs: noise.runs.map((run) => ({
      ...run,
      targets: [1, 2, 3].map((feature) => 3 * run.values[feature]! ** 2 + run.context[1]!),
    })),
  };
  const of = (from: number, to: number) => prefixesOf(squared, runs(from, to), [0.1, 0.3]);
  const unseen = of(100, 120);
  const predicted = ridgeBaseline(of(0, 80), of(80, 100), both)(unseen);
  finalValues(unseen).forEach((value, i) => assertAlmostEquals(predicted[i]!, value, 0.03));
});

Deno.test("`ridgeBaseline()` shortens a prefix of a length it has not learned", () => {
  const ridge = ridgeBaseline(train, validation, both);
  const [longer, learned] = [0.35, 0.3].map((share) => prefixesOf(histories, [250, 251], [share]));
  assertEquals(longer!.steps[0], learned!.steps[0]! + 1);
  assertEquals(ridge(longer!), ridge(learned!));
  assertThrows(
    () => ridge(prefixesOf(histories, [250], [0.01])),
    RangeError,
    "from 1 checkpoints: the shortest prefix learned has 2",
  );
});
