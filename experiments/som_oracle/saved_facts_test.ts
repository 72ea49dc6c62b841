import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { rootKey, type tfl } from "assay";
import { scoresOf } from "./decisions.ts";
import { finalValues, type Prefixes, prefixesOf } from "./prefixes.ts";
import { factsOf, ruleScores } from "./saved_facts.ts";
import { DOCUMENT_RULE, type ScoreRule } from "./saved_schema.ts";
import { fitStandardisation } from "./standardisation.ts";
import { fallingHistories } from "./testing.ts";
import type { Predictor } from "./training.ts";

const histories = fallingHistories(rootKey(1), 20, 5);
const maps = { ...histories, isRatio: false, initialMqe: new Float64Array(20).fill(1) };
const few = (from: number, to: number) =>
  prefixesOf(maps, Array.from({ length: to - from }, (_, i) => from + i), [0.1, 0.5]);
const making = {
  maps,
  train: few(0, 12),
  validation: few(12, 15),
  test: few(15, 20),
  rule: DOCUMENT_RULE,
  source: "made up",
  totalEpochs: null,
};

/** A predictor that misses each target of the end by as much, and another horizon altogether. */
function missing(errors: readonly [number, number, number]): Predictor {
  return {
    network: { countParams: () => 7 } as tfl.LayersModel,
    options: {
      network: "lite",
      readsPrefix: true,
      readsContext: true,
      attention: false,
      ahead: [0.25],
      epochs: 9,
    },
    standardisation: fitStandardisation(making.train, [0.25]),
    fitted: {
      history: [],
      bestEpoch: 3,
      bestValidationLoss: 0.5,
      stoppedEarly: false,
    } as unknown as Predictor["fitted"],
    lastWeights: new Map(),
    foretell: (prefixes: Prefixes) =>
      Promise.resolve(Float32Array.from(
        Array.from(prefixes.run).flatMap((_, i) => [
          ...[9, 9, 9],
          ...finalValues(prefixes).subarray(3 * i, 3 * i + 3).map((value, t) => value + errors[t]!),
        ]),
      )),
    dispose() {},
  };
}

Deno.test("`ruleScores()` scores bare errors for the document, and errors over the first for a percentile", () => {
  const percentile = {
    kind: "percentile",
    threshold: 1,
    percentile: 0.7,
    runs: 9,
    firstShare: 0.2,
  };
  const ends = [0.25, 0.5, 0.5];
  for (const [isRatio, bare, ratio] of [[false, 1, 1.75], [true, 0.8125, 1]] as const) {
    const own = { ...maps, isRatio, initialMqe: Float64Array.of(0.25) };
    assertEquals([...ruleScores(DOCUMENT_RULE, own, [0], ends)], [bare]);
    assertEquals([...ruleScores(percentile as ScoreRule, own, [0], ends)], [ratio]);
  }
});

Deno.test("`factsOf()` says what was learned from, and the errors on test prefixes by share", async () => {
  const facts = await factsOf(missing([0.5, -0.25, 0.125]), making);
  assertEquals(facts.shares, [0.1, 0.5]);
  assertEquals(facts.steps, { least: 3, most: 11 });
  assertEquals(facts.splits.train, {
    dataSets: new Set(histories.runs.slice(0, 12).map(({ dataset }) => dataset)).size,
    runs: 12,
    prefixes: 24,
  });
  const { least, most } = facts.checkpoints;
  assertEquals([least.length, least[10], most[10]], [21, 0.5, 0.5]);
  // The first column is the progress, of which 50 % was the most that a prefix showed.
  assertEquals([facts.ranges.features.least[0], facts.ranges.features.most[0]], [0, 0.5]);
  assertEquals(facts.ranges.context.least.length, 2);
  assertEquals(facts.test.byShare.map(({ share, prefixes }) => [share, prefixes]), [[0.1, 5], [
    0.5,
    5,
  ]]);
  for (const { mae, mse } of [facts.test, ...facts.test.byShare]) {
    [0.5, 0.25, 0.125].forEach((error, t) => {
      assertAlmostEquals(mae[t]!, error, 1e-6);
      assertAlmostEquals(mse[t]!, error * error, 1e-6);
    });
  }
  const { score } = facts.test.byShare[0]!;
  assertAlmostEquals(score.mae, 0.5 - 0.25 + 0.5 * 0.125, 1e-6);
  const scores = scoresOf(finalValues(making.test));
  const above = (error: number) => scores.filter((score) => score + error > 1).length;
  assertAlmostEquals(score.above, above(0) / 10);
  // Too high by 0.3125: wrong of those that end between that below the threshold and the threshold.
  assertAlmostEquals(score.accuracy, 1 - (above(0.3125) - above(0)) / 10);
});

Deno.test("`factsOf()` digests the data, and wants a test prefix", async () => {
  const digest = async (making: Parameters<typeof factsOf>[1]) =>
    (await factsOf(missing([0, 0, 0]), making)).data.sha256;
  const [first, ...rest] = maps.runs;
  const changed = { ...maps, runs: [{ ...first!, targets: [0, 0, 0] }, ...rest] };
  assertEquals(await digest(making), await digest(making));
  assertEquals(await digest({ ...making, maps: changed }) === await digest(making), false);
  const none = prefixesOf(maps, []);
  await assertRejects(() => digest({ ...making, test: none }), RangeError, "no test prefix");
});
