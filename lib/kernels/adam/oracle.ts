/**
 * Adam's step as a loop: what every other implementation must equal bit for bit.
 *
 * @module
 */

import { type Arithmetic, divide, multiply } from "../arithmetic/arithmetic.ts";
import { LEAST_NORMAL } from "../arithmetic/constants.ts";
import { blockSums, sumInOrder } from "../block_sum/oracle.ts";

/** The numbers of one step. A type, not an interface, since tfjs wants an index signature. */
export type AdamAttributes = {
  /** The learning rate, corrected for the first moment's start at zero: `lr / (1 - β₁ᵗ)`. */
  readonly rate: number;
  /** The second moment's correction: `1 / √(1 - β₂ᵗ)`. */
  readonly correction: number;
  readonly epsilon: number;
  readonly beta1: number;
  readonly beta2: number;
  /** What decoupled weight decay leaves of a parameter: `1 - lr · decay`, or 1 without it. */
  readonly kept: number;
  /** The longest gradient of all parameters together; `Infinity` for any length. */
  readonly clipNorm: number;
};

/**
 * The attributes as the f32 values that all implementations compute with, `gain` being `1 - beta`, in the
 * order in which WebAssembly and WGSL take them.
 */
export function adamConstants(attributes: AdamAttributes): number[] {
  const { rate, correction, epsilon, beta1, beta2, kept, clipNorm } = attributes;
  return [rate, correction, epsilon, beta1, 1 - beta1, beta2, 1 - beta2, kept, clipNorm]
    .map(Math.fround);
}

/**
 * Moves variables and moments in place. With `g` the gradient, scaled by `clipNorm / norm` where its norm
 * over all variables is longer: `m = β₁ m + (1 - β₁) g`, `v = β₂ v + (1 - β₂) g²`,
 * `w = kept w - rate m / (correction √v + ε)`. The norm's squares are summed as `block_sum/oracle.ts` says,
 * in blocks of each variable of its own. A moment that comes out subnormal is zero: the moments of a
 * parameter without gradient decay to that, and CPUs compute with subnormals forty times slower.
 *
 * @param gradients f32, as long as the variables.
 * @param firstMoment f32, those of all variables end to end.
 * @param secondMoment Likewise.
 * @returns The norm, before it was limited.
 *
 * @example
 * ```ts
 * import { arithmetics } from "../arithmetic/arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const [w, m, v] = [Float32Array.of(1), Float32Array.of(0), Float32Array.of(0)];
 * const numbers = { rate: 1, correction: 1, epsilon: 0, beta1: 0, beta2: 0, kept: 1, clipNorm: Infinity };
 * const norm = adamOracle(arithmetics.strict, [w], [[-4]], m, v, numbers);
 * assertEquals([norm, ...w, ...m, ...v], [4, 2, -4, 16]);
 * ```
 */
export function adamOracle(
  { madd }: Arithmetic,
  variables: readonly { [index: number]: number; readonly length: number }[],
  gradients: readonly ArrayLike<number>[],
  firstMoment: { [index: number]: number },
  secondMoment: { [index: number]: number },
  attributes: AdamAttributes,
): number {
  const [rate, correction, epsilon, beta1, gain1, beta2, gain2, kept, limit] = adamConstants(
    attributes,
  ) as [number, number, number, number, number, number, number, number, number];
  const sums = gradients.flatMap((of) => blockSums(of.length, (i, s) => madd(of[i]!, of[i]!, s)));
  const norm = Math.fround(Math.sqrt(sumInOrder(sums)));
  const scale = norm > limit ? divide(limit, norm) : 1;
  let at = 0;
  variables.forEach((variable, which) => {
    for (let i = 0; i < variable.length; i++, at++) {
      const g = multiply(gradients[which]![i]!, scale);
      const m = normal(madd(firstMoment[at]!, beta1, multiply(g, gain1)));
      const v = normal(madd(secondMoment[at]!, beta2, multiply(multiply(g, g), gain2)));
      const denominator = madd(Math.fround(Math.sqrt(v)), correction, epsilon);
      variable[i] = madd(variable[i]!, kept, -divide(multiply(m, rate), denominator));
      firstMoment[at] = m;
      secondMoment[at] = v;
    }
  });
  return norm;
}

function normal(x: number): number {
  return Math.abs(x) < LEAST_NORMAL ? 0 : x;
}
