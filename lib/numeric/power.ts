/**
 * `pow` from IEEE arithmetic alone. Method and coefficients are those of fdlibm 5.3 (e_pow.c): the
 * logarithm to base 2 in two doubles, an exact product with the exponent, and an exponential. Its
 * separate series for exponents beyond 2^31 is not needed: the general path holds its error there.
 *
 * fdlibm: Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a
 * Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is
 * freely granted, provided that this notice is preserved.
 *
 * @module
 */

import { highWord, powerOfTwo, scale, withoutLowWord } from "./float_bits.ts";

/** 2 / (3 ln 2), whole and in two parts. */
const CP = 9.61796693925975554329e-01;
const CP_HIGH = 9.61796700954437255859e-01;
const CP_LOW = -7.02846165095275826516e-09;
/** log2(3/2) in two parts. */
const LOG2_1_5_HIGH = 5.84962487220764160156e-01;
const LOG2_1_5_LOW = 1.35003920212974897128e-08;
/** ln 2, whole and in two parts. */
const LN2 = 6.93147180559945286227e-01;
const LN2_HIGH = 6.93147182464599609375e-01;
const LN2_LOW = -1.90465429995776804525e-09;
/** How far above 1024 (minus this) the logarithm may be before the result overflows. */
const OVERFLOW_TAIL = 8.0085662595372944372e-17;

/** log2 of the last base in two doubles; the first has 21 significant bits. */
const logarithm = new Float64Array(2);

/**
 * `x` to the power `y`, below 0.75 ulp from the exact value. Special cases are those of `**`:
 * `pow(x, 0)` is 1 for every `x`, `pow(1, Infinity)` and `pow(-1, Infinity)` are NaN, and a negative
 * base takes integer powers only.
 *
 * @example
 * ```ts
 * import { pow } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([pow(2, 10), pow(-2, -3), pow(9, 0.5), pow(-8, 1 / 3)], [1024, -0.125, 3, NaN]);
 * ```
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (x !== x || y !== y) return NaN;
  const base = x < 0 ? -x : x;
  if (y === Infinity || y === -Infinity) {
    if (base === 1) return NaN;
    return (base > 1) === (y > 0) ? Infinity : 0;
  }
  // A double at or above 2^53 is even; the remainder is exact.
  const odd = y % 2 === 1 || y % 2 === -1;
  const negative = (x < 0 || Object.is(x, -0)) && odd;
  if (base === 0 || base === Infinity) {
    const size = (base === 0) === (y > 0) ? 0 : Infinity;
    return negative ? -size : size;
  }
  if (x < 0 && y % 1 !== 0) return NaN;
  const size = power(base, y);
  return negative ? -size : size;
}

function power(x: number, y: number): number {
  if (x === 1) return 1;
  if (y === 0.5) return Math.sqrt(x);
  // The logarithm of the doubles next to 1 is 1.6e-16 or more in size, so this overflows or vanishes.
  if (y > 2 ** 64 || y < -(2 ** 64)) return (x > 1) === (y > 0) ? Infinity : 0;
  log2(x);
  const yHigh = withoutLowWord(y);
  const low = (y - yHigh) * logarithm[0]! + y * logarithm[1]!;
  let high = yHigh * logarithm[0]!;
  const z = low + high;
  if (z > 1024 || (z === 1024 && low + OVERFLOW_TAIL > z - high)) return Infinity;
  if (z < -1075 || (z === -1075 && low <= z - high)) return 0;

  // 2^(high + low) = 2^n · 2^f with |f| <= 1/2.
  let n = 0;
  if (z > 0.5 || z < -0.5) {
    n = Math.floor(z + 0.5);
    high -= n;
  }
  const t = withoutLowWord(low + high);
  const u = t * LN2_HIGH;
  const v = (low - (t - high)) * LN2 + t * LN2_LOW;
  const a = u + v;
  const rest = v - (a - u);
  const q = a * a;
  const c = a - q *
      (1.66666666666666019037e-01 + q *
          (-2.77777777770155933842e-03 + q *
              (6.61375632143793436117e-05 + q *
                  (-1.65339022054652515390e-06 + q * 4.13813679705723846039e-08))));
  // fdlibm adds 1 to the rounded sum of the rest; keeping what 1 + a loses is closer.
  const sum = 1 + a;
  return scale(sum + ((a - (sum - 1)) - ((a * c) / (c - 2) - (rest + a * rest))), n);
}

/** log2(x) for positive finite `x`: with `s = (m - b) / (m + b)`, `log(m / b) = 2 s + 2/3 s³ + …`. */
function log2(x: number): void {
  let n = 0;
  let m = x;
  if (m < 2 ** -1022) {
    m *= 2 ** 53;
    n = -53;
  }
  const step = (highWord(m) >> 20) - 1023;
  m *= powerOfTwo(-step);
  n += step;
  // b = 1 below sqrt(3/2), 3/2 below sqrt(3), else 1 with the next power of two.
  const threeHalves = m >= 1.224744871391589 && m < 1.7320508075688772;
  if (m >= 1.7320508075688772) {
    n += 1;
    m *= 0.5;
  }
  const b = threeHalves ? 1.5 : 1;

  const u = m - b;
  const v = 1 / (m + b);
  const s = u * v;
  const sHigh = withoutLowWord(s);
  const sumHigh = withoutLowWord(m + b);
  const sumLow = m - (sumHigh - b);
  const sLow = v * ((u - sHigh * sumHigh) - sHigh * sumLow);

  const s2 = s * s;
  const r = s2 * s2 *
      (5.99999999999994648725e-01 + s2 *
          (4.28571428578550184252e-01 + s2 *
              (3.33333329818377432918e-01 + s2 *
                  (2.72728123808534006489e-01 + s2 *
                      (2.30660745775561754067e-01 + s2 * 2.06975017800338417784e-01))))) +
    sLow * (sHigh + s);
  const square = sHigh * sHigh;
  const tHigh = withoutLowWord(3 + square + r);
  const tLow = r - ((tHigh - 3) - square);

  const p = sHigh * tHigh;
  const q = sLow * tHigh + tLow * s;
  const pHigh = withoutLowWord(p + q);
  const pLow = q - (pHigh - p);
  const zHigh = CP_HIGH * pHigh;
  const zLow = CP_LOW * pHigh + pLow * CP + (threeHalves ? LOG2_1_5_LOW : 0);
  const offset = threeHalves ? LOG2_1_5_HIGH : 0;
  logarithm[0] = withoutLowWord(((zHigh + zLow) + offset) + n);
  logarithm[1] = zLow - (((logarithm[0] - n) - offset) - zHigh);
}
