/**
 * Capacity plans: of forecasts, and those that learn nothing, which a forecaster's are to be read against.
 *
 * @module
 */

import type { CapacityPlan } from "./arms.ts";
import { HOUR_BINS, instancesFor, meanConcurrency, peakConcurrency } from "./capacity.ts";
import type { Fleet } from "./fleet.ts";
import { serviceOf } from "./placement.ts";
import { WORTH_SHARE } from "./providers.ts";

/** The same number of instances always. */
export function constantCapacity(instances: number): CapacityPlan {
  const hour = new Uint16Array(HOUR_BINS).fill(instances);
  return () => hour;
}

/**
 * As many as the expected load of each bin asks for, at the speed of the placement.
 *
 * @param loads By function, `[bins]` from the first midnight on: the mean number under way in a bin as long as
 *   each runs as the trace says. A function that is not among them has no capacity.
 * @param instances What a load asks for, a whole number up to `CONCURRENCY_LIMIT`, such as
 *   {@linkcode instancesFor}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fleetOf } from "./fleet.ts";
 * import { handTrace } from "./testing.ts";
 *
 * const fleet = fleetOf(handTrace([{}], [[0, 10, 1]]), { trainHours: 1, validationHours: 1 });
 * const loads = new Map([[0, new Float64Array(60).fill(1.5)]]);
 * const capacity = loadPlan(fleet, loads, Math.ceil)(0, 0, { provider: 0, region: 0, memoryMb: 512 });
 * assertEquals([capacity.length, capacity[0]], [60, 2]);
 * ```
 */
export function loadPlan(
  { profiles }: Fleet,
  loads: ReadonlyMap<number, ArrayLike<number>>,
  instances: (load: number) => number,
): CapacityPlan {
  const none = new Uint16Array(HOUR_BINS);
  return (f, hour, placement) => {
    const load = loads.get(f);
    if (!load) return none;
    const { durationFactor } = serviceOf(profiles[f]!, placement);
    return none.map((_, bin) => instances(durationFactor * load[hour * HOUR_BINS + bin]!));
  };
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
