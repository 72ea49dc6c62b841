/**
 * The two canonical arithmetics of f32. They differ in one operation, `a * b + c`: sums, products and
 * quotients are rounded to nearest even in both, and subnormals are kept.
 *
 * @module
 */

import type { Rounding } from "../../device/wasm/load.ts";
import { fmaf } from "./fmaf.ts";

export type { Rounding };

/** An arithmetic of f32 values held in numbers. */
export interface Arithmetic {
  /** Which of the two it is. */
  readonly rounding: Rounding;
  /** `a * b + c` of f32 values. */
  madd(a: number, b: number, c: number): number;
}

/**
 * The arithmetics by name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const x = 1 + 2 ** -12;
 * assertEquals(arithmetics.strict.madd(x, x, -(1 + 2 ** -11)), 0);
 * assertEquals(arithmetics.fused.madd(x, x, -(1 + 2 ** -11)), 2 ** -24);
 * ```
 */
export const arithmetics: Readonly<Record<Rounding, Arithmetic>> = {
  strict: { rounding: "strict", madd: (a, b, c) => add(multiply(a, b), c) },
  fused: { rounding: "fused", madd: fmaf },
};

/** `a + b` of f32 values, rounded to f32: rounding the double sum a second time changes nothing. */
export const add = (a: number, b: number): number => Math.fround(a + b);

/** `a * b` of f32 values, rounded to f32. */
export const multiply = (a: number, b: number): number => Math.fround(a * b);

/** `a / b` of f32 values, rounded to f32. */
export const divide = (a: number, b: number): number => Math.fround(a / b);
