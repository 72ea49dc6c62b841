/**
 * The nodes that turn an expectation over the normal distribution into a sum.
 *
 * @module
 */

/**
 * Seven-point Gauss–Hermite rule for the standard normal distribution: Σ weight · f(node) equals
 * E f(z) for every polynomial up to degree 13.
 */
export const NORMAL_NODES: readonly { readonly node: number; readonly weight: number }[] = [
  [-3.750439717725742, 0.000548268855972217],
  [-2.366759410734541, 0.030757123967586497],
  [-1.154405394739968, 0.240123178605012715],
  [0, 16 / 35],
  [1.154405394739968, 0.240123178605012715],
  [2.366759410734541, 0.030757123967586497],
  [3.750439717725742, 0.000548268855972217],
].map(([node, weight]) => ({ node: node!, weight: weight! }));
