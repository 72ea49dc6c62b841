/**
 * Capacity plans that learn nothing: what a forecaster's plan is to be read against.
 *
 * @module
 */

import type { CapacityPlan } from "./arms.ts";
import { HOUR_BINS, instancesFor, meanConcurrency, peakConcurrency } from "./capacity.ts";
import type { Fleet } from "./fleet.ts";
import { WORTH_SHARE } from "./providers.ts";

/** The same number of instances always. */
export function constantCapacity(instances: number): CapacityPlan {
  const hour = new Uint16Array(HOUR_BINS).fill(instances);
  return () => hour;
}

/**
 * As many as this bin (a clairvoyant) or the last one (persistence) has use for: at its peak, or for
 * so much of its time that they pay. Durations are those of the trace.
 */
export function concurrencyPlan(
  { arrivals, parts, profiles }: Fleet,
  which: "peak" | "worth",
  when: "this" | "last",
): CapacityPlan {
  const bins = parts.test[1] * HOUR_BINS;
  const plans = profiles.map((_, f) => {
    const wanted = which === "peak"
      ? peakConcurrency(arrivals, f, bins)
      : meanConcurrency(arrivals, f, bins).map((load) => instancesFor(load, WORTH_SHARE));
    return when === "this" ? wanted : wanted.map((_, bin) => wanted[bin - 1] ?? 0);
  });
  return (f, hour) => plans[f]!.subarray(hour * HOUR_BINS, (hour + 1) * HOUR_BINS);
}
