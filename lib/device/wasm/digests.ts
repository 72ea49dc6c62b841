/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "33f5b2839b4ca99969b5afec6ee100a53f82e88b8fec74f753a2518d3263dd11",
  fused: "81b42bcfafd883e30779fc186572f75b643334f281f781f23dcf6f910abdd213",
} as const;
