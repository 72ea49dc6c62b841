/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "93da9e630e39c49f6a30e7e90b82869b646a8075a5ea2c72ee792f0963382f48",
  fused: "fed6aec77a930f011244ff559bad62ccb5a12762474d4bd34b1930dc82c6fded",
} as const;
