/**
 * What the document drew by Python's string hash, which differs at every start of Python, by a hash
 * that never differs.
 *
 * @module
 */

import { MEMORY_TIERS_MB, PROVIDERS, REGIONS, type TracedFunction } from "./invocation_trace.ts";

const encoder = new TextEncoder();

/**
 * FNV-1a of a text's UTF-8 bytes (Fowler, Noll and Vo; RFC 9923).
 *
 * @returns An unsigned 32-bit integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(fnv1a(""), 0x811c9dc5);
 * assertEquals(fnv1a("foobar"), 0xbf9cf968);
 * ```
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * A function with the region, the cloud and the memory that its name decides, each as the document
 * has it: a hash modulo the number of choices, of memory too.
 *
 * @param appIndex Its application, in order of first appearance.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { homeRegion, provider, memoryMb } = tracedFunction("shop", "pay", 0);
 * assertEquals([homeRegion, provider, memoryMb], [2, 1, 1024]);
 * ```
 */
export function tracedFunction(app: string, func: string, appIndex: number): TracedFunction {
  // A hash of its own for each: modulo 4, 3 and 6 of one hash would go together.
  const choose = (what: string, choices: number) => fnv1a(`${what}:${app}_${func}`) % choices;
  return {
    app,
    func,
    appIndex,
    homeRegion: choose("region", REGIONS.length),
    provider: choose("provider", PROVIDERS.length),
    memoryMb: MEMORY_TIERS_MB[choose("memory", MEMORY_TIERS_MB.length)]!,
  };
}
