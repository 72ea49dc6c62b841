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
 * A function with the region, the cloud and the memory that its name decides, all
 * choices alike likely, as in the document.
 *
 * @param appIndex Its application, in order of first appearance.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { homeRegion, provider, memoryMb } = tracedFunction("shop", "pay", 0);
 * assertEquals([homeRegion, provider, memoryMb], [0, 1, 2048]);
 * ```
 */
export function tracedFunction(app: string, func: string, appIndex: number): TracedFunction {
  // From the top of a hash of its own: the lowest bit of FNV-1a is no more than the parity of the text.
  const choose = (what: string, choices: number) =>
    Math.floor(fnv1a(`${what}:${app}_${func}`) / 2 ** 32 * choices);
  return {
    app,
    func,
    appIndex,
    homeRegion: choose("region", REGIONS.length),
    provider: choose("provider", PROVIDERS.length),
    memoryMb: MEMORY_TIERS_MB[choose("memory", MEMORY_TIERS_MB.length)]!,
  };
}
