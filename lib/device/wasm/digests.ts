/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "d1ca29fa8b7aeb3bd68d76f18c5406fb4dfb759a524ab2d9e822c82148cf28bd",
  fused: "6eb5a630f5c5accf3f6c6ef30685d55f8af55289b39354a5d092a6d1f47bd7e8",
} as const;
