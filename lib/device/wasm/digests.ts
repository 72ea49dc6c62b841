/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "37b92786b6bdd8b9e7f231232b4eed2501bd131eb820988761cd4ac0abf0b9b0",
  fused: "3c4b805a09a85f0eb9cc5d984196cc5ee74f427974d213bd8fabc96966ccf404",
} as const;
