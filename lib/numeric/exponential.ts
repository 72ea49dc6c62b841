/**
 * `exp`, `expm1`, `log` and `tanh` from IEEE arithmetic alone. Methods and coefficients of the first
 * three are those of fdlibm 5.3 (e_exp.c, s_expm1.c, e_log.c); the last sums of `exp` and `log` keep
 * the rounding error that fdlibm drops.
 *
 * fdlibm: Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a
 * Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is
 * freely granted, provided that this notice is preserved.
 *
 * @module
 */

import { highWord, powerOfTwo, scale } from "./float_bits.ts";

/** ln 2 in two parts; `k * LN2_HIGH` is exact for `|k| < 2^20`. */
const LN2_HIGH = 6.93147180369123816490e-01;
const LN2_LOW = 1.90821492927058770002e-10;
const INVERSE_LN2 = 1.44269504088896338700;
const HALF_LN2 = 0.34657359027997264;
const THREE_HALF_LN2 = 1.0397207708399179;

/** Above it `exp` overflows. */
const EXP_HIGHEST = 709.782712893383973096;
/** Below it `exp` rounds to zero. */
const EXP_LOWEST = -745.13321910194110842;

/**
 * The exponential, below 0.75 ulp from the exact value.
 *
 * `x = k ln 2 + r` with `|r| <= ln 2 / 2`; `exp r = 1 + 2 r / (R(r) - r)`, where `R` is a polynomial of
 * degree 10 in `r` with even powers only; the result is scaled by `2^k`.
 *
 * @example
 * ```ts
 * import { exp } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(exp(1), Math.E);
 * assertEquals([exp(0), exp(-Infinity), exp(710)], [1, 0, Infinity]);
 * ```
 */
export function exp(x: number): number {
  if (x !== x) return x;
  if (x > EXP_HIGHEST) return Infinity;
  if (x < EXP_LOWEST) return 0;
  const size = x < 0 ? -x : x;
  let k = 0;
  let high = x;
  let low = 0;
  if (size > HALF_LN2) {
    k = nearestMultiple(x, size);
    high = x - k * LN2_HIGH;
    low = k * LN2_LOW;
  } else if (size < 2 ** -28) {
    return 1 + x;
  }
  const r = high - low;
  const t = r * r;
  const c = r - t *
      (1.66666666666666019037e-01 + t *
          (-2.77777777770155933842e-03 + t *
              (6.61375632143793436117e-05 + t *
                  (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
  // fdlibm's plain sum misses the nearest double at x = 1, for one; keeping what 1 + high loses does not.
  const sum = 1 + high;
  return scale(sum + ((high - (sum - 1)) + (r * c / (2 - c) - low)), k);
}

/**
 * `exp(x) - 1` without cancellation near zero, below 0.85 ulp from the exact value.
 *
 * @example
 * ```ts
 * import { expm1 } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(expm1(1e-20), 1e-20);
 * assertEquals(expm1(-50), -1);
 * ```
 */
export function expm1(x: number): number {
  if (x !== x) return x;
  if (x > EXP_HIGHEST) return Infinity;
  if (x < -38.816242) return -1; // -56 ln 2: the rest is beyond the last bit
  const size = x < 0 ? -x : x;
  if (size < 2 ** -54) return x;
  let k = 0;
  let r = x;
  let c = 0;
  if (size > HALF_LN2) {
    k = nearestMultiple(x, size);
    const high = x - k * LN2_HIGH;
    const low = k * LN2_LOW;
    r = high - low;
    c = (high - r) - low;
  }
  const half = 0.5 * r;
  const h = r * half;
  const r1 = 1 + h *
      (-3.33333333333331316428e-02 + h *
          (1.58730158725481460165e-03 + h *
              (-7.93650757867487942473e-05 + h *
                  (4.00821782732936239552e-06 + h * -2.01099218183624371326e-07))));
  const t = 3 - r1 * half;
  let e = h * ((r1 - t) / (6 - r * t));
  if (k === 0) return r - (r * e - h);
  e = r * (e - c) - c;
  e -= h;
  if (k === -1) return 0.5 * (r - e) - 0.5;
  if (k === 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e);
  if (k < 0 || k > 56) return scale(r - e + 1, k) - 1;
  const inverse = powerOfTwo(-k);
  return (k < 20 ? r - e + (1 - inverse) : r - (e + inverse) + 1) * powerOfTwo(k);
}

/**
 * The natural logarithm, below 0.8 ulp from the exact value.
 *
 * `x = 2^k (1 + f)` with `1 + f` between `sqrt(1/2)` and `sqrt(2)`; with `s = f / (2 + f)`,
 * `log(1 + f) = f - f²/2 + s (f²/2 + R(s²))`, `R` a polynomial of degree 7.
 *
 * @returns `-Infinity` at zero of either sign, NaN below.
 *
 * @example
 * ```ts
 * import { log } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(log(2), 0.6931471805599453);
 * assertEquals([log(1), log(0), log(-1)], [0, -Infinity, NaN]);
 * ```
 */
export function log(x: number): number {
  if (x !== x || x < 0) return NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return x;
  let k = 0;
  let m = x;
  if (x < 2 ** -1022) {
    k = -54;
    m = x * 2 ** 54;
  }
  // Adding this moves the exponent's step from powers of two to sqrt(1/2) times them.
  const step = ((highWord(m) + (0x3ff00000 - 0x3fe6a09e)) >> 20) - 1023;
  k += step;
  m *= powerOfTwo(-step);
  const f = m - 1;
  const half = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = z *
    (6.666666666666735130e-01 + w *
        (2.857142874366239149e-01 + w *
            (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const even = w *
    (3.999999999940941908e-01 + w *
        (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const base = k * LN2_HIGH;
  const sum = base + f;
  return sum + ((f - (sum - base)) + (s * (half + (even + odd)) + k * LN2_LOW - half));
}

/**
 * The hyperbolic tangent, below 1.4 ulp from the exact value.
 *
 * Up to 0.625 the rational function of Cody and Waite, "Software Manual for the Elementary Functions"
 * (1980), chapter 13, as in Moshier's Cephes; beyond, `1 - 2 / (exp(2 |x|) + 1)`.
 *
 * @example
 * ```ts
 * import { tanh } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([tanh(-0), tanh(1e-300), tanh(-25)], [-0, 1e-300, -1]);
 * ```
 */
export function tanh(x: number): number {
  const size = x < 0 ? -x : x;
  if (!(size >= 2 ** -28)) return x;
  if (size <= 0.625) {
    const z = x * x;
    const p = (-9.64399179425052238628e-01 * z - 9.92877231001918586564e+01) * z -
      1.61468768441708447952e+03;
    const q = ((z + 1.12811678491632931402e+02) * z + 2.23548839060100448583e+03) * z +
      4.84406305325125486048e+03;
    return x + x * z * (p / q);
  }
  const t = size > 20 ? 1 : 1 - 2 / (exp(2 * size) + 1);
  return x < 0 ? -t : t;
}

/** The integer nearest `x / ln 2`, for `size = |x| > ln 2 / 2`. */
function nearestMultiple(x: number, size: number): number {
  if (size < THREE_HALF_LN2) return x < 0 ? -1 : 1;
  return (INVERSE_LN2 * x + (x < 0 ? -0.5 : 0.5)) | 0;
}
