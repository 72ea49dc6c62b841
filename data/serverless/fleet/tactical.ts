/**
 * The tactical layer's problem: in which region and with how much memory a function runs, its
 * provider given.
 *
 * @module
 */

import { MEMORY_TIERS_MB, PROVIDERS, REGIONS } from "../invocation_trace.ts";
import { type DecisionProblem, type Occasion, recentRate } from "./decisions.ts";
import { logScaled } from "./fleet.ts";
import type { Placement } from "./placement.ts";

/** The elements of the state: the document's seven features, the cloud, the callers' region. */
export const TACTICAL_FEATURES = [
  "duration",
  "memory_mb",
  "invocation_rate",
  "cold_start_rate",
  "avg_duration",
  "std_duration",
  "is_bursty",
  "cloud_aws",
  "cloud_azure",
  "cloud_gcp",
  "home_region",
] as const;

const CLOUD = TACTICAL_FEATURES.indexOf("cloud_aws");
const MOST_MEMORY = MEMORY_TIERS_MB.at(-1)!;

/**
 * State 11, actions 24 (region · 6 + memory tier), at the provider of the trace. Duration, rate, cold
 * starts and bursts are those of the function's last hour, averages those of the training split.
 */
export const TACTICAL: DecisionProblem = {
  name: "tactical",
  stateSize: TACTICAL_FEATURES.length,
  actions: REGIONS.length * MEMORY_TIERS_MB.length,
  placement: (profile, action) => tacticalPlacement(profile.provider, action),
  observe: (occasion, into, at) => observeTactical(occasion, occasion.profile.provider, into, at),
};

/**
 * Where a tactical action puts a function of a provider.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(tacticalPlacement(2, 23), { provider: 2, region: 3, memoryMb: 3008 });
 * ```
 */
export function tacticalPlacement(provider: number, action: number): Placement {
  const tiers = MEMORY_TIERS_MB.length;
  const region = Math.floor(action / tiers);
  return { provider, region, memoryMb: MEMORY_TIERS_MB[action % tiers]! };
}

/** Writes the tactical state of an occasion, the provider being `provider`, from element `at` on. */
export function observeTactical(
  occasion: Occasion,
  provider: number,
  into: Float32Array,
  at: number,
): void {
  const { fleet: { largest }, profile, past } = occasion;
  const milliseconds = (seconds: number) => logScaled(1000 * seconds, 1000 * largest.seconds);
  const recent = recentRate(occasion);
  into[at] = milliseconds(past.seconds);
  into[at + 1] = profile.tracedMemoryMb / MOST_MEMORY;
  into[at + 2] = logScaled(recent.hourly, largest.invocations);
  into[at + 3] = past.coldStarts;
  into[at + 4] = milliseconds(profile.meanSeconds);
  into[at + 5] = milliseconds(profile.stdSeconds);
  into[at + 6] = recent.burstShare;
  for (let p = 0; p < PROVIDERS.length; p++) into[at + CLOUD + p] = p === provider ? 1 : 0;
  into[at + CLOUD + PROVIDERS.length] = profile.homeRegion / REGIONS.length;
}
