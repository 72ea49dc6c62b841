import { assert, assertEquals } from "@std/assert";
import { arithmetics, type Rounding } from "./arithmetic.ts";
import * as constants from "./constants.ts";
import { expf, logf, sigmoidf, tanhf } from "./elementary.ts";
import { BOUNDS_ULP, errorUlp, type FunctionName } from "./error_testing.ts";
import { EDGES, floatOf, word } from "./testing.ts";

const FUNCTIONS = { exp: expf, log: logf, sigmoid: sigmoidf, tanh: tanhf };
const NAMES = Object.keys(FUNCTIONS) as FunctionName[];
const ROUNDINGS: Rounding[] = ["strict", "fused"];

Deno.test("`expf()`, `logf()`, `sigmoidf()`, `tanhf()` keep their bounds over all floats", () => {
  for (const rounding of ROUNDINGS) {
    for (const name of NAMES) {
      const f = FUNCTIONS[name];
      const check = (x: number) => {
        const error = errorUlp(name, x, f(x, arithmetics[rounding]));
        assert(error <= BOUNDS_ULP[name], `${rounding} ${name}(${x}) is ${error} ulp off`);
      };
      for (let word = 0; word < 2 ** 32; word += 40_961) check(floatOf(word));
      for (const x of EDGES) check(x);
      // Where errors are largest.
      for (let i = 0; i < 50_000; i++) check(Math.fround((word(i) / 2 ** 32 - 0.5) * 40));
    }
  }
});

Deno.test("every constant is exactly an f32 or the bits of one", () => {
  for (const [name, value] of Object.entries(constants)) {
    if (!name.endsWith("_BITS")) assertEquals(Math.fround(value), value, name);
  }
  assertEquals(floatOf(constants.MAGIC_BITS), constants.MAGIC);
  assertEquals(floatOf(constants.ONE_BITS), 1);
  assertEquals(floatOf(constants.SQRT_HALF_BITS), Math.fround(Math.SQRT1_2));
});

Deno.test("`tanhf()` is odd", () => {
  for (let i = 0; i < 20_000; i++) {
    const x = Math.fround(word(i) / 2 ** 28);
    for (const rounding of ROUNDINGS) {
      assertEquals(tanhf(-x, arithmetics[rounding]), -tanhf(x, arithmetics[rounding]));
    }
  }
});

for (const rounding of ROUNDINGS) {
  const arithmetic = arithmetics[rounding];

  Deno.test(`\`expf()\` keeps its special values, ${rounding}`, () => {
    const at = (x: number) => expf(Math.fround(x), arithmetic);
    assertEquals([0, -0, 2 ** -149].map(at), [1, 1, 1]);
    assertEquals([Infinity, -Infinity, NaN].map(at), [Infinity, 0, NaN]);
    // The last finite and the first infinite result, the last normal and the first flushed one.
    assertEquals([88.7228317, 88.7228394].map(at), [floatOf(0x7f7fff84), Infinity]);
    assertEquals([-87.3365402, -87.3365479].map((x) => at(x) >= 2 ** -126), [true, false]);
    assertEquals(at(-87.3365479), 0);
  });

  Deno.test(`\`sigmoidf()\` keeps its special values, ${rounding}`, () => {
    const at = (x: number) => sigmoidf(Math.fround(x), arithmetic);
    assertEquals([0, -0, 2 ** -149, -(2 ** -149)].map(at), [0.5, 0.5, 0.5, 0.5]);
    assertEquals([Infinity, -Infinity, NaN].map(at), [1, 0, NaN]);
    assertEquals([17.33, 3e38, -87.3365479, -3e38].map(at), [1, 1, 0, 0]);
    assert(at(-87.3365402) >= 2 ** -126);
  });

  Deno.test(`\`tanhf()\` keeps its special values, ${rounding}`, () => {
    const at = (x: number) => tanhf(Math.fround(x), arithmetic);
    assertEquals([0, -0, Infinity, -Infinity, NaN].map(at), [0, -0, 1, -1, NaN]);
    for (const tiny of [2 ** -149, 2 ** -126, -(2 ** -20), 2 ** -127]) assertEquals(at(tiny), tiny);
    assertEquals([9.02, -9.02, 3.4e38].map(at), [1, -1, 1]);
  });

  Deno.test(`\`logf()\` keeps its special values, ${rounding}`, () => {
    const at = (x: number) => logf(Math.fround(x), arithmetic);
    assertEquals([1, Infinity, NaN].map(at), [0, Infinity, NaN]);
    assertEquals([0, -0, 2 ** -149, -(2 ** -149), 2 ** -127].map(at), Array(5).fill(-Infinity));
    assertEquals([-1, -(2 ** -126), -Infinity].map(at), [NaN, NaN, NaN]);
    assertEquals(at(2 ** -126), Math.fround(-126 * Math.LN2));
  });
}
