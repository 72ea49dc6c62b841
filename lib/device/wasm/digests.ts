/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "09ede58c0871058b0a4b476d4e490cd0060556d738630221d1d63460d907c356",
  fused: "48a2834bcebf1dd0ce6a08fcf4a706a671f50074a38d554ce8c2400ba2c594a5",
} as const;
