/**
 * How long an invocation takes at another memory size.
 *
 * @module
 */

import { MEMORY_TIERS_MB } from "../invocation_trace.ts";

/** The memory at which a function has one whole CPU; its share grows in proportion up to there. */
const WHOLE_CPU_MB = 1769;

/** Mean share of a duration that is waiting rather than computing, by memory tier of the trace. */
const IO_SHARES = [0.8, 0.7, 0.6, 0.45, 0.3, 0.2] as const;

/** A function's own share differs from its tier's by up to this much. */
const IO_SPREAD = 0.15;

/** A function needs this part of the memory it was given, at least and at most. */
const LEAST_NEED = 0.3, MOST_NEED = 0.9;

/** What a function is made of; `durationFactor` is the law that uses it. */
export interface Demand {
  /** Memory the function was given when its durations were taken, MB. */
  readonly tracedMemoryMb: number;
  /** Share of the duration there that no CPU shortens. */
  readonly ioShare: number;
  /** Memory below which it pages, MB. */
  readonly neededMb: number;
}

/**
 * The demand of a function, from its name by a stable hash: the trace does not tell it. Owners are
 * taken to have given memory to what computes: the larger the tier, the smaller the share of waiting.
 *
 * @param name What is hashed, such as `app/func`.
 * @param tracedMemoryMb One of `MEMORY_TIERS_MB`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * const { ioShare, neededMb } = demandOf("a1/f1", 512);
 * assert(ioShare >= 0.45 && ioShare < 0.75 && neededMb >= 0.3 * 512 && neededMb < 0.9 * 512);
 * ```
 */
export function demandOf(name: string, tracedMemoryMb: number): Demand {
  const tier = MEMORY_TIERS_MB.findIndex((mb) => mb >= tracedMemoryMb);
  const mean = IO_SHARES[tier === -1 ? IO_SHARES.length - 1 : tier]!;
  const need = LEAST_NEED + (MOST_NEED - LEAST_NEED) * hashFraction(`${name}/memory`);
  return {
    tracedMemoryMb,
    ioShare: mean + IO_SPREAD * (2 * hashFraction(`${name}/io`) - 1),
    neededMb: need * tracedMemoryMb,
  };
}

/**
 * What a duration is multiplied by at `memoryMb`. Waiting stays, computing takes as much longer as
 * its share of a CPU is smaller, and below the needed memory all of it grows with the square of
 * what is missing (paging), so that too little memory costs both time and money.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const demand = { tracedMemoryMb: 512, ioShare: 0.4, neededMb: 256 };
 * assertAlmostEquals(durationFactor(demand, 512), 1, 1e-15);
 * assertAlmostEquals(durationFactor(demand, 1024), 0.4 + 0.6 / 2, 1e-15);
 * assertAlmostEquals(durationFactor(demand, 128), (0.4 + 0.6 * 4) * 2 ** 2, 1e-15);
 * ```
 */
export function durationFactor(demand: Demand, memoryMb: number): number {
  const { tracedMemoryMb, ioShare, neededMb } = demand;
  const computing = cpuShare(tracedMemoryMb) / cpuShare(memoryMb);
  const missing = Math.max(1, neededMb / memoryMb);
  return (ioShare + (1 - ioShare) * computing) * missing * missing;
}

function cpuShare(memoryMb: number): number {
  return Math.min(1, memoryMb / WHOLE_CPU_MB);
}

/** A number in [0, 1) that depends on the text alone: FNV-1a over UTF-16, then mixed. */
function hashFraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // FNV's high bits hardly see the last letters; the finaliser of MurmurHash3 spreads them.
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return ((hash ^ hash >>> 16) >>> 0) / 2 ** 32;
}
