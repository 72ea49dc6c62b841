import { assert, assertEquals } from "@std/assert";
import { exactOf } from "../../numeric/exact_oracle.ts";
import { anyFloat, word } from "./testing.ts";
import { fmaf } from "./fmaf.ts";

/** The exact `a * b + c` rounded to f32 in integers, for finite arguments; a sum of 0 gives +0. */
function exactFmaf(a: number, b: number, c: number): number {
  const [x, y, z] = [exactOf(a), exactOf(b), exactOf(c)];
  const low = Math.min(x.exponent + y.exponent, z.exponent);
  const value = (x.mantissa * y.mantissa << BigInt(x.exponent + y.exponent - low)) +
    (z.mantissa << BigInt(z.exponent - low));
  const size = value < 0n ? -value : value;
  // Units of the last place of the result, at least those of subnormals.
  const drop = Math.max(size.toString(2).length - 24, -149 - low);
  let units = drop <= 0 ? size << BigInt(-drop) : size >> BigInt(drop);
  if (drop > 0) {
    const half = 1n << BigInt(drop - 1);
    const rest = size - (units << BigInt(drop));
    if (rest > half || (rest === half && (units & 1n))) units++;
  }
  const result = Number(units) * 2 ** (low + drop);
  return (value < 0n ? -1 : 1) * (result > 3.4028234663852886e38 ? Infinity : result);
}

function check(a: number, b: number, c: number): void {
  const found = fmaf(a, b, c);
  const wanted = exactFmaf(a, b, c);
  // Zeros compare by value: the sign of an exact zero sum is tested apart.
  if (found !== wanted) throw new Error(`fmaf(${a}, ${b}, ${c}) is ${found}, not ${wanted}`);
}

Deno.test("`fmaf()` equals exact rounding for random bits", () => {
  for (let i = 0; i < 200_000; i++) {
    const [a, b, c] = [anyFloat(3 * i), anyFloat(3 * i + 1), anyFloat(3 * i + 2)];
    if (Number.isFinite(a) && Number.isFinite(b) && Number.isFinite(c)) check(a, b, c);
  }
});

Deno.test("`fmaf()` equals exact rounding under cancellation and at ties", () => {
  for (let i = 0; i < 100_000; i++) {
    const a = Math.fround((word(i) + 1) * 2 ** (word(i + 1) % 80 - 60));
    const b = Math.fround((word(i + 2) + 1) * 2 ** (word(i + 3) % 80 - 60));
    const product = a * b;
    check(a, b, -Math.fround(product)); // all that is left is the product's rounding error
    check(a, b, Math.fround(product * 2 ** (word(i + 4) % 60 - 30)));
    // The addend's last place around the product: short significands make ties.
    const [m, n] = [1 + (word(i + 5) & 0xfff), 1 + (word(i + 6) & 0xfff)];
    check(m, n * 2 ** -(word(i + 7) % 50), word(i + 8) >>> 8);
    check(m, -n * 2 ** -(word(i + 7) % 50), word(i + 8) >>> 8);
  }
});

Deno.test("`fmaf()` equals exact rounding where results are subnormal or just overflow", () => {
  for (let i = 0; i < 60_000; i++) {
    const a = Math.fround((word(i) + 1) * 2 ** -(95 + word(i + 1) % 50));
    const b = Math.fround((word(i + 2) + 1) * 2 ** -(95 + word(i + 3) % 50));
    const c = (word(i + 4) % 4096 - 2048) * 2 ** -149;
    check(a, b, c);
    check(a, -b, c);
    check(Math.fround(a * 2 ** 60), Math.fround(b * 2 ** 60), c);
    check(Math.fround(3.4e38 * (1 + (word(i) % 64) / 65536)), 1, (word(i + 5) % 256) * 2 ** 98);
  }
  const max = 2 ** 128 - 2 ** 104;
  assertEquals(fmaf(max, 1, 2 ** 103), Infinity); // the tie goes up
  assertEquals(fmaf(max, 1, 2 ** 103 - 2 ** 79), max);
  assertEquals(fmaf(2 ** 127, 2, -max), 2 ** 104); // the product alone would overflow
});

Deno.test("`fmaf()` keeps IEEE's infinities, NaN and signs of zero", () => {
  assertEquals(fmaf(Infinity, 1, 1), Infinity);
  assertEquals(fmaf(1, 1, -Infinity), -Infinity);
  assert(Number.isNaN(fmaf(Infinity, 0, 1)));
  assert(Number.isNaN(fmaf(Infinity, 1, -Infinity)));
  assert(Number.isNaN(fmaf(1, NaN, 1)));
  assert(Object.is(fmaf(1, 1, -1), 0));
  assert(Object.is(fmaf(-1, 0, -0), -0));
  assert(Object.is(fmaf(-1, 0, 0), 0));
});
