/**
 * Threefry-2x32 with 20 rounds: the counter function that all randomness comes from. Two key words
 * and a 64-bit counter go in, two words come out; nothing is remembered, so any part of any stream
 * can be computed on any machine, thread or device, integer for integer.
 *
 * Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11; the same
 * function as `jax.random.threefry_2x32`. It passes BigCrush; it is not meant for secrets.
 *
 * @module
 */

/** Parity of the key schedule (`SKEIN_KS_PARITY32`), so that a zero key still mixes. */
const PARITY = 0x1bd11bda;

/**
 * Encrypts consecutive counters: block `b` of the output is Threefry-2x32-20 of the counter
 * `(counter0, counter1) + b`, a 64-bit number with `counter0` on top.
 *
 * @param key0 First key word.
 * @param key1 Second key word.
 * @param counter0 High word of the first counter.
 * @param counter1 Low word of the first counter.
 * @param out Where the words go: word 0 of block `b` at `2 b`, word 1 at `2 b + 1`. Its length
 * is the number of blocks times two; an odd last element is left as it is.
 *
 * @example
 * ```ts
 * import { threefry2x32 } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const out = new Uint32Array(2);
 * threefry2x32(0, 0, 0, 0, out);
 * assertEquals([...out], [0x6b200159, 0x99ba4efe]);
 * ```
 */
export function threefry2x32(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: Uint32Array,
): void {
  const k0 = key0 | 0;
  const k1 = key1 | 0;
  const k2 = k0 ^ k1 ^ PARITY;
  let c0 = counter0 | 0;
  let c1 = counter1 | 0;
  const end = out.length - 1;
  for (let i = 0; i < end; i += 2) {
    let x = (c0 + k0) | 0;
    let y = (c1 + k1) | 0;

    x = (x + y) | 0, y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0, y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0, y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0, y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k1) | 0, y = (y + k2 + 1) | 0;

    x = (x + y) | 0, y = ((y << 17) | (y >>> 15)) ^ x;
    x = (x + y) | 0, y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0, y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0, y = ((y << 24) | (y >>> 8)) ^ x;
    x = (x + k2) | 0, y = (y + k0 + 2) | 0;

    x = (x + y) | 0, y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0, y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0, y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0, y = ((y << 6) | (y >>> 26)) ^ x;
    x = (x + k0) | 0, y = (y + k1 + 3) | 0;

    x = (x + y) | 0, y = ((y << 17) | (y >>> 15)) ^ x;
    x = (x + y) | 0, y = ((y << 29) | (y >>> 3)) ^ x;
    x = (x + y) | 0, y = ((y << 16) | (y >>> 16)) ^ x;
    x = (x + y) | 0, y = ((y << 24) | (y >>> 8)) ^ x;
    x = (x + k1) | 0, y = (y + k2 + 4) | 0;

    x = (x + y) | 0, y = ((y << 13) | (y >>> 19)) ^ x;
    x = (x + y) | 0, y = ((y << 15) | (y >>> 17)) ^ x;
    x = (x + y) | 0, y = ((y << 26) | (y >>> 6)) ^ x;
    x = (x + y) | 0, y = ((y << 6) | (y >>> 26)) ^ x;
    out[i] = x + k2;
    out[i + 1] = y + k0 + 5;

    c1 = (c1 + 1) | 0;
    if (c1 === 0) c0 = (c0 + 1) | 0;
  }
}
