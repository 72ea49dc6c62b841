/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "d8205bcd4c3ddf2e586b5474111262fd641278ab11c337ada7c0d0e50e177d45",
  fused: "d94e070dcc58cce89332658cf168ec4d5f63d9d227ee3aeddc43bac2cedd0d47",
} as const;
