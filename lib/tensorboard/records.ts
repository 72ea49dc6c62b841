/**
 * TensorFlow's record files: bytes of any kind, one record after another, each with its length and two checksums.
 *
 * A record is its length (u64), the masked CRC-32C of these eight bytes (u32), the data, and the masked CRC-32C of
 * the data (u32), all little-endian (tensorflow/core/lib/io/record_writer.h).
 *
 * @module
 */

import { maskedCrc32c } from "./crc32c.ts";

/** Bytes before the data of a record: its length and that length's checksum. */
const HEAD = 12;
/** Bytes after it. */
const FOOT = 4;

/**
 * Data as a record.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const file = recordOf(Uint8Array.of(1, 2, 3));
 * assertEquals([file.length, [...recordsIn(file)]], [19, [Uint8Array.of(1, 2, 3)]]);
 * ```
 */
export function recordOf(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(HEAD + data.length + FOOT);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, HEAD);
  view.setUint32(HEAD + data.length, maskedCrc32c(data), true);
  return record;
}

/**
 * The data of the records of a file, up to the first that is torn or damaged: what follows that one cannot be found.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const torn = recordOf(Uint8Array.of(1)).subarray(0, -1);
 * assertEquals([...recordsIn(torn)], []);
 * ```
 */
export function* recordsIn(file: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at + HEAD + FOOT <= file.length;) {
    if (view.getUint32(at + 8, true) !== maskedCrc32c(file.subarray(at, at + 8))) return;
    const start = at + HEAD;
    const end = start + Number(view.getBigUint64(at, true));
    if (end + FOOT > file.length) return;
    const data = file.subarray(start, end);
    if (view.getUint32(end, true) !== maskedCrc32c(data)) return;
    yield data;
    at = end + FOOT;
  }
}
