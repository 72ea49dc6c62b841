/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "3e3b17f3ba0bf238f9835060d55c5f48acb5420501b43e9d2b657b11bc2bb4dd",
  fused: "6be2cc8a6936cc169c9bb0d7ee53952886d9f8a3118424765a935d3d7108a7c4",
} as const;
