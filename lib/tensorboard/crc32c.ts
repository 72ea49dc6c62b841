/**
 * CRC-32C, the checksum of iSCSI (RFC 3720), and the masked form in which TensorFlow's record files hold it.
 *
 * @module
 */

/** Castagnoli's polynomial, reflected: the lowest bit stands for the highest power. */
const POLYNOMIAL = 0x82f63b78;
/** What a masked checksum is moved by. */
const MASK_DELTA = 0xa282ead8;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
  }
  return remainder;
});

/**
 * The CRC-32C of bytes, an unsigned 32-bit integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
 * ```
 */
export function crc32c(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff]!;
  return ~crc >>> 0;
}

/**
 * The CRC-32C of bytes as record files hold it: turned right by 15 bits and moved by a constant, because the CRC of
 * data that contain their own CRC says little.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(maskedCrc32c(new Uint8Array()), 0xa282ead8);
 * ```
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}
