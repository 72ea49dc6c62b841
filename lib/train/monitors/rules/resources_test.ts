import { assertEquals } from "@std/assert";
import { defaultRules } from "../rule_sets.ts";
import { findingOf, frozen } from "../testing.ts";

Deno.test("`gradient_spike` is 20 times the running median, gravely 100 times", () => {
  const of = (norm: number, before = 20) =>
    findingOf(defaultRules, "gradient_spike", {
      epochs: frozen([1]),
      gradientNorms: [...Array(before).fill(1), norm, 1, 1],
    });
  assertEquals([20, 20.1, 100, 100.1].map((norm) => of(norm)?.severity), [
    undefined,
    "warning",
    "warning",
    "error",
  ]);
  assertEquals(
    of(250)?.evidence,
    "At step 21 the gradient's norm before clipping was 250, 250 times the median 1 of the steps before " +
      "(threshold 100).",
  );
  assertEquals(of(250, 19), undefined);
});

Deno.test("`memory_growth` is ten rises in a row by more than a tenth", () => {
  const of = (each: number, count = 11) =>
    findingOf(defaultRules, "memory_growth", {
      epochs: Array.from({ length: count }, (_, i) => ({ epoch: i + 1, memory: 1000 + each * i })),
    });
  assertEquals(of(9.9), undefined);
  assertEquals(
    of(11)?.evidence,
    "Memory grew at each of 10 epochs, from 1000 bytes at epoch 1 to 1110 at epoch 11, by 11 % (threshold 10 %).",
  );
  assertEquals(of(11, 10), undefined);
  assertEquals(of(0), undefined);
});
