/**
 * Activations and their slopes, of one f32: the oracle of what follows a matrix product, and its text in
 * WGSL. In four lanes they stand in `assembly/activation.ts`.
 *
 * @module
 */

import { add, type Arithmetic, multiply } from "./arithmetic.ts";
import { LEAK } from "./constants.ts";
import { sigmoidf, tanhf } from "./elementary.ts";
import { arithmeticWgsl } from "./wgsl.ts";

/** The activations, in the order of their numbers in WebAssembly. */
export const activations = ["linear", "relu", "leakyRelu", "sigmoid", "tanh"] as const;

/** The name of an activation; `leakyRelu` has the slope 0.01 below zero. */
export type Activation = typeof activations[number];

/** The number by which WebAssembly knows an activation. */
export function numberOf(activation: Activation): number {
  return activations.indexOf(activation);
}

/**
 * `activation(x)`.
 *
 * @example
 * ```ts
 * import { arithmetics } from "./arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const at = (x: number) => activations.map((name) => activate(name, x, arithmetics.strict));
 * assertEquals(at(0), [0, 0, 0, 0.5, 0]);
 * assertEquals(at(-100).slice(0, 3), [-100, 0, -1]);
 * ```
 */
export function activate(activation: Activation, x: number, arithmetic: Arithmetic): number {
  switch (activation) {
    case "linear":
      return x;
    case "relu":
      return x < 0 ? 0 : x;
    case "leakyRelu":
      return x < 0 ? multiply(x, LEAK) : x;
    case "sigmoid":
      return sigmoidf(x, arithmetic);
    case "tanh":
      return tanhf(x, arithmetic);
  }
}

/**
 * `dy · activation'(x)`, from `y = activation(x)`.
 *
 * @example
 * ```ts
 * import { arithmetics } from "./arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const slopes = activations.map((name) => slope(name, 0.5, 2, arithmetics.strict));
 * assertEquals(slopes, [2, 2, 2, 0.5, 1.5]);
 * ```
 */
export function slope(
  activation: Activation,
  y: number,
  dy: number,
  { madd }: Arithmetic,
): number {
  switch (activation) {
    case "linear":
      return dy;
    case "relu":
      return y <= 0 ? 0 : dy;
    case "leakyRelu":
      return y <= 0 ? multiply(dy, LEAK) : dy;
    case "sigmoid":
      return multiply(dy, multiply(y, add(1, -y)));
    case "tanh":
      return multiply(dy, madd(-y, y, 1));
  }
}

const wgsl: Readonly<Record<Activation, readonly [value: string, slope: string]>> = {
  linear: ["x", "dy"],
  relu: ["select(x, 0.0, x < 0.0)", "select(dy, 0.0, y <= 0.0)"],
  leakyRelu: [`select(x, x * ${LEAK}, x < 0.0)`, `select(dy, dy * ${LEAK}, y <= 0.0)`],
  sigmoid: ["sigmoidf(x)", "mul(dy, mul(y, add(1.0, -y)))"],
  tanh: ["tanhf(x)", "mul(dy, madd(-y, y, 1.0))"],
};

/**
 * WGSL functions `activate(x)` and `slope(y, dy)`, and those of `arithmeticWgsl("fused")`, which wants
 * its `zero_bits` assigned.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(activationWgsl("tanh").includes("fn activate(x: f32) -> f32 { return tanhf(x); }"));
 * ```
 */
export function activationWgsl(activation: Activation): string {
  const [value, slope] = wgsl[activation];
  return `${arithmeticWgsl("fused")}
fn activate(x: f32) -> f32 { return ${value}; }
fn slope(y: f32, dy: f32) -> f32 { return ${slope}; }
`;
}
