/**
 * The two 32-bit words of a double, for exact manipulation of sign, exponent and fraction.
 * Deno's machines are little-endian.
 *
 * @module
 */

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const bits = new BigInt64Array(float.buffer);

/** Sign, exponent and the upper 20 bits of the fraction of `x`, as a signed 32-bit integer. */
export function highWord(x: number): number {
  float[0] = x;
  return words[1]! | 0;
}

/** `x` with its upper word replaced. */
export function withHighWord(x: number, high: number): number {
  float[0] = x;
  words[1] = high;
  return float[0];
}

/** `x` with the lower 32 bits of its fraction cleared: 21 significant bits, so products of two are exact. */
export function withoutLowWord(x: number): number {
  float[0] = x;
  words[0] = 0;
  return float[0];
}

/** `2ᵏ` for `-1022 <= k <= 1023`. */
export function powerOfTwo(k: number): number {
  words[0] = 0;
  words[1] = (k + 1023) << 20;
  return float[0]!;
}

/** `y · 2ᵏ` rounded once, for `1/2 <= |y| <= 2` and any `k` that an exponential meets (`-1100 < k <= 1024`). */
export function scale(y: number, k: number): number {
  if (k > 1023) return y * 2 * powerOfTwo(1023);
  if (k >= -1021) return y * powerOfTwo(k);
  return y * powerOfTwo(k + 1000) * powerOfTwo(-1000);
}

/** The largest double below `x`, for finite `x`. */
export function nextBelow(x: number): number {
  if (x === 0) return -Number.MIN_VALUE;
  float[0] = x;
  bits[0]! += x > 0 ? -1n : 1n;
  return float[0];
}
