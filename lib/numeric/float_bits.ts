/**
 * The bits of a double: its exponent, its neighbours, powers of two. Deno's machines are little-endian.
 *
 * @module
 */

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);
const bits = new BigInt64Array(float.buffer);

/** `2ᵏ` at `k + 1074`: a look-up is faster than writing half a double and reading it whole. */
const powers = new Float64Array(1074 + 1024);
for (let k = 0, power = Number.MIN_VALUE; k < powers.length; k++, power *= 2) powers[k] = power;

/** Sign, exponent and the upper 20 bits of the fraction of `x`, as a signed 32-bit integer. */
export function highWord(x: number): number {
  float[0] = x;
  return words[1]!;
}

/** `x` with the lower 32 bits of its fraction cleared: 21 significant bits, so products of two are exact. */
export function withoutLowWord(x: number): number {
  float[0] = x;
  words[0] = 0;
  return float[0];
}

/** `2ᵏ` for `-1074 <= k <= 1023`. */
export function powerOfTwo(k: number): number {
  return powers[k + 1074]!;
}

/** `y · 2ᵏ` rounded once, for `1/2 <= |y| < 2` and any `k` that an exponential meets, -1076 to 1024. */
export function scale(y: number, k: number): number {
  if (k > 1023) return y * 2 * powerOfTwo(k - 1);
  if (k < -1074) return y * 0.25 * powerOfTwo(k + 2);
  return y * powerOfTwo(k);
}

/** The largest double below `x`, for finite `x`. */
export function nextBelow(x: number): number {
  if (x === 0) return -Number.MIN_VALUE;
  float[0] = x;
  bits[0]! += x > 0 ? -1n : 1n;
  return float[0];
}
