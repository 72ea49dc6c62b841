/**
 * Numbers as a reader wants them: as many digits as they deserve, a true minus sign, groups of
 * three, powers of ten written out, the unit a narrow space away.
 *
 * @module
 */

const narrowSpace = "\u202f";

/**
 * A measured value with four significant digits, whole numbers in full.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(measured(0.77654321), "0.7765");
 * assertEquals(measured(540516), "540\u202f516");
 * assertEquals(measured(-0.00001234), "−1.234 × 10⁻⁵");
 * ```
 */
export function measured(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return grouped(String(value));
  const power = exponent(value, 3);
  if (power < -4 || power >= 6) return scientific(value, 3);
  return grouped(value.toFixed(Math.max(0, 3 - power)));
}

/**
 * A value and the half width of its interval, both cut where the half width has two significant
 * digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(withSpread(0.992134, 0.00113), "0.9921 ± 0.0011");
 * ```
 */
export function withSpread(value: number, half: number): string {
  if (half === 0) return `${measured(value)} ± 0`;
  const power = exponent(half, 1);
  if (power < -7 || exponent(value, 3) >= 6) return `${measured(value)} ± ${scientific(half, 1)}`;
  const digits = Math.max(0, 1 - power);
  return `${grouped(value.toFixed(digits))} ± ${grouped(half.toFixed(digits))}`;
}

/**
 * A mean's text, and that of ± its half width when there is any.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(meanTexts(0.992134, { low: 0.991, high: 0.9932 }), ["0.9921", "± 0.0011"]);
 * assertEquals(meanTexts(0.992134, { low: null, high: null }), ["0.9921"]);
 * ```
 */
export function meanTexts(
  value: number,
  { low, high }: { readonly low: number | null; readonly high: number | null },
): [string, string?] {
  if (low === null || high === null || low === high) return [measured(value)];
  const [text, half] = withSpread(value, Math.max(high - value, value - low)).split(" ± ");
  return [text!, `± ${half}`];
}

/**
 * A number that somebody chose, such as a bound: in its shortest form.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(chosen(0.98), "0.98");
 * assertEquals(chosen(-15000), "−15\u202f000");
 * ```
 */
export function chosen(value: number): string {
  // Twelve digits are more than anyone chooses, and fewer than a product's rounding error shows.
  const text = String(Number(value.toPrecision(12)));
  const [mantissa, power] = text.split("e");
  return power === undefined
    ? grouped(text)
    : `${minus(mantissa!)} × 10${superscript(Number(power))}`;
}

/**
 * A number's text with its unit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(withUnit("5", "%"), "5\u202f%");
 * assertEquals(withUnit("0.98", ""), "0.98");
 * ```
 */
export function withUnit(text: string, unit: string): string {
  return unit === "" ? text : `${text}${narrowSpace}${unit}`;
}

/**
 * A count with its noun.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(count(1, "seed"), "1 seed");
 * assertEquals(count(3, "seed"), "3 seeds");
 * ```
 */
export function count(number: number, noun: string): string {
  return `${grouped(String(number))} ${noun}${number === 1 ? "" : "s"}`;
}

/** A duration in the largest fitting unit: `41 s`, `12 min`, `3.4 h`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return withUnit(seconds.toFixed(1), "s");
  if (seconds < 119.5) return withUnit(seconds.toFixed(0), "s");
  if (seconds < 7170) return withUnit((seconds / 60).toFixed(0), "min");
  return withUnit((seconds / 3600).toFixed(1), "h");
}

/** The decimal exponent of a number once it is rounded to `digits` decimals of its mantissa. */
function exponent(value: number, digits: number): number {
  return Number(value.toExponential(digits).split("e")[1]);
}

function scientific(value: number, digits: number): string {
  const [mantissa, power] = value.toExponential(digits).split("e");
  return `${minus(mantissa!)} × 10${superscript(Number(power))}`;
}

function superscript(power: number): string {
  return String(power).replace(/./g, (digit) => digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]!);
}

function grouped(text: string): string {
  const [whole, fraction] = text.split(".");
  const digits = whole!.replace("-", "");
  const wide = digits.length > 4 ? digits.replace(/\B(?=(\d{3})+$)/g, narrowSpace) : digits;
  return `${whole!.startsWith("-") ? "−" : ""}${wide}${
    fraction === undefined ? "" : `.${fraction}`
  }`;
}

function minus(text: string): string {
  return text.replace("-", "−");
}
