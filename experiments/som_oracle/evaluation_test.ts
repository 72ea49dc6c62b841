import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { emptyStudy, rootKey } from "assay";
import { calibration, scoreDecisions } from "./decision_study.ts";
import { scoreErrors } from "./evaluation.ts";
import { finalValues, prefixesOf } from "./prefixes.ts";
import type { Forecasts } from "./rivals.ts";
import { fallingHistories } from "./testing.ts";

const histories = fallingHistories(rootKey(1), 60, 12);
const prefixes = prefixesOf(histories, histories.runs.keys(), [0.2, 0.5]);
const actual = finalValues(prefixes);
const plus = (error: number) => actual.map((value) => value + error);
/** The LSTM is always right, ridge a tenth too high, the others far off and upside down. */
const forecasts: Forecasts = {
  prefixes,
  actual,
  by: { LSTM: actual, ridge: plus(0.1), "last value": plus(0.4), median: actual.map((x) => -x) },
};

Deno.test("`scoreErrors()` gives each share errors of all, and the gain over ridge with its interval", () => {
  const study = emptyStudy();
  const points = scoreErrors(study, "unseen", forecasts, rootKey(2));
  assertEquals(points.length, 2 * 4);
  for (const share of ["20%", "50%"]) {
    const value = (name: string) => study.metrics[`unseen/${share}/${name}`]!.value;
    assertEquals([value("mqe/mae"), value("mae"), value("rmse")], [0, 0, 0]);
    for (const end of ["", "/low", "/high"]) {
      assertAlmostEquals(value(`gain/ridge${end}`), 0.1, 1e-9);
    }
    assertEquals(value("skill/simple"), 1);
    assertAlmostEquals(
      study.baselines["ridge"]![`unseen/${share}/dead-neuron-ratio/mae`]!,
      0.1,
      1e-9,
    );
  }
});

Deno.test("`scoreDecisions()` judges decisions and orders, among all and on each data set", () => {
  const study = emptyStudy();
  const threshold = 0.9;
  scoreDecisions(study, "unseen", forecasts, threshold, rootKey(2));
  const at = "unseen/20%/decision";
  const value = (name: string) => study.metrics[`${at}/${name}`]!.value;
  for (const name of ["accuracy", "precision", "recall", "specificity", "order-in-data-set"]) {
    assertEquals([value(name), value(`${name}/low`), value(`${name}/high`)], [1, 1, 1]);
  }
  assertAlmostEquals(value("rank-correlation"), 1, 1e-12);
  // Too high by the same everywhere is in order, and stops too many.
  const ridge = study.baselines["ridge"]!;
  assertEquals([ridge[`${at}/order-in-data-set`], ridge[`${at}/recall`]], [1, 1]);
  assert(ridge[`${at}/specificity`]! < 1);
  assertAlmostEquals(value("gain/ridge"), 1 - ridge[`${at}/accuracy`]!, 1e-12);
  const median = study.baselines["median"]!;
  assertEquals([median[`${at}/order-in-data-set`], median[`${at}/recall`]], [0, 0]);
  assertAlmostEquals(median[`${at}/rank-correlation`]!, -1, 1e-12);
});

Deno.test("`calibration()` has equal groups by what was foretold", () => {
  const study = emptyStudy();
  const bins = calibration(study, "unseen", forecasts, 0.9, 0.5).filter(({ rival }) =>
    rival === "ridge"
  );
  assertEquals(bins.length, 20);
  bins.forEach(({ foretold, actual, above }, i) => {
    // Each of three targets is a tenth too high, and the last counts half.
    assertAlmostEquals(foretold - actual, 0.25, 1e-9);
    assert(i === 0 || above >= bins[i - 1]!.above);
  });
  const path = "unseen/50%/decision/calibration-error";
  assertAlmostEquals(study.baselines["ridge"]![path]!, 0.25, 1e-9);
  assertAlmostEquals(study.metrics[path]!.value, 0, 1e-12);
});
