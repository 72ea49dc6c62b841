import { assertEquals } from "@std/assert";
import { qualityScore } from "../../data/som.ts";
import { type Check, recommend } from "./command_recommendation.ts";
import { DOCUMENT_RULE, type ScoreRule } from "./saved_schema.ts";

const percentile: ScoreRule = {
  kind: "percentile",
  threshold: 0.8,
  percentile: 0.7,
  runs: 100,
  firstShare: 0.2,
};

const at = (share: number, score: number): Check => ({ share, score });
const advice = (rule: ScoreRule, now: Check, before: Check | null = null) =>
  recommend(rule, now, before).advice;

Deno.test("`recommend()` has the document's thresholds, the bounds among the better", () => {
  const advised = [0.2, 0.5, 0.51, 1, 1.01].map((score) => advice(DOCUMENT_RULE, at(0.1, score)));
  const [go, caution] = ["continue", "continue with caution"] as const;
  assertEquals(advised, [go, go, caution, caution, "terminate"]);
});

Deno.test("`recommend()` terminates by a percentile at the second checkpoint above it, not before 20 %", () => {
  const high = 0.81, low = 0.8;
  assertEquals(advice(percentile, at(0.5, low), at(0.45, high)), "continue");
  assertEquals(advice(percentile, at(0.5, high)), "continue with caution");
  assertEquals(advice(percentile, at(0.5, high), at(0.45, low)), "continue with caution");
  assertEquals(advice(percentile, at(0.5, high), at(0.45, high)), "terminate");
  // The first check is at 20 %, the first decision at the one after it.
  assertEquals(advice(percentile, at(0.15, high), at(0.1, high)), "continue with caution");
  assertEquals(advice(percentile, at(0.2, high), at(0.15, high)), "continue with caution");
  assertEquals(advice(percentile, at(0.25, high), at(0.2, high)), "terminate");
  const { because } = recommend(percentile, at(0.15, high), null);
  assertEquals(
    because,
    "the score foretold is 0.81, above the threshold 0.8; but nothing is stopped before 20 %.",
  );
});

Deno.test("`recommend()` takes a map that was never trained for bad, and a good one for good", () => {
  // Of a ratio and of an error in the data's units, clear cases each.
  const untrained = qualityScore({ mqe: 1, topographicError: 0.95, deadNeuronRatio: 0.85 });
  const trained = qualityScore({ mqe: 0.3, topographicError: 0.02, deadNeuronRatio: 0.1 });
  for (const rule of [DOCUMENT_RULE, percentile]) {
    assertEquals(advice(rule, at(0.5, untrained), at(0.45, untrained)), "terminate");
    assertEquals(advice(rule, at(0.5, trained), at(0.45, trained)), "continue");
  }
});
