/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "174fdd47e3adbde8dc250acd78fe22efe62f1a49fd719c4d5829043137a44219",
  fused: "1eaddcfda74fe7f8d27372865d163524c8f306bd79ee7e338eeb59175467476e",
} as const;
