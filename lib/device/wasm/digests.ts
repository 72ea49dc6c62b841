/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "e4e973f6efbd57260226e653887b60f3cc949b0d7c2cce65f0721c4f9466c796",
  fused: "6767133e960527a964feaca039efd0d1797ccddd2f4e08ef32add42332ea478c",
} as const;
