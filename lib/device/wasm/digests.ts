/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "d0c7190cbcb703c0cf69e6c923956a33035a5bc4fbae3ddff653e4a4c71f4e76",
  fused: "20451cf77664f68474edb32f4d01e96d8777f68b5c0103494984c6f8c3b21a21",
} as const;
