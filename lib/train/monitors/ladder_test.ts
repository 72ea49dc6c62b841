import { assertEquals, assertThrows } from "@std/assert";
import { learningRateLadder, rungAbove, rungBelow } from "./ladder.ts";

Deno.test("`rungBelow()` and `rungAbove()` walk the whole ladder and end at its ends", () => {
  const down: number[] = [];
  for (let rate: number | null = 1e-3; rate !== null; rate = rungBelow(rate)) down.push(rate);
  assertEquals(down, [...learningRateLadder]);
  const up: number[] = [];
  for (let rate: number | null = 3e-5; rate !== null; rate = rungAbove(rate)) up.unshift(rate);
  assertEquals(up, [...learningRateLadder]);
});

Deno.test("`rungBelow()` and `rungAbove()` take a rate between rungs to the next one on that side", () => {
  assertEquals([0.1, 5e-4, 1e-5].map((rate) => rungBelow(rate)), [1e-3, 3e-4, null]);
  assertEquals([0.1, 5e-4, 1e-5].map((rate) => rungAbove(rate)), [null, 1e-3, 3e-5]);
});

Deno.test("`rungBelow()` and `rungAbove()` take a rate that went through f32 for its rung", () => {
  const rates = learningRateLadder.map(Math.fround);
  assertEquals(rates.map((rate) => rungBelow(rate)), [3e-4, 1e-4, 5e-5, 3e-5, null]);
  assertEquals(rates.map((rate) => rungAbove(rate)), [null, 1e-3, 3e-4, 1e-4, 5e-5]);
});

Deno.test("`rungBelow()` refuses rates from 0 down and ladders that do not fall", () => {
  for (const rate of [0, -1, NaN]) assertThrows(() => rungBelow(rate), RangeError, `${rate}`);
  for (const ladder of [[1, 2], [1, 1], [1, 0]]) {
    assertThrows(() => rungAbove(0.5, ladder), RangeError, ladder.join(", "));
  }
});
