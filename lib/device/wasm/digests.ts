/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "7188faecdceabbbfb410216dea7921994cf79751c0a4ded1ba92a53ce1ae5ebd",
  fused: "55014803b3fd6432e55a20b656ef33d76c8597f43ad197e2b456ad7c69634cd3",
} as const;
