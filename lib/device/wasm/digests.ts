/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "4ebb07da8186a6b72776407dd821d62f0217ca040f8f3533a9fa329e0654242c",
  fused: "4fd8348a7db13591905863d689657126da492c800f845e6447f6f0580203ce28",
} as const;
