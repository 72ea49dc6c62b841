/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "370d67c60c3a78d6a827480a2ba72705fd4d80330cb847c8129699cae2da616b",
  fused: "4e61d83ff8461d9932a1ed6cd2f3b4e731cdaefbba33771691d161ce36266217",
} as const;
