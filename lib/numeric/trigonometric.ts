/**
 * `sin` and `cos` from IEEE arithmetic alone. Kernels and the reduction below 2²⁰ π/2 follow fdlibm
 * 5.3 (k_sin.c, k_cos.c, e_rem_pio2.c); beyond, the argument is reduced in exact integers.
 *
 * fdlibm: Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a
 * Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is
 * freely granted, provided that this notice is preserved.
 *
 * @module
 */

import { highWord, powerOfTwo } from "./float_bits.ts";

const QUARTER_PI = 0.7853981633974483;
/** Up to here a multiple of π/2 times the 33-bit parts below is exact. */
const MEDIUM = 2 ** 20 * 1.5707963267948966;
const INVERSE_HALF_PI = 6.36619772367581382433e-01;

/** π/2 in parts of 33 bits, and what each leaves. */
const HALF_PI_1 = 1.57079632673412561417e+00;
const HALF_PI_1_REST = 6.07710050650619224932e-11;
const HALF_PI_2 = 6.07710050630396597660e-11;
const HALF_PI_2_REST = 2.02226624879595063154e-21;
const HALF_PI_3 = 2.02226624871116645580e-21;
const HALF_PI_3_REST = 8.47842766036889956997e-32;

/** floor(2/π · 2¹²⁰⁰): enough that the largest double keeps 176 bits of its quadrant's fraction. */
const TWO_OVER_PI_BITS = 1200;
const TWO_OVER_PI = BigInt(
  "0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09" +
    "d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897" +
    "ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6b" +
    "fb5fb11f8d5d0856033046fc7b",
);
/** floor(π/2 · 2²⁰⁰). */
const HALF_PI_BITS = 200;
const HALF_PI = BigInt("0x1921fb54442d18469898cc51701b839a252049c1114cf98e804");

/** The reduced argument as a sum of two doubles. */
const reduced = new Float64Array(2);

/**
 * The sine of an angle in radians, below 0.8 ulp from the exact value for every finite argument.
 *
 * @returns NaN when `x` is not finite.
 *
 * @example
 * ```ts
 * import { sin } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([sin(0), sin(Math.PI / 2), sin(Math.PI)], [0, 1, 1.2246467991473532e-16]);
 * assertEquals(sin(1e22), -0.8522008497671888);
 * ```
 */
export function sin(x: number): number {
  if (x >= -QUARTER_PI && x <= QUARTER_PI) return sinKernel(x, 0);
  const quadrant = reduce(x);
  const value = quadrant & 1
    ? cosKernel(reduced[0]!, reduced[1]!)
    : sinKernel(reduced[0]!, reduced[1]!);
  return quadrant & 2 ? -value : value;
}

/**
 * The cosine of an angle in radians, below 0.8 ulp from the exact value for every finite argument.
 *
 * @returns NaN when `x` is not finite.
 *
 * @example
 * ```ts
 * import { cos } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([cos(0), cos(Math.PI), cos(Math.PI / 2)], [1, -1, 6.123233995736766e-17]);
 * ```
 */
export function cos(x: number): number {
  if (x >= -QUARTER_PI && x <= QUARTER_PI) return cosKernel(x, 0);
  const quadrant = reduce(x);
  const value = quadrant & 1
    ? sinKernel(reduced[0]!, reduced[1]!)
    : cosKernel(reduced[0]!, reduced[1]!);
  return (quadrant + 1) & 2 ? -value : value;
}

/** Writes `x - n π/2`, within ±π/4, to `reduced`; returns `n` modulo 4. */
function reduce(x: number): number {
  if (!(x <= MEDIUM && x >= -MEDIUM)) return reduceExactly(x);
  const n = Math.floor(x * INVERSE_HALF_PI + 0.5);
  const exponent = exponentOf(x);
  let r = x - n * HALF_PI_1;
  let w = n * HALF_PI_1_REST;
  let y = r - w;
  // Each further part is needed only when cancellation has eaten the bits of the one before.
  if (exponent - exponentOf(y) > 16) {
    let t = r;
    w = n * HALF_PI_2;
    r = t - w;
    w = n * HALF_PI_2_REST - ((t - r) - w);
    y = r - w;
    if (exponent - exponentOf(y) > 49) {
      t = r;
      w = n * HALF_PI_3;
      r = t - w;
      w = n * HALF_PI_3_REST - ((t - r) - w);
      y = r - w;
    }
  }
  reduced[0] = y;
  reduced[1] = (r - y) - w;
  return n & 3;
}

/** The same for any `x`, in integers: a few microseconds. */
function reduceExactly(x: number): number {
  if (!Number.isFinite(x)) {
    reduced[0] = NaN;
    return 0;
  }
  const power = exponentOf(x) - 1023 - 52;
  const integer = BigInt(x * powerOfTwo(-power));
  const point = BigInt(TWO_OVER_PI_BITS - power);
  const turns = integer * TWO_OVER_PI;
  const n = (turns + (1n << (point - 1n))) >> point;
  // The fraction to 200 bits, times π/2 with 200 bits.
  const fraction = (turns - (n << point)) >> (point - 200n);
  const angle = fraction * HALF_PI;
  const unit = 2 ** -(200 + HALF_PI_BITS);
  const leading = Number(angle);
  reduced[0] = leading * unit;
  reduced[1] = Number(angle - BigInt(leading)) * unit;
  return Number(n & 3n);
}

/** The biased exponent. */
function exponentOf(x: number): number {
  return (highWord(x) >> 20) & 0x7ff;
}

/** sin(x + y) for `|x| <= π/4` and a tail `y` below its last bit; odd polynomial of degree 13. */
function sinKernel(x: number, y: number): number {
  if (x > -(2 ** -27) && x < 2 ** -27) return x;
  const z = x * x;
  const v = z * x;
  const r = 8.33333333332248946124e-03 + z *
      (-1.98412698298579493134e-04 + z *
          (2.75573137070700676789e-06 + z *
              (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)));
  return x - ((z * (0.5 * y - v * r) - y) - v * -1.66666666666666324348e-01);
}

/** cos(x + y) for `|x| <= π/4` and a tail `y`; even polynomial of degree 14. */
function cosKernel(x: number, y: number): number {
  const z = x * x;
  const w = z * z;
  const r = z *
      (4.16666666666666019037e-02 + z *
          (-1.38888888888741095749e-03 + z * 2.48015872894767294178e-05)) +
    w * w *
      (-2.75573143513906633035e-07 + z *
          (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11));
  const half = 0.5 * z;
  const rest = 1 - half;
  return rest + (((1 - rest) - half) + (z * r - x * y));
}
