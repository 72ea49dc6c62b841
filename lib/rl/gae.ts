/**
 * Generalised advantage estimation.
 *
 * @module
 */

/** A rollout of `steps` steps in `count` environments, row by row, step by step. */
export interface RolloutValues {
  /** f32 `[steps, count]`. */
  readonly rewards: Float32Array;
  /** The critic's values of the states acted in, f32 `[steps, count]`. */
  readonly values: Float32Array;
  /** `[steps, count]`: 1 where the step ended its episode; nothing after it counts for what was before. */
  readonly dones: Uint8Array;
  /** The critic's values of the states after the last step, f32 `[count]`. */
  readonly bootstrap: Float32Array;
}

/** Settings of {@linkcode advantages}. */
export interface GaeOptions {
  /** Discount a step, γ, in [0, 1]; 0 makes every step a bandit's. */
  readonly gamma: number;
  /** Weight of longer returns, λ, in [0, 1]: 0 trusts the critic, 1 the rewards. */
  readonly lambda: number;
}

/**
 * Advantages by generalised advantage estimation (Schulman et al. 2016), backwards through time in f64:
 * `δₜ = rₜ + γ (1 - doneₜ) Vₜ₊₁ - Vₜ`, `Aₜ = δₜ + γ λ (1 - doneₜ) Aₜ₊₁`.
 *
 * @returns f32 `[steps, count]` each: the advantages, and the returns `Aₜ + Vₜ` that the critic learns.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const rollout = {
 *   rewards: Float32Array.of(1, 2),
 *   values: Float32Array.of(4, 8),
 *   dones: Uint8Array.of(0, 0),
 *   bootstrap: Float32Array.of(16),
 * };
 * // δ is 1 + 8/2 - 4 = 1 and 2 + 16/2 - 8 = 2.
 * const { advantages: a, returns } = advantages(rollout, { gamma: 0.5, lambda: 0.5 });
 * assertEquals([...a, ...returns], [1.5, 2, 5.5, 10]);
 * ```
 */
export function advantages(
  { rewards, values, dones, bootstrap }: RolloutValues,
  { gamma, lambda }: GaeOptions,
): { readonly advantages: Float32Array; readonly returns: Float32Array } {
  const count = bootstrap.length;
  const found = new Float32Array(rewards.length);
  const returns = new Float32Array(rewards.length);
  for (let c = 0; c < count; c++) {
    let next = bootstrap[c]!;
    let advantage = 0;
    for (let at = rewards.length - count + c; at >= 0; at -= count) {
      const goesOn = dones[at] === 0 ? gamma : 0;
      const value = values[at]!;
      advantage = rewards[at]! + goesOn * next - value + goesOn * lambda * advantage;
      found[at] = advantage;
      returns[at] = advantage + value;
      next = value;
    }
  }
  return { advantages: found, returns };
}

/**
 * Shifts and scales values to mean 0 and standard deviation 1, in place; all the same become zeros.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float32Array.of(1, 3, 5);
 * normalise(values);
 * assertEquals(Array.from(values, (v) => Math.round(v * 1e4) / 1e4), [-1, 0, 1]);
 * ```
 */
export function normalise(values: Float32Array): void {
  const n = values.length;
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  const square = values.reduce((sum, v) => sum + (v - mean) * (v - mean), 0);
  // As PyTorch: the unbiased deviation, and 1e-8 so that equal values are not divided by zero.
  const deviation = Math.sqrt(square / Math.max(1, n - 1)) + 1e-8;
  for (let i = 0; i < n; i++) values[i] = (values[i]! - mean) / deviation;
}
