import { assertEquals } from "@std/assert";
import { chosen, count, duration, measured, withSpread, withUnit } from "./format.ts";

const thin = "\u202f";

Deno.test("`measured()` keeps four significant digits, zeros included, and whole numbers in full", () => {
  assertEquals(measured(0.7), "0.7000");
  assertEquals(measured(12.34567), "12.35");
  assertEquals(measured(99.996), "100.0");
  assertEquals(measured(123456.7), `123${thin}457`);
  assertEquals(measured(0), "0");
  assertEquals(measured(-3), "−3");
  assertEquals(measured(1234), "1234");
  assertEquals(measured(14980), `14${thin}980`);
});

Deno.test("`measured()` writes powers of ten beyond the usual range", () => {
  assertEquals(measured(0.000123), "0.0001230");
  assertEquals(measured(0.0000123), "1.230 × 10⁻⁵");
  assertEquals(measured(1234567.8), "1.235 × 10⁶");
  assertEquals(measured(2e12), "2.000 × 10¹²");
});

Deno.test("`withSpread()` cuts both numbers at the spread's second digit", () => {
  assertEquals(withSpread(0.98642, 0.000134), "0.98642 ± 0.00013");
  assertEquals(withSpread(39.486, 12.3), "39 ± 12");
  assertEquals(withSpread(-0.5, 0.25), "−0.50 ± 0.25");
  assertEquals(withSpread(3, 0), "3 ± 0");
  assertEquals(withSpread(0.5, 2e-9), "0.5000 ± 2.0 × 10⁻⁹");
});

Deno.test("`chosen()` writes what was chosen, without a product's rounding error", () => {
  assertEquals(chosen(0.305), "0.305");
  assertEquals(chosen(12.8 * 1.4), "17.92");
  assertEquals(chosen(1e-7), "1 × 10⁻⁷");
  assertEquals(chosen(540516), `540${thin}516`);
});

Deno.test("`withUnit()`, `count()` and `duration()` put units and nouns", () => {
  assertEquals(withUnit("3", "ms"), `3${thin}ms`);
  assertEquals(count(0, "seed"), "0 seeds");
  assertEquals(
    [3.14, 14.2, 300, 9000].map(duration),
    [`3.1${thin}s`, `14${thin}s`, `5${thin}min`, `2.5${thin}h`],
  );
});
