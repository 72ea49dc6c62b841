import { assertEquals } from "@std/assert";
import { highWord, nextBelow, powerOfTwo, scale, withoutLowWord } from "./float_bits.ts";

Deno.test("`highWord()` and `withoutLowWord()` split a double", () => {
  assertEquals(highWord(1), 0x3ff00000);
  assertEquals(highWord(-2), 0xc0000000 | 0);
  assertEquals(withoutLowWord(1 + 2 ** -20 + 2 ** -21), 1 + 2 ** -20);
  assertEquals(withoutLowWord(-1.5), -1.5);
});

Deno.test("`powerOfTwo()` is exact from the smallest to the largest", () => {
  for (let k = -1074; k <= 1023; k++) assertEquals(powerOfTwo(k), 2 ** k);
});

Deno.test("`scale()` rounds once at both ends of the range", () => {
  assertEquals(scale(1.5, 3), 12);
  assertEquals(scale(0.9999999999999999, 1024), Number.MAX_VALUE);
  assertEquals(scale(1, 1024), Infinity);
  assertEquals(scale(1.5, -1074), 2 * Number.MIN_VALUE); // a tie, to even
  assertEquals(scale(1 + 2 ** -52, -1075), Number.MIN_VALUE);
  assertEquals(scale(1, -1075), 0); // a tie, to even
  assertEquals(scale(1.9, -1076), 0);
});

Deno.test("`nextBelow()` steps down across zero and powers of two", () => {
  assertEquals(nextBelow(1), 1 - 2 ** -53);
  assertEquals(nextBelow(-1), -1 - 2 ** -52);
  assertEquals(nextBelow(0), -Number.MIN_VALUE);
  assertEquals(nextBelow(-0), -Number.MIN_VALUE);
  assertEquals(nextBelow(Number.MIN_VALUE), 0);
  assertEquals(nextBelow(2 ** -1022), 2 ** -1022 - Number.MIN_VALUE);
});
