/**
 * Where a function runs, and what that means for each of its invocations.
 *
 * @module
 */

import { busyGrams, idleGrams } from "./energy.ts";
import { type Demand, durationFactor } from "./memory_law.ts";
import { coldStartSeconds, PROVIDER_TERMS } from "./providers.ts";
import { CARBON_INTENSITY, NETWORK_SECONDS } from "./regions.ts";

/** Where a function runs. */
export interface Placement {
  /** Index into `PROVIDERS`. */
  readonly provider: number;
  /** Index into `REGIONS`. */
  readonly region: number;
  readonly memoryMb: number;
}

/** A function at a placement: everything that its invocations need to know. */
export interface Service {
  /** What a traced duration is multiplied by. */
  readonly durationFactor: number;
  /** Seconds between the caller and the instance, there and back. */
  readonly networkSeconds: number;
  readonly coldSeconds: number;
  readonly keepAliveSeconds: number;
  /** The latency that must not be exceeded, seconds. */
  readonly slaSeconds: number;
  readonly gigabytes: number;
  /** USD. */
  readonly perGbSecond: number;
  readonly perRequest: number;
  readonly perProvisionedGbSecond: number;
  readonly perProvisionedUse: number;
  /** Grams for a GB-second in use, and idle. */
  readonly busyGrams: number;
  readonly idleGrams: number;
}

/** What of a function matters where it is placed. */
export interface Placeable extends Demand {
  /** Where its callers are, an index into `REGIONS`. */
  readonly homeRegion: number;
  /** The latency that must not be exceeded, seconds. */
  readonly slaSeconds: number;
}

/** What `placement` means for a function. */
export function serviceOf(what: Placeable, placement: Placement): Service {
  const { provider, region, memoryMb } = placement;
  const { perGbSecond, perRequest, perProvisionedGbSecond, perProvisionedUse, keepAliveSeconds } =
    PROVIDER_TERMS[provider]!;
  return {
    durationFactor: durationFactor(what, memoryMb),
    networkSeconds: NETWORK_SECONDS[what.homeRegion]![region]!,
    coldSeconds: coldStartSeconds(provider, memoryMb),
    keepAliveSeconds,
    slaSeconds: what.slaSeconds,
    gigabytes: memoryMb / 1024,
    perGbSecond,
    perRequest,
    perProvisionedGbSecond,
    perProvisionedUse,
    busyGrams: busyGrams(CARBON_INTENSITY[region]!),
    idleGrams: idleGrams(CARBON_INTENSITY[region]!),
  };
}

/** Whether two placements are the same. */
export function samePlacement(a: Placement, b: Placement): boolean {
  return a.provider === b.provider && a.region === b.region && a.memoryMb === b.memoryMb;
}
