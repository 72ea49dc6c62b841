/**
 * Fingerprints of arrays as a loop: what every other implementation must equal.
 *
 * The sum is one of integers mod 2³², so its order changes nothing: unlike the sums of floats, it may be
 * shared among threads, lanes and workgroups at will.
 *
 * @module
 */

/** Added to the word of element `i`, times `i`, so that two elements that change places show. */
export const POSITION = 0x9e3779b9;
/** The factors of MurmurHash3's finaliser. */
export const FACTORS = [0x85ebca6b, 0xc2b2ae35] as const;

/**
 * The 32-bit fingerprint of an array: with `w_i` the bits of element `i`, the sum of
 * `mix(w_i + i · 0x9e3779b9)` mod 2³², where `mix` is the finaliser of MurmurHash3. That one is a bijection,
 * so a change of one element always shows; other changes stay hidden with a probability of 2⁻³². No
 * protection against anyone who seeks a second array with the same fingerprint.
 *
 * @param values f32, of any length; all bits count, also those of NaN, -0 and subnormal numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(fingerprintOracle(Float32Array.of(0)), 0);
 * assertEquals(fingerprintOracle(Float32Array.of(-0)), 0x6d3c65a0);
 * ```
 */
export function fingerprintOracle(values: Float32Array | Int32Array): number {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  let sum = 0;
  for (let i = 0; i < words.length; i++) {
    sum = (sum + mix(words[i]! + Math.imul(i, POSITION))) | 0;
  }
  return sum >>> 0;
}

function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), FACTORS[0]);
  x = Math.imul(x ^ (x >>> 13), FACTORS[1]);
  return x ^ (x >>> 16);
}

/**
 * A fingerprint as it is kept in a table of floats: its low and its high 16 bits, as whole numbers. Its 32
 * bits as those of a float would not survive copies that change a NaN or flush subnormal numbers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(halvesOf(0x00020001), [1, 2]);
 * ```
 */
export function halvesOf(fingerprint: number): [low: number, high: number] {
  return [fingerprint & 0xffff, fingerprint >>> 16];
}

/**
 * The fingerprints in a row of the table that `fingerprint()` writes.
 *
 * @param row f32 `[2 · variables]`, the low and the high 16 bits of each.
 * @returns `[variables]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...fingerprintsOf(Float32Array.of(1, 2, 0xffff, 0xffff))], [0x00020001, 0xffffffff]);
 * ```
 */
export function fingerprintsOf(row: Float32Array): Uint32Array {
  return Uint32Array.from(
    { length: row.length / 2 },
    (_, i) => row[2 * i]! + row[2 * i + 1]! * 2 ** 16,
  );
}
