import { assertEquals } from "@std/assert";
import { medianRule, type MedianRuleOptions } from "./median_rule.ts";

interface Scored {
  readonly progress: number;
  readonly score: number;
}

const run = (...scores: number[]) => ({
  history: scores.map((score, i) => ({ progress: (i + 1) / 4, score })),
});
const rule = (options: Partial<MedianRuleOptions<Scored>> = {}) =>
  medianRule<Scored>({ value: ({ score }) => score, least: 2, ...options });
const others = [run(8, 4, 2, 1), run(8, 5, 2, 1), run(8, 6, 2, 1)];

Deno.test("`medianRule()` compares with what the others had when they had come as far", async () => {
  // The median is 8, 5, 2 and 1; one as good as it goes on.
  const runs = [run(8), run(8, 5.5), run(8, 5), run(9, 9, 2.5), run(9, 9, 2, 1)];
  const alone = await Promise.all(runs.map((run) => rule()([run], others)));
  assertEquals(alone.flat(), [false, true, false, true, false]);
});

Deno.test("`medianRule()` goes by the best value so far, and the direction that is better", async () => {
  assertEquals(await rule()([run(3, 9), run(9, 9)], others), [false, true]);
  const rising = others.map(({ history }) => ({
    history: history.map(({ progress, score }) => ({ progress, score: -score })),
  }));
  const stopper = rule({ better: "higher" });
  assertEquals(await stopper([run(-3, -9), run(-9, -9)], rising), [false, true]);
});

Deno.test("`medianRule()` waits for enough others that have come as far", async () => {
  const stopper = rule({ least: 3 });
  assertEquals(await stopper([run(9, 9)], others.slice(1)), [false]);
  assertEquals(await stopper([run(9, 9)], [...others.slice(1), run(8)]), [false]);
  assertEquals(await stopper([run(9, 9)], others), [true]);
  // Runs under way count for each other.
  assertEquals(await stopper([run(9, 9), run(1, 1), run(1, 1), run(1, 1)], []), [
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("`medianRule()` stops nothing before the first progress, nor what has no history", async () => {
  const stopper = rule({ first: 0.5 });
  assertEquals(await stopper([run(99), run(99, 99), run()], others), [false, true, false]);
});

Deno.test("`medianRule()` takes a value that is no number for the worst", async () => {
  assertEquals(await rule()([run(NaN), run(NaN, 1)], others), [true, false]);
  const failed = [run(NaN, NaN), run(NaN, NaN)];
  assertEquals(await rule()([run(NaN, NaN), run(9, 9)], failed), [false, false]);
});
