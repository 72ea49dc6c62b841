/**
 * The seal of our files: a last metadata entry, `sha256`, with the digest of all bytes before it. ONNX
 * itself has no checksum, so that a flipped bit of a weight would load as another model.
 *
 * @module
 */

import { sha256Hex } from "../numeric/digest.ts";
import { InputError } from "../numeric/errors.ts";

const KEY = "sha256";
const DIGITS = 64;
/** Field 14 of the model, `metadata_props`, up to the value of its entry: two fields of lengths and text. */
const HEAD = Uint8Array.of(
  ...[14 << 3 | 2, 2 + KEY.length + 2 + DIGITS],
  ...[1 << 3 | 2, KEY.length, ...new TextEncoder().encode(KEY)],
  ...[2 << 3 | 2, DIGITS],
);
const LENGTH = HEAD.length + DIGITS;

/**
 * A model's bytes with the seal behind them, which protobuf reads as one more metadata entry.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const file = sealed(Uint8Array.of(1, 2, 3));
 * assertEquals([file.length, checkSeal(file, "a file")], [79, true]);
 * file[1]! ^= 1;
 * assertThrows(() => checkSeal(file, "a file"), Error, "damaged");
 * ```
 */
export function sealed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(bytes.length + LENGTH);
  file.set(bytes);
  file.set(HEAD, bytes.length);
  file.set(new TextEncoder().encode(sha256Hex(bytes)), bytes.length + HEAD.length);
  return file;
}

/**
 * Whether a file has a seal; a file of another program has none.
 *
 * @param source The file, for messages.
 * @throws {InputError} When it has one that does not fit its bytes.
 */
export function checkSeal(file: Uint8Array, source: string): boolean {
  const end = file.length - LENGTH;
  if (end < 0 || !HEAD.every((byte, i) => byte === file[end + i])) return false;
  const written = new TextDecoder().decode(file.subarray(end + HEAD.length));
  const found = sha256Hex(file.subarray(0, end));
  if (written === found) return true;
  throw new InputError(
    `Cannot read the model in ${source}: it is damaged. Its bytes have the SHA-256 ${
      found.slice(0, 16)
    }…, ` +
      `but were written with ${written.slice(0, 16)}…; copy or export it again.`,
  );
}
