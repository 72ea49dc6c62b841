import { assertAlmostEquals, assertEquals } from "@std/assert";
import { choices, decisionScores, quantile, scoresOf, stopped } from "./decisions.ts";

Deno.test("`scoresOf()` adds MQE ratio, topographic error and half the dead units", () => {
  assertEquals([...scoresOf([0.5, 0.25, 0.5, 1, 0, 0])], [1, 1]);
});

Deno.test("`quantile()` lies between order statistics", () => {
  assertEquals(quantile([3, 1, 2], 0.5), 2);
  assertAlmostEquals(quantile([0, 10], 0.7), 7, 1e-12);
  assertEquals([quantile([4], 0.7), quantile([1, 2], 1)], [4, 2]);
});

Deno.test("`decisionScores()` counts what was stopped and what should have been", () => {
  // To be stopped: the first three; stopped: the first two and the fourth.
  const [actual, foretold] = [[2, 2, 2, 0, 0, 0, 0, 0], [2, 2, 0, 2, 0, 0, 0, 0]];
  assertEquals(decisionScores(actual, foretold, 1), {
    accuracy: 6 / 8,
    precision: 2 / 3,
    recall: 2 / 3,
    specificity: 4 / 5,
  });
  // Rows may be drawn several times over.
  assertEquals(decisionScores(actual, foretold, 1, [0, 3, 3, 3]).accuracy, 1 / 4);
  const none = decisionScores([0, 0], [0, 0], 1);
  assertEquals(none, { accuracy: 1, precision: 1, recall: 1, specificity: 1 });
});

Deno.test("`stopped()` asks twice", () => {
  const checks = {
    shares: [0.25, 0.5, 0.75],
    // Never above; once; twice, at last; twice at once; twice, but not running.
    foretold: Float64Array.of(0, 0, 0, 0, 2, 0, 0, 2, 2, 2, 2, 0, 2, 0, 2),
    actual: new Float64Array(5),
  };
  const { left, foretold } = stopped(checks, 1);
  assertEquals([...left], [0, 0, 0.25, 0.5, 0]);
  assertEquals([...foretold], [-Infinity, -Infinity, 2, 2, -Infinity]);
});

Deno.test("`choices()` regrets what was stopped in each group, and finishes one where all were", () => {
  const actual = [3, 1, 2, 5, 4];
  const stopping = {
    left: Float64Array.of(0, 0.5, 0, 0.25, 0.75),
    foretold: Float64Array.of(-Infinity, 9, -Infinity, 7, 8),
  };
  assertEquals(choices([[0, 1, 2], [3, 4], [0, 2]], actual, stopping), [
    { regret: 1, saved: 0.5 / 3, emptied: false },
    { regret: 1, saved: 0.75 / 2, emptied: true },
    { regret: 0, saved: 0, emptied: false },
  ]);
});
