/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "aaf1347f6dfe125feeb60e52367e74fcd3870fe04441ea45d7201018112c4940",
  fused: "9ee8440d47821dcec531ee8ed951766f7f6b1cab6922b42e78576bbf83328231",
} as const;
