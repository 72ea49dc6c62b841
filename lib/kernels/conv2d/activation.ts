/**
 * The functions that follow a convolution, and their derivatives as seen from their results.
 *
 * @module
 */

import { multiply } from "../arithmetic/arithmetic.ts";

/** `relu`: negative values become 0. `leakyRelu`: they are multiplied by 0.01. A NaN stays one. */
export type Activation = "linear" | "relu" | "leakyRelu";

/** Every activation; its index is its number in the WASM kernels. */
export const ACTIVATIONS: readonly Activation[] = ["linear", "relu", "leakyRelu"];

const SLOPE = Math.fround(0.01);

/**
 * The activation of an f32 value.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([activate(-2, "linear"), activate(-2, "relu")], [-2, 0]);
 * ```
 */
export function activate(z: number, activation: Activation): number {
  if (activation === "linear" || !(z < 0)) return z;
  return activation === "relu" ? 0 : multiply(z, SLOPE);
}

/**
 * The gradient before an activation from the one behind it, `dy`, and its result `y`; at 0 the slope of
 * the negative side.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([activationGradient(3, 1, "relu"), activationGradient(3, 0, "relu")], [3, 0]);
 * ```
 */
export function activationGradient(dy: number, y: number, activation: Activation): number {
  if (activation === "linear" || y > 0) return dy;
  return activation === "relu" ? 0 : multiply(dy, SLOPE);
}

/** WGSL functions `activate(z)` and `activation_gradient(dy, y)` on a type, step for step the same. */
export function activationWgsl(activation: Activation, type: "f32" | "vec4f"): string {
  if (activation === "linear") return `fn activate(z: ${type}) -> ${type} { return z; }`;
  const negative = (value: string) => activation === "relu" ? `${type}()` : `${value} * ${SLOPE}f`;
  return `
fn activate(z: ${type}) -> ${type} { return select(z, ${negative("z")}, z < ${type}()); }
fn activation_gradient(dy: ${type}, y: ${type}) -> ${type} {
  return select(${negative("dy")}, dy, y > ${type}());
}`;
}
