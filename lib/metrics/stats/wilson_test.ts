import { assertAlmostEquals, assertThrows } from "@std/assert";
import { wilsonInterval } from "./wilson.ts";

Deno.test("`wilsonInterval()` gives what the formula's author's successors print", () => {
  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20 and 1 of 29.
  const published = [[81, 263, 0.2553, 0.3662], [15, 148, 0.0624, 0.1605], [0, 20, 0, 0.1611], [
    1,
    29,
    0.0061,
    0.1718,
  ]] as const;
  for (const [successes, trials, low, high] of published) {
    const found = wilsonInterval(successes, trials);
    assertAlmostEquals(found[0], low, 5e-5);
    assertAlmostEquals(found[1], high, 5e-5);
  }
});

Deno.test("`wilsonInterval()` is the mirror of that of the failures", () => {
  for (const successes of [0, 3, 10, 20]) {
    const [low, high] = wilsonInterval(successes, 20);
    const [ofFailures, upTo] = wilsonInterval(20 - successes, 20);
    assertAlmostEquals(low, 1 - upTo, 1e-12);
    assertAlmostEquals(high, 1 - ofFailures, 1e-12);
  }
});

Deno.test("`wilsonInterval()` refuses what are no counts", () => {
  for (const [successes, trials, level] of [[-1, 3, 0.9], [4, 3, 0.9], [0, 0, 0.9], [1, 3, 1]]) {
    assertThrows(() => wilsonInterval(successes!, trials!, level), RangeError, "Wilson");
  }
});
