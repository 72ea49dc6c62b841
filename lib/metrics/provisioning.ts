/**
 * What a forecast of demand costs when it is provided for: how often it falls short, by how much, and how much
 * stands idle. R² says none of it.
 *
 * @module
 */

import { checkValues, type RegressionValues } from "./regression.ts";
import type { AsymmetricWeights } from "./types.ts";

/** The scores of a forecast as provision. */
export interface ProvisioningScores {
  /** Share of rows whose demand exceeds the provision. */
  readonly underRate: number;
  /** Mean of (demand - provision) where that is positive and else 0, in the demand's unit. */
  readonly shortfall: number;
  /** Mean of (provision - demand) where that is positive and else 0, in the demand's unit. */
  readonly surplus: number;
  /** Mean squared error with the weights, in the demand's unit squared. */
  readonly asymmetricLoss: number;
}

/**
 * Scores what was provided against what was demanded, both sums in f64 over ascending rows.
 *
 * @param weights Of squared shortfall and squared surplus in the asymmetric loss.
 * @throws {RangeError} When the lengths differ, there is no row, or a value is not finite.
 *
 * @example
 * ```ts
 * import { provisioningScores } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const demand = Float64Array.of(1, 2, 3, 4), provided = Float64Array.of(2, 2, 2, 2);
 * assertEquals(provisioningScores(demand, provided, { under: 5, over: 1 }), {
 *   underRate: 0.5,
 *   shortfall: 0.75,
 *   surplus: 0.25,
 *   asymmetricLoss: (1 + 5 + 20) / 4,
 * });
 * ```
 */
export function provisioningScores(
  demand: RegressionValues,
  provided: RegressionValues,
  { under, over }: AsymmetricWeights,
): ProvisioningScores {
  checkValues(demand, provided, ["value"]);
  let short = 0, shortfall = 0, surplus = 0, loss = 0;
  for (let i = 0; i < demand.length; i++) {
    const missing = demand[i]! - provided[i]!;
    if (missing > 0) {
      short++;
      shortfall += missing;
    } else {
      surplus -= missing;
    }
    loss += missing * missing * (missing > 0 ? under : over);
  }
  const n = demand.length;
  return {
    underRate: short / n,
    shortfall: shortfall / n,
    surplus: surplus / n,
    asymmetricLoss: loss / n,
  };
}
