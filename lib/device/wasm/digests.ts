/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "a87cf9fc73f4c0b1e1a1385524d9ce39ac1dfe3c0b4cf455434c794244096071",
  fused: "2370e96bc0339f1f44b5b6d0391e474b8ebf55335a23683c6dbe21adbdc5b20b",
} as const;
