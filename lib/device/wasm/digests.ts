/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "d3e15d20da5967c32cee6338fc2529d4cf711553843d58d53f10fae27e218061",
  fused: "2db1ffcd9ae5bdd1a688701f67554ba34bd1e817bcf9f11f6c551cc092e2efa0",
} as const;
