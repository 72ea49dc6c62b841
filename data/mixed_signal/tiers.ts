/**
 * The document's tiers of success, as data.
 *
 * @module
 */

/** Bounds that all must be undercut. */
export interface SuccessTier {
  readonly name: "excellent" | "good" | "minimum";
  /** Mean squared error on the training set. */
  readonly train: number;
  /** Mean squared error on the test set. */
  readonly test: number;
  /** Test error over training error. */
  readonly ratio: number;
}

/** The tiers of the document, the best first. */
export const TIERS: readonly SuccessTier[] = [
  { name: "excellent", train: 0.001, test: 0.002, ratio: 1.2 },
  { name: "good", train: 0.005, test: 0.007, ratio: 1.4 },
  { name: "minimum", train: 0.01, test: 0.015, ratio: 1.5 },
];

/**
 * The best tier whose three bounds are all undercut.
 *
 * @param train Mean squared error on the training set, with frozen weights.
 * @param test The same on the test set.
 * @returns `undefined` when not even the lowest is reached, or an error is NaN.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(successTier(0.004, 0.005)?.name, "good");
 * assertEquals(successTier(0.004, 0.0065)?.name, undefined); // the ratio is 1.6
 * ```
 */
export function successTier(train: number, test: number): SuccessTier | undefined {
  return TIERS.find((tier) => train < tier.train && test < tier.test && test < tier.ratio * train);
}
