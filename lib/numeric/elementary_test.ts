import { assert, assertEquals } from "@std/assert";
import { digestArrays } from "./digest.ts";
import { atan, atan2, cos, exp, expm1, log, pow, sin, tanh } from "./elementary.ts";
import { exactAngle, exactly, exactPower, type Function1, ulpsFrom } from "./exact_oracle.ts";

const POINTS = 1500;
const functions = { exp, expm1, log, sin, cos, tanh, atan };

/** A fixed sequence of integers below 2³² that looks random: a Weyl sequence through MurmurHash3's finaliser. */
function word(i: number): number {
  let h = Math.imul(i + 1, 0x9e3779b9);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** In (0, 1). */
function unit(i: number): number {
  return (word(i) + 0.5) / 2 ** 32;
}

/** A double with uniformly distributed bits. */
function anyDouble(i: number): number {
  return new Float64Array(Uint32Array.of(word(2 * i), word(2 * i + 1)).buffer)[0]!;
}

/** Between 2^low and 2^high in size, uniform in the logarithm, of either sign. */
function anySize(i: number, low: number, high: number): number {
  const k = Math.floor(low + (high - low) * unit(i));
  return (word(i + 7919) & 1 ? -1 : 1) * (1 + unit(i + 104729)) * 2 ** k;
}

function between(i: number, low: number, high: number): number {
  return low + (high - low) * unit(i);
}

interface Range {
  readonly name: Function1;
  readonly of: string;
  readonly bound: number;
  readonly point: (i: number) => number;
}

const RANGES: Range[] = [
  { name: "exp", of: "[-708, 709.7]", bound: 0.65, point: (i) => between(i, -708, 709.7) },
  { name: "exp", of: "[-2, 2]", bound: 0.65, point: (i) => between(i, -2, 2) },
  { name: "exp", of: "small arguments", bound: 0.65, point: (i) => anySize(i, -60, -1) },
  { name: "exp", of: "subnormal results", bound: 0.75, point: (i) => between(i, -745.1, -708) },
  { name: "expm1", of: "[-40, 709.7]", bound: 0.85, point: (i) => between(i, -40, 709.7) },
  { name: "expm1", of: "[-2, 2]", bound: 0.85, point: (i) => between(i, -2, 2) },
  { name: "expm1", of: "small arguments", bound: 0.85, point: (i) => anySize(i, -1074, -1) },
  { name: "log", of: "all doubles", bound: 0.8, point: (i) => Math.abs(anyDouble(i)) },
  { name: "log", of: "(0, 4)", bound: 0.8, point: (i) => between(i, 0, 4) },
  { name: "log", of: "near 1", bound: 0.8, point: (i) => 1 + anySize(i, -50, -3) },
  { name: "log", of: "subnormals", bound: 0.8, point: (i) => between(i, 0, 2e-308) },
  { name: "tanh", of: "[-22, 22]", bound: 1.4, point: (i) => between(i, -22, 22) },
  { name: "tanh", of: "the seam at 0.625", bound: 1.4, point: (i) => between(i, 0.5, 0.75) },
  { name: "tanh", of: "[-1, 1]", bound: 1.4, point: (i) => between(i, -1, 1) },
  { name: "tanh", of: "small arguments", bound: 1.4, point: (i) => anySize(i, -1074, -1) },
  { name: "atan", of: "[-4, 4]", bound: 0.85, point: (i) => between(i, -4, 4) },
  { name: "atan", of: "any size", bound: 0.85, point: (i) => anySize(i, -200, 200) },
];
for (const name of ["sin", "cos"] as const) {
  RANGES.push(
    { name, of: "[-π/4, π/4]", bound: 0.8, point: (i) => between(i, -0.7854, 0.7854) },
    { name, of: "[-20, 20]", bound: 0.8, point: (i) => between(i, -20, 20) },
    { name, of: "[-1.7e6, 1.7e6]", bound: 0.8, point: (i) => between(i, -1.7e6, 1.7e6) },
    { name, of: "near multiples of π/2", bound: 0.8, point: (i) => nearQuarter(i) },
    { name, of: "all doubles", bound: 0.8, point: anyDouble },
  );
}

/** The double nearest a multiple of π/2, or a neighbour: where reduction cancels most. */
function nearQuarter(i: number): number {
  const x = Math.round(between(i, 1, 1.1e6)) * (Math.PI / 2);
  return x * (1 + (word(i + 5) % 3 - 1) * 2 ** -52);
}

for (const { name, of, bound, point } of RANGES) {
  Deno.test(`\`${name}()\` is within ${bound} ulp of the exact value: ${of}`, () => {
    for (let i = 0; i < POINTS; i++) {
      const x = point(i);
      if (!Number.isFinite(x) || x === 0 || (name === "log" && x === 1)) continue;
      const error = ulpsFrom(functions[name](x), exactly(name, x));
      assert(error <= bound, `${name}(${x}) = ${functions[name](x)} is off by ${error} ulp`);
    }
  });
}

Deno.test("`sin()` and `cos()` hold at the hardest arguments for reduction", () => {
  // 6381956970095103 · 2^797 is the double nearest a multiple of π/2 (Muller et al., Handbook of
  // Floating-Point Arithmetic); the others stand at the border between the two reductions.
  const border = 2 ** 20 * 1.5707963267948966;
  for (const x of [6381956970095103 * 2 ** 797, border, border * (1 + 2 ** -52), 1e22, 2 ** 1023]) {
    for (const name of ["sin", "cos"] as const) {
      assert(ulpsFrom(functions[name](x), exactly(name, x)) <= 0.8, `${name}(${x})`);
    }
  }
});

const POWERS: [string, (i: number) => [number, number]][] = [
  ["any base", (i) => [Math.abs(anyDouble(i)), between(i + 1, -1.5, 1.5)]],
  ["bases to 4", (i) => [between(i, 0, 4), between(i + 9999, -500, 500)]],
  ["small exponents", (i) => [between(i, 0, 50), between(i + 9999, 0, 3)]],
  ["bases near 1", (i) => [1 + between(i, -5e-9, 5e-9), between(i + 9999, -5e10, 5e10)]],
  ["exponents beyond 2^31", (i) => [1 + anySize(i, -50, -22), anySize(i + 9999, 31, 55)]],
];
for (const [of, point] of POWERS) {
  Deno.test(`\`pow()\` is within 0.65 ulp of the exact value: ${of}`, () => {
    for (let i = 0; i < POINTS; i++) {
      const [x, y] = point(i);
      const approximate = Math.abs(y * Math.log2(x));
      if (!Number.isFinite(x) || x === 0 || !(approximate < 1070)) continue;
      const error = ulpsFrom(pow(x, y), exactPower(x, y));
      assert(error <= (approximate > 1020 ? 0.75 : 0.65), `pow(${x}, ${y}) is off by ${error} ulp`);
    }
  });
}

Deno.test("`atan2()` is within 1.5 ulp of the exact value", () => {
  for (let i = 0; i < POINTS; i++) {
    const [y, x] = [anySize(i, -40, 40), anySize(i + 9999, -40, 40)];
    const error = ulpsFrom(atan2(y, x), exactAngle(y, x));
    assert(error <= 1.5, `atan2(${y}, ${x}) is off by ${error} ulp`);
  }
});

Deno.test("`atan2()` treats special operands as `Math.atan2()` does", () => {
  const values = [0, 5e-324, 1e-300, 1, 1e300, Infinity];
  const operands = [...values, ...values.map((v) => -v), NaN];
  for (const y of operands) {
    for (const x of operands) {
      const [found, engine] = [atan2(y, x), Math.atan2(y, x)];
      const same = Object.is(found, engine) || Math.abs(found - engine) <= 1e-15;
      assert(same, `atan2(${y}, ${x}) = ${found}, not ${engine}`);
    }
  }
});

Deno.test("`pow()` treats special operands as `**` does", () => {
  const values = [0, 1, 2, 3, 0.5, 1 / 3, 1 - 2 ** -53, 1 + 2 ** -52, 2 ** 53 - 1, 2 ** 53];
  values.push(1e308, 5e-324, 2 ** -1022, Infinity);
  const operands = [...values, ...values.map((v) => -v), NaN];
  for (const x of operands) {
    for (const y of operands) {
      const [found, engine] = [pow(x, y), x ** y];
      const same = Object.is(found, engine) ||
        Math.abs(found - engine) <= Math.max(Math.abs(engine) * 2 ** -52, Number.MIN_VALUE);
      assert(same, `pow(${x}, ${y}) = ${found}, not ${engine}`);
    }
  }
});

Deno.test("`pow()` is exact where the result is a double", () => {
  for (let k = -1074; k <= 1023; k++) assertEquals(pow(2, k), 2 ** k);
  assertEquals(pow(3, 33), 5559060566555523);
  assertEquals(pow(10, 22), 1e22);
  assertEquals(pow(2, 0.5), Math.SQRT2);
});

Deno.test("elementary functions have the values of IEEE 754 at special arguments", () => {
  const cases: [Function1, number, number][] = [
    ["exp", -Infinity, 0],
    ["exp", Infinity, Infinity],
    ["exp", 709.7827128933841, Infinity],
    ["exp", -745.1332191019411, 5e-324],
    ["exp", -745.1332191019412, 0],
    ["exp", -0, 1],
    ["exp", 1, Math.E],
    ["expm1", -0, -0],
    ["expm1", -Infinity, -1],
    ["expm1", Infinity, Infinity],
    ["expm1", 710, Infinity],
    ["log", 0, -Infinity],
    ["log", -0, -Infinity],
    ["log", -5e-324, NaN],
    ["log", Infinity, Infinity],
    ["log", 1, 0],
    ["log", 2, Math.LN2],
    ["log", 10, Math.LN10],
    ["sin", -0, -0],
    ["sin", 5e-324, 5e-324],
    ["sin", Infinity, NaN],
    ["cos", -0, 1],
    ["cos", -Infinity, NaN],
    ["tanh", -0, -0],
    ["tanh", 5e-324, 5e-324],
    ["tanh", Infinity, 1],
    ["tanh", -Infinity, -1],
    ["atan", -0, -0],
    ["atan", 5e-324, 5e-324],
    ["atan", 1e300, Math.PI / 2],
    ["atan", -Infinity, -Math.PI / 2],
  ];
  for (const [name, x, expected] of cases) {
    assert(Object.is(functions[name](x), expected), `${name}(${x}) = ${functions[name](x)}`);
  }
  for (const name of Object.keys(functions) as Function1[]) {
    assert(Number.isNaN(functions[name](NaN)), name);
  }
});

Deno.test("odd functions are odd and `cos()` is even, bit for bit", () => {
  for (let i = 0; i < POINTS; i++) {
    const x = anyDouble(i);
    if (!Number.isFinite(x)) continue;
    assertEquals(sin(-x), -sin(x));
    assertEquals(cos(-x), cos(x));
    assertEquals(tanh(-x), -tanh(x));
    assertEquals(atan(-x), -atan(x));
  }
});

Deno.test("elementary functions have the bits on record, on every machine", () => {
  const outputs: Record<string, Float64Array> = {};
  const x = Float64Array.from(
    { length: 20_000 },
    (_, i) => i % 2 ? anyDouble(i) : anySize(i, -8, 9),
  );
  for (const name of Object.keys(functions) as Function1[]) outputs[name] = x.map(functions[name]);
  outputs.pow = x.map((v, i) => pow(Math.abs(v), 2 * unit(i) - 1));
  assertEquals(
    digestArrays(outputs),
    "da0af846b0f447ab189f9386eeb6ead2ba660a3fd1dad9b77e6584e24a37cbd8",
  );
});
