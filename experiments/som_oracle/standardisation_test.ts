import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parseScaler, rootKey, unscaleValues } from "assay";
import { horizonValues, prefixesOf } from "./prefixes.ts";
import { fitStandardisation, prefixInputs, prefixTargets } from "./standardisation.ts";
import { fallingHistories } from "./testing.ts";

const histories = fallingHistories(rootKey(1), 40, 5);
const train = prefixesOf(histories, Array.from({ length: 30 }, (_, run) => run));
const AHEAD = [0.1, 0.5];
const standardisation = fitStandardisation(train, AHEAD);
const count = train.run.length;

/** Mean and variance. */
function moments(values: readonly number[]): [number, number] {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return [mean, values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length];
}

Deno.test("`prefixInputs()` have mean 0 and variance 1 over what training prefixes show", () => {
  const { time, steps, mask, context } = prefixInputs(train, standardisation);
  assertEquals([time, mask.length, steps.length], [15, count * 15, count * 15 * 4]);
  for (let feature = 0; feature < 4; feature++) {
    const shown = [...steps].filter((_, at) =>
      at % 4 === feature && mask[Math.floor(at / 4)] === 1
    );
    assertEquals(shown.length, train.steps.reduce((sum, n) => sum + n, 0));
    const [mean, variance] = moments(shown);
    assertAlmostEquals(mean, 0, 1e-5);
    assertAlmostEquals(variance, 1, 1e-4);
  }
  assert(steps.every((value, at) => mask[Math.floor(at / 4)] === 1 || value === 0));
  for (const column of [0, 1]) {
    const [mean, variance] = moments([...context].filter((_, at) => at % 2 === column));
    assertAlmostEquals(mean, 0, 1e-5);
    assertAlmostEquals(variance, 1, 1e-4);
  }
});

Deno.test("`prefixTargets()` are standardised, weigh the end twice, and scale back", () => {
  const { values, weights } = prefixTargets(train, standardisation, AHEAD);
  const { values: actual, reached } = horizonValues(train, AHEAD);
  const back = unscaleValues(standardisation.targets, values);
  actual.forEach((value, at) => {
    if (reached[Math.floor(at / 3)] === 1) assertAlmostEquals(back[at]!, value, 1e-6);
    else assertEquals([values[at], weights[at]], [0, 0]);
  });
  // At 60 and 70 % nothing is half a run ahead: the weights are those of two horizons, and of three before.
  assertEquals(
    [...weights.subarray(0, 9)],
    [3, 3, 3, 3, 3, 3, 6, 6, 6].map((w) => Math.fround(w / 4)),
  );
  assertEquals([...weights.subarray(7 * 9, 8 * 9)], [1, 1, 1, 0, 0, 0, 2, 2, 2]);
  const sum = weights.reduce((sum, weight) => sum + weight, 0);
  assertAlmostEquals(sum / weights.length, 1, 1e-6);
  assert(prefixTargets(train, fitStandardisation(train, []), []).weights.every((w) => w === 1));
});

Deno.test("`fitStandardisation()` knows nothing but the training prefixes, and can be saved", () => {
  // What no training prefix shows: the other runs, and what comes after 70 % but for the targets.
  const other = fallingHistories(rootKey(9), 40, 5);
  const changed = {
    ...histories,
    runs: histories.runs.map((run, r) => {
      if (r >= 30) return other.runs[r]!;
      const values = Array.from(run.values).map((value, at) => at < 15 * 4 ? value : 99);
      return { ...run, values };
    }),
  };
  const again = fitStandardisation({ ...train, histories: changed }, []);
  assertEquals(again, fitStandardisation(train, []));
  assertEquals(standardisation.targets.columns, [
    ...["a +0.1", "b +0.1", "c +0.1", "a +0.5", "b +0.5", "c +0.5"],
    ...["a", "b", "c"],
  ]);
  const saved = JSON.parse(JSON.stringify(standardisation));
  for (const part of ["features", "context", "targets"] as const) {
    assertEquals(parseScaler(saved[part], "it"), standardisation[part]);
  }
  const unknown = {
    ...histories,
    context: [],
    runs: histories.runs.map((run) => ({ ...run, context: [] })),
  };
  assertEquals(fitStandardisation({ ...train, histories: unknown }, []).context, null);
});
