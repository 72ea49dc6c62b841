/**
 * The document's own two rewards, as it defines them, to show what can be learned from them.
 *
 * @module
 */

import { MEMORY_TIERS_MB } from "../invocation_trace.ts";
import { CARBON_INTENSITY, LOCALITY, NETWORK_SECONDS } from "./regions.ts";

/** The row of the document's table that its strategic reward is computed from. */
export interface StrategicRow {
  readonly costUsd: number;
  readonly latencyMs: number;
  readonly carbonGrams: number;
  readonly coldStart: boolean;
  readonly slaViolation: boolean;
  /** The application is of the bursty type. */
  readonly burstyApp: boolean;
  /** Share of the application's invocations that violate the limit. */
  readonly appViolations: number;
}

/**
 * The document's reward for choosing a provider. The choice does not enter: whatever is learned from
 * it, the reward is the average of the data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const row = {
 *   costUsd: 0, latencyMs: 0, carbonGrams: 0.5, coldStart: false, slaViolation: false,
 *   burstyApp: false, appViolations: 0,
 * };
 * assertEquals(new Set([0, 1, 2].map((action) => documentStrategicReward(row, action))).size, 1);
 * ```
 */
export function documentStrategicReward(row: StrategicRow, _action: number): number {
  const cost = 1 - Math.min(row.costUsd, 1);
  const carbon = 1 - Math.min(row.carbonGrams / 100, 1);
  let performance = 1 - Math.min(row.latencyMs / 1000, 1);
  if (row.burstyApp && row.coldStart) performance -= 0.2;
  if (row.appViolations > 0.1 && !row.slaViolation) performance += 0.1;
  return 0.4 * cost + 0.4 * performance + 0.2 * carbon - (row.slaViolation ? 5 : 0);
}

/** The row that the document's tactical reward is computed from; its columns are robust-scaled. */
export interface TacticalRow {
  readonly cost: number;
  readonly latency: number;
  readonly carbon: number;
  readonly coldStart: boolean;
  /** 0 counts as 512. */
  readonly memoryMb: number;
  /** Where it runs, an index into `REGIONS`; anything else for nowhere among them. */
  readonly region: number;
}

/**
 * The document's reward for choosing region and memory, of its corrected version.
 *
 * @param action region · 6 + memory tier.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const row = { cost: 0, latency: 0, carbon: 0, coldStart: false, memoryMb: 512, region: -1 };
 * [1.1, 1.048, 0.998, 0.93].forEach((reward, region) =>
 *   assertAlmostEquals(documentTacticalReward(row, region * 6), reward, 1e-12)
 * );
 * ```
 */
export function documentTacticalReward(row: TacticalRow, action: number): number {
  const region = Math.floor(action / MEMORY_TIERS_MB.length);
  const memoryMb = MEMORY_TIERS_MB[action % MEMORY_TIERS_MB.length]!;
  const locality = LOCALITY[region]!;
  const memory = clip(memoryMb / Math.max(row.memoryMb || 512, 1), 0.1, 10);
  const moved = region === row.region ? 0 : 0.1 * (1 - locality);
  const cost = clip(row.cost, 0, 10) * memory + moved;
  const warmed = row.coldStart && memoryMb >= 1024 ? 0.8 : 1;
  const latency = (clip(row.latency, 0, 5000) + 1000 * NETWORK_SECONDS[0]![region]!) * warmed;
  const carbon = clip(row.carbon, 0, 500) * CARBON_INTENSITY[region]! / CARBON_INTENSITY[0]!;
  const reward = 0.4 * (1 - Math.min(cost, 1)) + 0.4 * (1 - Math.min(latency / 1000, 1)) +
    0.2 * (1 - Math.min(carbon / 100, 1)) + 0.1 * locality - (latency > 1000 ? 2 : 0);
  return clip(reward, -10, 10);
}

function clip(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
