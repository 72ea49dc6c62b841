/**
 * The soft update as a loop: what every other implementation must equal bit for bit.
 *
 * @module
 */

import { add, type Arithmetic } from "../arithmetic/arithmetic.ts";

/**
 * Moves targets in place a share of the way to their sources, `target + share (source - target)` with one
 * multiply-add: a target that has arrived stays where it is.
 *
 * @param sources One for each target, as long.
 * @param share Counts as the f32 next to it.
 *
 * @example
 * ```ts
 * import { arithmetics } from "../arithmetic/arithmetic.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const target = Float32Array.of(1, 2);
 * softUpdateOracle(arithmetics.strict, [target], [[5, 2]], 0.25);
 * assertEquals([...target], [2, 2]);
 * ```
 */
export function softUpdateOracle(
  { madd }: Arithmetic,
  targets: readonly { [index: number]: number; readonly length: number }[],
  sources: readonly ArrayLike<number>[],
  share: number,
): void {
  const rounded = Math.fround(share);
  targets.forEach((target, which) => {
    const source = sources[which]!;
    for (let i = 0; i < target.length; i++) {
      target[i] = madd(rounded, add(source[i]!, -target[i]!), target[i]!);
    }
  });
}
