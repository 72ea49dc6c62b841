/**
 * `atan` and `atan2` from IEEE arithmetic alone, after fdlibm 5.3 (s_atan.c, e_atan2.c).
 *
 * fdlibm: Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a
 * Sun Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is
 * freely granted, provided that this notice is preserved.
 *
 * @module
 */

/** What π leaves beyond the double nearest to it. */
const PI_REST = 1.2246467991473531772e-16;

/**
 * The angle in radians whose tangent is `x`, within ±π/2, below 0.85 ulp from the exact value.
 *
 * @example
 * ```ts
 * import { atan } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([atan(0), atan(1), atan(-Infinity)], [0, Math.PI / 4, -Math.PI / 2]);
 * ```
 */
export function atan(x: number): number {
  const size = x < 0 ? -x : x;
  if (size < 0.4375) return size < 2 ** -29 ? x : x - x * kernel(x);
  const angle = positive(size);
  return x < 0 ? -angle : angle;
}

/**
 * The angle in radians from the positive x axis to the point (x, y), within ±π, below 1.5 ulp from the exact
 * value. Signs of zeros and infinities count as in IEEE 754.
 *
 * @example
 * ```ts
 * import { atan2 } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([atan2(1, 0), atan2(0, -1), atan2(-3, -3)], [Math.PI / 2, Math.PI, -0.75 * Math.PI]);
 * ```
 */
export function atan2(y: number, x: number): number {
  const leftwards = x < 0 || Object.is(x, -0);
  const downwards = y < 0 || Object.is(y, -0);
  const [width, height] = [leftwards ? -x : x, downwards ? -y : y];
  const infinite = width === Infinity && height === Infinity;
  const steep = atan(infinite ? 1 : height === 0 && width === 0 ? 0 : height / width);
  const angle = leftwards ? Math.PI - (steep - PI_REST) : steep;
  return downwards ? -angle : angle;
}

/** From 7/16 on: the angle of a point nearby, and the rest by the difference formula. */
function positive(x: number): number {
  if (x < 0.6875) return beyond(0.46364760900080609, 2.2698777452961687e-17, (2 * x - 1) / (2 + x));
  if (x < 1.1875) return beyond(0.78539816339744828, 3.0616169978683830e-17, (x - 1) / (x + 1));
  if (x < 2.4375) {
    return beyond(0.98279372324732905, 1.3903311031230998e-17, (x - 1.5) / (1 + 1.5 * x));
  }
  return beyond(1.5707963267948966, 6.1232339957367660e-17, -1 / x);
}

/** An angle, given as the sum of two doubles, and that of the tangent `t` more. */
function beyond(angle: number, rest: number, t: number): number {
  return angle - ((t * kernel(t) - rest) - t);
}

/** 1 − atan(x)/x for |x| < 7/16. */
function kernel(x: number): number {
  const z = x * x;
  const w = z * z;
  const odd = 3.33333333333329318027e-01 + w *
      (1.42857142725034663711e-01 + w *
          (9.09088713343650656196e-02 + w *
              (6.66107313738753120669e-02 + w *
                  (4.97687799461593236017e-02 + w * 1.62858201153657823623e-02))));
  const even = -1.99999999998764832476e-01 + w *
      (-1.11111104054623557880e-01 + w *
          (-7.69187620504482999495e-02 + w *
              (-5.83357013379057348645e-02 + w * -3.65315727442169155270e-02)));
  return z * odd + w * even;
}
