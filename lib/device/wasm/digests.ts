/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "ea71b8092f8b27d72b7f677f5469b17b3413f466f49e873e433c827f9ee169bc",
  fused: "e90f4a45638009aa5149000cb98e35aedc74c5149d32762433e0821988e99d4f",
} as const;
