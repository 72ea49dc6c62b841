/**
 * The capacity that costs least, to one who knows what will arrive: what no forecast can save more than.
 *
 * @module
 */

import type { CapacityPlan } from "./arms.ts";
import { firstFrom } from "./arrivals.ts";
import { CAPACITY_BIN_SECONDS, HOUR_BINS } from "./capacity.ts";
import type { Fleet } from "./fleet.ts";
import { HOUR_SECONDS } from "./hours.ts";
import { serviceOf } from "./placement.ts";
import { CONCURRENCY_LIMIT, TIMEOUT_SECONDS, WORTH_SHARE } from "./providers.ts";

/**
 * In each bin the capacity of which most is saved: an invocation that finds `n` others under way runs on the
 * provisioned instance `n + 1`, and the first `k` instances pay if together they are used for more than
 * `WORTH_SHARE` of the bin. Cold starts, which make those who come after find more under way, are left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fleetOf } from "./fleet.ts";
 * import { handTrace } from "./testing.ts";
 *
 * // 50 s of the first minute pay, 20 s of the second do not.
 * const trace = handTrace([{}], [[0, 5, 50], [0, 65, 20]]);
 * const fleet = fleetOf(trace, { trainHours: 1, validationHours: 1 });
 * const capacity = cheapestPlan(fleet)(0, 0, { provider: 0, region: 0, memoryMb: 512 });
 * assertEquals([capacity[0], capacity[1]], [1, 0]);
 * ```
 */
export function cheapestPlan({ arrivals, profiles }: Fleet): CapacityPlan {
  const { offsets, seconds, durations } = arrivals;
  return (f, hour, placement) => {
    const { durationFactor } = serviceOf(profiles[f]!, placement);
    const begin = hour * HOUR_SECONDS, end = begin + HOUR_SECONDS;
    const capacity = new Uint16Array(HOUR_BINS);
    /** When each of those under way ends. */
    let under: number[] = [];
    /** Seconds used by level: of those who found 0, 1, 2 … others. */
    let used: number[] = [], bin = 0;
    const close = () => {
      capacity[bin++] = cheapest(used);
      used = [];
    };
    // Nobody who came earlier is still under way when the hour begins.
    const from = firstFrom(arrivals, offsets[f]!, offsets[f + 1]!, begin - TIMEOUT_SECONDS);
    for (let i = from; i < offsets[f + 1]! && seconds[i]! < end; i++) {
      const arrival = seconds[i]!, ran = Math.min(durations[i]! * durationFactor, TIMEOUT_SECONDS);
      while (arrival >= begin + (bin + 1) * CAPACITY_BIN_SECONDS) close();
      under = under.filter((free) => free > arrival);
      const level = Math.min(under.length, CONCURRENCY_LIMIT - 1);
      under.push(arrival + ran);
      if (arrival >= begin) used[level] = (used[level] ?? 0) + ran;
    }
    while (bin < HOUR_BINS) close();
    return capacity;
  };
}

/** How many of the first levels to keep. */
function cheapest(used: readonly number[]): number {
  let saved = 0, most = 0, best = 0;
  for (let level = 0; level < used.length; level++) {
    saved += (used[level] ?? 0) - WORTH_SHARE * CAPACITY_BIN_SECONDS;
    if (saved > most) {
      most = saved;
      best = level + 1;
    }
  }
  return best;
}
