import { assertEquals } from "@std/assert";
import {
  type Exact,
  exactly,
  exactOf,
  exactPower,
  type Function1,
  ulpsFrom,
} from "./exact_oracle.ts";

/** The first 40 significant decimal digits, cut off, and the power of ten of the first. */
function decimal({ mantissa, exponent }: Exact): string {
  const size = mantissa < 0n ? -mantissa : mantissa;
  const log10 = (size.toString(2).length + exponent) * Math.log10(2);
  const shift = BigInt(60 - Math.floor(log10));
  let digits = shift >= 0n ? size * 10n ** shift : size / 10n ** -shift;
  digits = exponent >= 0 ? digits << BigInt(exponent) : digits >> BigInt(-exponent);
  const text = digits.toString();
  const power = text.length - 1 - Number(shift);
  return `${mantissa < 0n ? "-" : ""}${text[0]}.${text.slice(1, 40)}e${power}`;
}

// Expected digits are mpmath's, at 400 decimal places.
const KNOWN: [Function1, number, string][] = [
  ["exp", 1, "2.718281828459045235360287471352662497757e0"],
  ["exp", -745, "2.822350730471937076353440082059782620824e-324"],
  ["exp", -0.1, "9.048374180359595681413923842169355953090e-1"],
  ["expm1", 0.001, "1.000500166708341688893262798302888729404e-3"],
  ["log", 0.1, "-2.302585092994045628506840223426538727163e0"],
  ["log", 2, "6.931471805599453094172321214581765680755e-1"],
  ["log", 5e-324, "-7.444400719213812623141072984460816341130e2"],
  ["sin", 1, "8.414709848078965066525023216302989996225e-1"],
  ["sin", 1e6, "-3.499935021712929521176524867807714690614e-1"],
  ["cos", 1e6, "9.367521275331447869385325350749187757080e-1"],
  ["sin", 1e300, "-8.178819121159085970458852827554262120114e-1"],
  ["cos", 2 ** 70, "6.031484922481978513219882919075331252085e-2"],
  ["sin", 1e-20, "9.999999999999999451532714542095716517294e-21"],
  ["tanh", 1, "7.615941559557648881194582826047935904127e-1"],
  ["tanh", 0.2, "1.973753202249040114078777922452633402797e-1"],
  ["tanh", 1e-12, "9.999999999999999798866472959222820339195e-13"],
  ["atan", 1, "7.853981633974483096156608458198757210492e-1"],
  ["atan", 0.2, "1.973955598498807690452711558212954670365e-1"],
  ["tanh", -30, "-9.999999999999999999999999824869784746069e-1"],
];

Deno.test("`exactly()` agrees with mpmath to 40 digits", () => {
  for (const [name, x, digits] of KNOWN) {
    assertEquals(`${name} ${x} ${decimal(exactly(name, x))}`, `${name} ${x} ${digits}`);
  }
});

Deno.test("`exactPower()` agrees with mpmath to 40 digits", () => {
  assertEquals(
    decimal(exactPower(0.1, 0.3)),
    "5.011872336272723061602634536623733901253e-1",
  );
  assertEquals(
    decimal(exactPower(1.0000001, 1e9)),
    "2.688103858214464605492824271435592981887e43",
  );
});

Deno.test("`exactOf()` is the number, subnormal or not", () => {
  assertEquals(exactOf(5e-324), { mantissa: 1n, exponent: -1074 });
  assertEquals(exactOf(-3), { mantissa: -3n << 51n, exponent: -51 });
});

Deno.test("`ulpsFrom()` counts in the spacing of doubles near the exact value", () => {
  assertEquals(ulpsFrom(1 + 2 ** -52, exactOf(1)), 1);
  assertEquals(ulpsFrom(1 - 2 ** -53, exactOf(1)), 0.5);
  assertEquals(ulpsFrom(0, exactOf(5e-324)), 1);
  assertEquals(ulpsFrom(Infinity, { mantissa: 1n, exponent: 1024 }), 0);
  assertEquals(ulpsFrom(Infinity, exactOf(1)), Infinity);
});
