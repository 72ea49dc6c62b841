/**
 * Angles in radians.
 *
 * @module
 */

/**
 * The same direction within ±π.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(wrapAngle(7), 7 - 2 * Math.PI);
 * ```
 */
export function wrapAngle(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
