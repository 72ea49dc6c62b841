/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "5e8f1ee26be377898ae7350b5a786ae6b18e495720f7d2e1b6916463ab836b6c",
  fused: "c4893a47eb257eedc25a177362d553e424b48fee8f840e2b6011dbc0099fc517",
} as const;
