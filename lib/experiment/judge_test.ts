import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { atLeast, atMost, claim, target, within } from "./define.ts";
import { boundText, type Evidence, judgeClaim, judgeTarget } from "./judge.ts";
import type { Bound } from "./types.ts";

const runs = (values: readonly number[], more: Partial<Evidence> = {}): Evidence[] =>
  values.map((r) => ({
    metrics: { r },
    units: { r: { unit: "", better: "higher" } },
    baselines: {},
    ceilings: {},
    ...more,
  }));
const must = (bound: Bound, metric = "r") => target(metric, bound, { because: "test" });
const said = (bound: Bound, metric = "r") =>
  claim(metric, bound, { says: "as said", source: "a page", expect: "refuted" });

Deno.test("`judgeTarget()` passes when the pessimistic end of the mean is inside", () => {
  const judged = judgeTarget(must(atLeast(0.98)), runs([0.99, 0.991, 0.992]));
  assertEquals(judged.verdict, "pass");
  // sd 0.001, t(0.95, 2) = 2.919986: 0.991 -+ 2.919986 * 0.001 / sqrt(3)
  assertAlmostEquals(judged.interval.low!, 0.991 - 2.919986 * 0.001 / Math.sqrt(3), 1e-8);
  assertAlmostEquals(judged.interval.high!, 0.991 + 2.919986 * 0.001 / Math.sqrt(3), 1e-8);
});

Deno.test("`judgeTarget()` fails when the optimistic end is outside", () => {
  assertEquals(judgeTarget(must(atLeast(0.98)), runs([0.95, 0.951, 0.952])).verdict, "fail");
  assertEquals(judgeTarget(must(atMost(0.94)), runs([0.95, 0.951, 0.952])).verdict, "fail");
});

Deno.test("`judgeTarget()` names the seeds that would decide when the interval spans the bound", () => {
  const judged = judgeTarget(must(atLeast(0.98)), runs([0.97, 0.985, 0.995]));
  assertEquals(judged.verdict, "not enough evidence");
  assertEquals(Number.isInteger(judged.seedsToDecide) && judged.seedsToDecide! > 3, true);
});

Deno.test("`judgeTarget()` judges a single seed by its value", () => {
  assertEquals(judgeTarget(must(atLeast(0.98)), runs([0.98])).verdict, "pass");
  assertEquals(judgeTarget(must(atLeast(0.98)), runs([0.9799])).verdict, "fail");
  assertEquals(judgeTarget(must(atLeast(0.98)), runs([0.98])).interval, { low: null, high: null });
});

Deno.test("`judgeTarget()` judges a two-sided bound on both sides", () => {
  assertEquals(judgeTarget(must(within(0.305, 0.325)), runs([0.31])).verdict, "pass");
  assertEquals(judgeTarget(must(within(0.305, 0.325)), runs([0.33])).verdict, "fail");
  assertEquals(
    judgeTarget(must(within(0.3, 0.4)), runs([0.31, 0.39])).verdict,
    "not enough evidence",
  );
});

Deno.test("`judgeTarget()` fails a metric that a run lacks", () => {
  const judged = judgeTarget(must(atLeast(0), "missing"), runs([1, 2]));
  assertEquals([judged.verdict, judged.value], ["fail", null]);
});

Deno.test("`judgeTarget()` shows the best baseline in the metric's direction", () => {
  const baselines = { mean: { r: 0.75 }, persistence: { r: 0.6 }, partial: {} };
  assertEquals(judgeTarget(must(atLeast(0)), runs([1], { baselines })).bestBaseline, {
    name: "mean",
    value: 0.75,
  });
  const units = { r: { unit: "ms", better: "lower" as const } };
  assertEquals(
    judgeTarget(must(atLeast(0)), runs([1], { baselines, units })).bestBaseline?.name,
    "persistence",
  );
});

Deno.test("`judgeClaim()` refutes with the ceiling that excludes the bound", () => {
  const judged = judgeClaim(said(atLeast(0.98)), runs([0.777], { ceilings: { r: 0.782 } }));
  assertEquals(judged.verdict, "refuted");
  assertStringIncludes(judged.evidence, "no predictor can do better than 0.782");
});

Deno.test("`judgeClaim()` does not blame a ceiling that would allow the claim", () => {
  const judged = judgeClaim(said(atLeast(0.98)), runs([0.777], { ceilings: { r: 0.99 } }));
  assertEquals([judged.verdict, judged.evidence], ["refuted", "Measured 0.777 over 1 seed."]);
});

Deno.test("`judgeClaim()` reproduces, and says not testable where evidence is missing", () => {
  assertEquals(judgeClaim(said(atLeast(0.7)), runs([0.777])).verdict, "reproduced");
  assertEquals(judgeClaim(said(atLeast(0.7), "missing"), runs([0.777])).verdict, "not testable");
  assertEquals(judgeClaim(said(atLeast(0.777)), runs([0.7, 0.85])).verdict, "not testable");
});

Deno.test("`boundText()` writes each kind of bound", () => {
  assertEquals([atLeast(1), atMost(2), within(1, 2)].map(boundText), ["≥ 1", "≤ 2", "1 to 2"]);
});
