/**
 * Carbon of memory in use and of memory kept idle.
 *
 * @module
 */

/** Watts of a host of {@linkcode HOST_MB} in use, and power usage effectiveness (document). */
const HOST_WATTS = 200, PUE = 1.2, HOST_MB = 3008;

/** Watts of a GB of memory that only holds a sleeping instance. */
const IDLE_WATTS_PER_GB = 0.392;

/** Grams of making the server, for one GB held one second: 1,313 kg over 128 GB and four years. */
const EMBODIED_GRAMS = 1_313_000 / 128 / (4 * 365 * 86_400);

const SECONDS_PER_HOUR = 3600, WATTS_PER_KILOWATT = 1000, MB_PER_GB = 1024;

/**
 * Grams emitted by running, the document's formula in right units.
 *
 * @param intensity Grams per kWh.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * // One hour on the whole host: 200 W · 1.2 = 0.24 kWh.
 * assertAlmostEquals(operationalGrams(3600, 3008, 385), 0.24 * 385, 1e-9);
 * ```
 */
export function operationalGrams(seconds: number, memoryMb: number, intensity: number): number {
  const wattHours = HOST_WATTS * PUE * (seconds / SECONDS_PER_HOUR) * (memoryMb / HOST_MB);
  return wattHours / WATTS_PER_KILOWATT * intensity;
}

/** Grams for one GB in use for one second, making the server included. */
export function busyGrams(intensity: number): number {
  return operationalGrams(1, MB_PER_GB, intensity) + EMBODIED_GRAMS;
}

/** Grams for one GB that stays idle for one second, making the server included. */
export function idleGrams(intensity: number): number {
  const kilowattHours = IDLE_WATTS_PER_GB * PUE / SECONDS_PER_HOUR / WATTS_PER_KILOWATT;
  return kilowattHours * intensity + EMBODIED_GRAMS;
}
