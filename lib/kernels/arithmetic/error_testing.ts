/**
 * How far an f32 function is from the exact one, measured with the doubles of `lib/numeric`.
 *
 * @module
 */

import { exp, log, tanh } from "../../numeric/elementary.ts";
import { isSubnormal } from "./testing.ts";

/** The four functions in double precision, an ulp or two of a double from exact. */
export const TRUTH = {
  exp,
  log,
  tanh,
  sigmoid: (x: number): number => {
    if (x >= 0) return 1 / (1 + exp(-x));
    const e = exp(x);
    return e / (1 + e);
  },
} as const;

/** A name in {@linkcode TRUTH}. */
export type FunctionName = keyof typeof TRUTH;

/**
 * The stated bounds in ulps of the f32 nearest the exact value: the largest error in either arithmetic,
 * rounded up. Found in WebAssembly at every float where a function varies: from 2⁻³¹ to 100 in size for
 * exp and sigmoid (1.0086 and 1.7016), from 2⁻¹⁵ to 10 for tanh (1.9486), all positive normals for log
 * (0.8677).
 */
export const BOUNDS_ULP: Readonly<Record<FunctionName, number>> = {
  exp: 1.01,
  log: 0.87,
  sigmoid: 1.71,
  tanh: 1.95,
};

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * The error of `y` as `name(x)` in ulps; infinite where a special value is missed. Counts the rules for
 * subnormals as exact: 0 for a subnormal result, minus infinity for the logarithm of a subnormal.
 */
export function errorUlp(name: FunctionName, x: number, y: number): number {
  if (name === "log" && isSubnormal(x)) return y === -Infinity ? 0 : Infinity;
  const exact = TRUTH[name](x);
  float[0] = exact;
  if (Object.is(y, float[0])) return 0;
  if (exact !== exact) return y !== y ? 0 : Infinity;
  if (name !== "tanh" && Math.abs(exact) < 2 ** -126) return Object.is(y, 0) ? 0 : Infinity;
  const exponent = Math.max((bits[0]! & 0x7fffffff) >>> 23, 1) - 150;
  const error = Math.abs(y - exact) / 2 ** exponent;
  return error >= 0 ? error : Infinity;
}
