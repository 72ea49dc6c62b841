/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "06613a5f4343e4a8e08b648ef9dc567494382cac62ac7b084a9e5ad573c55375",
  fused: "0220f8af1a697367f255453cd3fef50ac394783190715d02a51b0af12808550b",
} as const;
