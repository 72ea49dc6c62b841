/**
 * Numbers in the sentences of findings.
 *
 * @module
 */

import type { EpochValue } from "./epoch_series.ts";

/**
 * A value with four significant digits at most.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0.28471, 1000, 1 / 3, NaN].map(amount), ["0.2847", "1000", "0.3333", "NaN"]);
 * ```
 */
export function amount(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/**
 * A share in per cent with one decimal.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0.6087, 0.3, -0.01].map(percent), ["60.9 %", "30 %", "-1 %"]);
 * ```
 */
export function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

/**
 * A value and its epoch.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(dated({ epoch: 5, value: 0.458 }), "0.458 at epoch 5");
 * ```
 */
export function dated({ epoch, value }: EpochValue): string {
  return `${amount(value)} at epoch ${epoch}`;
}
