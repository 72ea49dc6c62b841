/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "d3d6e1cdfd3490749ff3c8387a8ad7456e2da05f4890f6accbf7deb9df878622",
  fused: "74a3a75c41a65ef439b43a9b74c9586289268bea7017adf4fd1cc058dad0db66",
} as const;
