/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "aeb8bc4e32a9e98af33d997d6bc9b164c393de12483049ea040303377612c4ca",
  fused: "ab6ad734f0ec11411fcd45ccd3c408661bdad18bed33a948f43ded2baebc583d",
} as const;
