/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "ffd8fca6194ba4b72318cd3522fb94ad67de07ebd9205847fcbff24eaa5bed73",
  fused: "d48ad3dedf9bb4001c57a75fb76c4079201ff70da9a09bbaf4960750b329eebc",
} as const;
