/**
 * What providers charge and how long their instances take to start and stay. Sources: README.md.
 *
 * @module
 */

/** The terms of one provider. */
export interface ProviderTerms {
  /** USD for one GB of memory in use for one second. */
  readonly perGbSecond: number;
  /** USD for one request. */
  readonly perRequest: number;
  /** USD for one GB kept provisioned for one second, in use or not. */
  readonly perProvisionedGbSecond: number;
  /** USD for one GB of provisioned memory in use for one second, on top of that. */
  readonly perProvisionedUse: number;
  /** Seconds until a new instance runs its first invocation, below {@linkcode LARGE_MEMORY_MB}. */
  readonly coldSeconds: number;
  /** Seconds for which an idle instance stays. */
  readonly keepAliveSeconds: number;
}

/**
 * Keeping memory provisioned, and using it then, as parts of the price of memory in use on demand.
 * Together they are less than 1: what is provisioned pays when it is used enough.
 */
const KEEPING_SHARE = 0.25, PROVISIONED_USE_SHARE = 7 / 12;

/** Provisioning costs less than running on demand where more than this share of it is used. */
export const WORTH_SHARE = KEEPING_SHARE / (1 - PROVISIONED_USE_SHARE);

/** From this memory on an instance starts in {@linkcode LARGE_START} of the time (document). */
const LARGE_MEMORY_MB = 1024;
const LARGE_START = 0.8;

/** The document's prices, and assumed times, by index of `PROVIDERS`. */
export const PROVIDER_TERMS: readonly ProviderTerms[] = [
  terms(1.66667e-5, 2e-7, 0.3, 360),
  terms(1.6e-5, 2e-7, 2, 1200),
  terms(2.5e-6, 4e-7, 1, 900),
];

/** An invocation that runs this long is ended; all providers. */
export const TIMEOUT_SECONDS = 900;

/** A function has at most so many instances; what comes then waits. */
export const CONCURRENCY_LIMIT = 100;

/**
 * Seconds until a new instance runs its first invocation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(coldStartSeconds(0, 512), 0.3);
 * assertEquals(coldStartSeconds(1, 1024), 1.6);
 * ```
 */
export function coldStartSeconds(provider: number, memoryMb: number): number {
  return PROVIDER_TERMS[provider]!.coldSeconds * (memoryMb >= LARGE_MEMORY_MB ? LARGE_START : 1);
}

function terms(
  perGbSecond: number,
  perRequest: number,
  coldSeconds: number,
  keepAliveSeconds: number,
): ProviderTerms {
  return {
    perGbSecond,
    perRequest,
    perProvisionedGbSecond: KEEPING_SHARE * perGbSecond,
    perProvisionedUse: PROVISIONED_USE_SHARE * perGbSecond,
    coldSeconds,
    keepAliveSeconds,
  };
}
