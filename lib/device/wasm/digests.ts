/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "588a749a5f0432d5cda1b1ccf6200c7c9d882d2e6471187b615567522ec7f28f",
  fused: "b2e23a804974992e3874c9e6ce5741b2320f0f037075a1032dfa4fa8c06f9385",
} as const;
