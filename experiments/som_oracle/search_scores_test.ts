import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Trial } from "./search_arm.ts";
import { bestBySpent, searchScores } from "./search_scores.ts";

const ended = (score: number): Trial => ({
  generation: 0,
  objectives: [],
  violation: 0,
  checkpoints: 21,
  updates: 100,
  wholeUpdates: 100,
  score,
});
const stopped = (score: number, foretold = score, updates = 20): Trial => ({
  ...ended(score),
  violation: 1 + foretold,
  checkpoints: 6,
  updates,
});

Deno.test("`searchScores()` regrets a stopped training that would have been the best, and no other", () => {
  assertEquals(searchScores([ended(0.5), stopped(0.6), ended(0.75)]).regret, 0);
  assertEquals(searchScores([ended(0.5), stopped(0.25), ended(0.75)]).regret, 0.25);
});

Deno.test("`searchScores()` counts updates, of all and of the worst three tenths", () => {
  const good = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map(ended);
  const scores = searchScores([...good, stopped(0.8), stopped(0.9, 0.9, 40), ended(1)]);
  assertAlmostEquals(scores.savedShare, (80 + 60) / 1000);
  assertAlmostEquals(scores.savedOfBad, (80 + 60) / 300);
  assertEquals([scores.configurations, scores.empty], [10, false]);
});

Deno.test("`searchScores()` takes up what was foretold best where all was stopped", () => {
  const { best, regret, empty } = searchScores([stopped(0.5, 0.7), stopped(0.75, 0.6)]);
  assertEquals([best, regret, empty], [0.75, 0.25, true]);
});

Deno.test("`bestBySpent()` counts what had been paid for", () => {
  const trials = [stopped(0.1), ended(0.75), ended(0.5)];
  assertEquals(bestBySpent(trials, 220, [0.1, 0.5, 0.6, 1]), [null, null, 0.75, 0.5]);
});
