/**
 * SHA-256 from additions and rotations alone (FIPS 180-4): for places that have no digests of their own, such
 * as a page that a browser does not take for secure. Elsewhere {@linkcode sha256Hex} is many times as fast.
 *
 * @module
 */

/** The first 32 bits of the fractions of the cube roots of the first 64 primes, and of the square roots of eight. */
const [K, H] = constants();

/**
 * SHA-256 as 64 lower-case hex digits.
 *
 * @param bytes Text is hashed as its UTF-8 bytes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   plainSha256Hex("abc"),
 *   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
 * );
 * ```
 */
export function plainSha256Hex(bytes: Uint8Array | string): string {
  const message = padded(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
  const state = H.slice();
  const schedule = new Uint32Array(64);
  for (let start = 0; start < message.byteLength; start += 64) {
    for (let i = 0; i < 16; i++) schedule[i] = message.getUint32(start + 4 * i);
    compress(state, schedule);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
}

/** The message, a one, zeros, and its length in bits, to whole blocks of 64 bytes. */
function padded(bytes: Uint8Array): DataView {
  const whole = new Uint8Array((bytes.length + 72) & ~63);
  whole.set(bytes);
  whole[bytes.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setBigUint64(whole.length - 8, 8n * BigInt(bytes.length));
  return view;
}

/** One block: `schedule` holds its 16 words and takes the 48 that follow from them. */
function compress(state: Uint32Array, schedule: Uint32Array): void {
  for (let i = 16; i < 64; i++) {
    const [a, b] = [schedule[i - 15]!, schedule[i - 2]!];
    const early = rotated(a, 7) ^ rotated(a, 18) ^ (a >>> 3);
    const late = rotated(b, 17) ^ rotated(b, 19) ^ (b >>> 10);
    schedule[i] = schedule[i - 16]! + early + schedule[i - 7]! + late;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    ...[number, number, number, number],
    ...[number, number, number, number],
  ];
  for (let i = 0; i < 64; i++) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const first = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + choice + K[i]! +
      schedule[i]!;
    const second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + majority;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => state[i] = state[i]! + word);
}

function rotated(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function constants(): [Uint32Array, Uint32Array] {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < 64; n++) {
    if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
  }
  // Whole roots of primes shifted by 32 bits a factor: their last 32 bits are the fraction's first.
  const roots = (power: bigint) =>
    primes.map((prime) => Number(root(prime << (32n * power), power) & 0xffffffffn));
  return [Uint32Array.from(roots(3n)), Uint32Array.from(roots(2n).slice(0, 8))];
}

/** The largest whole number whose `power` is at most `value`. */
function root(value: bigint, power: bigint): bigint {
  let found = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) {
    if ((found + bit) ** power <= value) found += bit;
  }
  return found;
}
