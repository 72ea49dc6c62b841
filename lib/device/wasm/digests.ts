/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "2951ee947cd01a6b91e5639ac22aa7b512f28dc40005dab4fe1ca884f57c657e",
  fused: "184844e53d6e44bcf66e0ba3ccd118bec9575591ee111366811f8eaad8d2f99e",
} as const;
