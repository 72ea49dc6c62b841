/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "1a16fcdfca27c406ad964d826173bd6375401c8d3c78561505b6b385a9d94ecb",
  fused: "aedcfc0d780bcf97519b757441eead48004bb7cc63e16ef22ef8f77e296804d6",
} as const;
