/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "87106fe713fe9dc47075f2c9aa66cd62963ad4733e08f8d35e08d2a01ab1031d",
  fused: "ee92b2fa12acf9e51a6b99caf0c91ef5bbc2bcadc0568ac8690e303e13477f79",
} as const;
