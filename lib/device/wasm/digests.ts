/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "27139b476538805e910e8d007db7993c722b3c7caac99bb1e9130d084c624d20",
  fused: "8f5ffa90ef827dd1427fa43ccc4700b7bc5ad052d9ed0dadee8103e8fc7d409e",
} as const;
