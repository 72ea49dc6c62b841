/**
 * The readable oracle of `elementary.ts`: the same functions in exact integers, to hundreds of bits,
 * and the distance of a double from them. For tests; a value takes tens of microseconds.
 *
 * A `Fixed` is a bigint that stands for itself times `2^-bits`. Series are summed until their terms
 * vanish, so results are good to a few units of `2^-bits`.
 *
 * @module
 */

/** The real number `mantissa · 2^exponent`. */
export interface Exact {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** Functions that {@linkcode exactly} evaluates. */
export type Function1 = "exp" | "expm1" | "log" | "sin" | "cos" | "tanh" | "atan";

const BITS = 320;

/** A finite double as the real number it is. */
export function exactOf(x: number): Exact {
  const words = new BigUint64Array(Float64Array.of(x).buffer)[0]!;
  const biased = Number(words >> 52n & 0x7ffn);
  const fraction = words & (2n ** 52n - 1n);
  const size = biased === 0 ? fraction : fraction | 2n ** 52n;
  return { mantissa: words >> 63n ? -size : size, exponent: Math.max(biased, 1) - 1075 };
}

/** How far `y` is from `exact`, in units in the last place of a double near `exact`. */
export function ulpsFrom(y: number, exact: Exact): number {
  const size = exact.mantissa < 0n ? -exact.mantissa : exact.mantissa;
  const top = size.toString(2).length - 1 + exact.exponent;
  const ulp = Math.max(top, -1022) - 52;
  if (!Number.isFinite(y)) {
    return top >= 1024 && Math.sign(y) === (exact.mantissa < 0n ? -1 : 1) ? 0 : Infinity;
  }
  const found = exactOf(y);
  // Both in units of 2^(ulp - 40), dropping what is below.
  const difference = shift(found.mantissa, found.exponent - ulp + 40) -
    shift(exact.mantissa, exact.exponent - ulp + 40);
  return Math.abs(Number(difference)) / 2 ** 40;
}

/** The value of a function at a finite double where it is finite and not zero. */
export function exactly(name: Function1, x: number): Exact {
  const tiny = Math.abs(x) < 2 ** -60;
  if (name === "log") return { mantissa: logOf(x, BITS), exponent: -BITS };
  if (name === "exp") return expOf(fixed(x, BITS), BITS);
  if (name === "cos") return { mantissa: sineOf(x, 1), exponent: -BITS };
  // Near zero the others are x(1 + c): x stays exact and only c is a series.
  if (tiny) {
    const { mantissa, exponent } = exactOf(x);
    const t = fixed(x, 3 * BITS) >> BigInt(2 * BITS);
    const t2 = multiply(t, t, BITS);
    const one = 1n << BigInt(BITS);
    const cubic = { sin: one - t2 / 6n, tanh: one - t2 / 3n, atan: one - t2 / 3n };
    const factor = name === "expm1" ? one + t / 2n + t2 / 6n : cubic[name];
    return { mantissa: mantissa * factor, exponent: exponent - BITS };
  }
  if (name === "sin") return { mantissa: sineOf(x, 0), exponent: -BITS };
  if (name === "atan") return { mantissa: angleOf(x, 1), exponent: -BITS };
  if (name === "expm1") {
    const e = expOf(fixed(x, BITS), BITS);
    return {
      mantissa: shift(e.mantissa, e.exponent + BITS) - (1n << BigInt(BITS)),
      exponent: -BITS,
    };
  }
  const e = expOf(fixed(-2 * Math.abs(x), BITS), BITS);
  const one = 1n << BigInt(BITS);
  const q = shift(e.mantissa, e.exponent + BITS);
  const t = ((one - q) << BigInt(BITS)) / (one + q);
  return { mantissa: x < 0 ? -t : t, exponent: -BITS };
}

/** The angle from the positive x axis to the point (`x`, `y`), both finite and not zero. */
export function exactAngle(y: number, x: number): Exact {
  return { mantissa: angleOf(y, x), exponent: -BITS };
}

/** `x ** y` for positive finite `x`. */
export function exactPower(x: number, y: number): Exact {
  const bits = BITS + 64;
  const { mantissa, exponent } = exactOf(y);
  return expOf(shift(logOf(x, bits) * mantissa, exponent), bits);
}

/** `m · 2^k`, rounded down. */
function shift(m: bigint, k: number): bigint {
  return k >= 0 ? m << BigInt(k) : m >> BigInt(-k);
}

function fixed(x: number, bits: number): bigint {
  const { mantissa, exponent } = exactOf(x);
  return shift(mantissa, exponent + bits);
}

function multiply(a: bigint, b: bigint, bits: number): bigint {
  return a * b >> BigInt(bits);
}

/** Sum of `sign^n t^(2n+1) / (2n+1)`: the inverse tangent (`sign = -1`) or its hyperbolic kin of a fixed `t`. */
function inverseTangent(t: bigint, sign: bigint, bits: number): bigint {
  const square = sign * multiply(t, t, bits);
  let [term, sum] = [t, t];
  for (let n = 3n; term !== 0n && term !== -1n; n += 2n) {
    term = multiply(term, square, bits);
    sum += term / n;
  }
  return sum;
}

const ln2Cache = new Map<number, bigint>();

/** `ln 2 = 2 artanh(1/3)`. */
function ln2(bits: number): bigint {
  let value = ln2Cache.get(bits);
  if (value === undefined) {
    value = 2n * inverseTangent((1n << BigInt(bits)) / 3n, 1n, bits);
    ln2Cache.set(bits, value);
  }
  return value;
}

const halfPiCache = new Map<number, bigint>();

/** `π/2 = 8 atan(1/5) - 2 atan(1/239)` (Machin). */
function halfPi(bits: number): bigint {
  let value = halfPiCache.get(bits);
  if (value === undefined) {
    const one = 1n << BigInt(bits);
    value = 8n * inverseTangent(one / 5n, -1n, bits) - 2n * inverseTangent(one / 239n, -1n, bits);
    halfPiCache.set(bits, value);
  }
  return value;
}

/** `exp` of a fixed `t`: Taylor on `(t - k ln 2) / 2^16`, squared 16 times. */
function expOf(t: bigint, bits: number): Exact {
  const k = t / ln2(bits);
  const guard = 40;
  const wide = bits + guard;
  const r = (t - k * ln2(bits)) << BigInt(guard);
  const small = r >> 16n;
  let term = 1n << BigInt(wide);
  let sum = term;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = multiply(term, small, wide) / n;
    sum += term;
  }
  for (let i = 0; i < 16; i++) sum = multiply(sum, sum, wide);
  return { mantissa: sum, exponent: Number(k) - wide };
}

/** `log x = k ln 2 + 2 artanh((m - 1) / (m + 1))`, `m` between 3/4 and 3/2, fixed. */
function logOf(x: number, bits: number): bigint {
  const { mantissa, exponent } = exactOf(x);
  let k = mantissa.toString(2).length - 1;
  if (mantissa << 1n > 3n << BigInt(k)) k++;
  const m = shift(mantissa, bits - k);
  const one = 1n << BigInt(bits);
  const s = ((m - one) << BigInt(bits)) / (m + one);
  return 2n * inverseTangent(s, 1n, bits) + BigInt(k + exponent) * ln2(bits);
}

/** `sin(x + turn π/2)`, fixed: the quadrant from exact division, then Taylor. */
function sineOf(x: number, turn: number): bigint {
  const wide = Math.abs(x) < 2 ** 64 ? BITS + 128 : BITS + 1152;
  const t = fixed(x, wide);
  const quarter = halfPi(wide);
  let n = t / quarter;
  if (t - n * quarter < 0n) n--;
  const r = (t - n * quarter) >> BigInt(wide - BITS);
  const quadrant = Number((n + BigInt(turn)) & 3n);
  const square = -multiply(r, r, BITS);
  const cosine = quadrant % 2 === 1;
  let term = cosine ? 1n << BigInt(BITS) : r;
  let sum = term;
  for (let j = cosine ? 1n : 2n; term !== 0n && term !== -1n; j += 2n) {
    term = multiply(term, square, BITS) / (j * (j + 1n));
    sum += term;
  }
  return quadrant >= 2 ? -sum : sum;
}

/** The angle of the point (`x`, `y`), fixed: turned by multiples of π/4 to where the series is short. */
function angleOf(y: number, x: number): bigint {
  const bits = 2200;
  const [width, height] = [fixed(Math.abs(x), bits), fixed(Math.abs(y), bits)];
  const [low, high] = width < height ? [width, height] : [height, width];
  const one = BigInt(BITS);
  const steep = 5n * low > 2n * high
    ? halfPi(BITS) / 2n - inverseTangent(((high - low) << one) / (high + low), -1n, BITS)
    : inverseTangent((low << one) / high, -1n, BITS);
  const quarter = width < height ? halfPi(BITS) - steep : steep;
  const angle = x < 0 ? 2n * halfPi(BITS) - quarter : quarter;
  return y < 0 ? -angle : angle;
}
