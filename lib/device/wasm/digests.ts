/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "6a51234e099981de2251a13d9dab5c6b68cd8fb966ef16d14207317fad6a523f",
  fused: "dfe2cdcdba6d4fd1a1025a0968fb133c6ecf2c82384518d07ca1c2777fec1066",
} as const;
