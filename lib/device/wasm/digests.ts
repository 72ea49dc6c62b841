/**
 * SHA-256 of the committed binaries, written by `deno task build:wasm`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "858edb9a1ff8855e58ede83e4346550dbfa3488faf9107693ddef078b9f192b8",
  fused: "001880271e32d8855d1a3ef867de11d341f383a15b76b23ed21d26b4252c38e5",
} as const;
