/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "a4a1bf5392b798266e9a204f5206224e1022b4e72017ba9447d620e1bafbb706",
  fused: "7d4c23d1fca4f00bb788cf8591950833b7f76789a42e749a8b4973b83cf57e68",
} as const;
