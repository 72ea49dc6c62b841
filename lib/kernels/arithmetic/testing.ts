/**
 * Inputs for the tests of the kernels: fixed sequences that look random, and nasty floats.
 *
 * @module
 */

/** A fixed sequence of integers below 2³² that looks random: a Weyl sequence through MurmurHash3's finaliser. */
export function word(i: number): number {
  let h = Math.imul(i + 1, 0x9e3779b9);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** The f32 value of 32 bits. */
export function floatOf(bits: number): number {
  floatBits[0] = bits;
  return float[0]!;
}

/** The 32 bits of an f32 value; those of one NaN for every NaN. */
export function bitsOf(x: number): number {
  float[0] = x;
  return x !== x ? 0x7fc00000 : floatBits[0]!;
}

/** An f32 with uniformly distributed bits. */
export function anyFloat(i: number): number {
  return floatOf(word(i));
}

/** Floats in [-2, 2) with all bits of the fraction in use, so that an order of summation shows. */
export function floats(n: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: n }, (_, i) => (word(seed * 1e6 + i) - 2 ** 31) / 2 ** 30);
}

/** Whether `x` is smaller in size than every normal f32 and not zero. */
export function isSubnormal(x: number): boolean {
  return x !== 0 && Math.abs(x) < 2 ** -126;
}

/** Floats where something changes: specials, powers of two and the functions' thresholds with both neighbours. */
export const EDGES: readonly number[] = [
  ...[0, 1, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fc00000, 0x7fffffff, 0x007fffff, 0x00800000]
    .flatMap((bits) => [floatOf(bits), floatOf((bits | 0x80000000) >>> 0)]),
  ...[
    1,
    0.5,
    2,
    Math.SQRT1_2,
    Math.SQRT2,
    Math.LN2 / 2,
    17.32868,
    20,
    88.722839,
    89,
    87.33654,
    16.6355,
    9.0109,
    10,
    0.24999,
  ]
    .flatMap((x) => {
      float[0] = x;
      const bits = floatBits[0]!;
      return [bits - 1, bits, bits + 1].flatMap((near) => [floatOf(near), -floatOf(near)]);
    }),
];
