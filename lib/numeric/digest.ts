/**
 * SHA-256 digests of text, bytes and named arrays: how two runs are found to be the same.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical_json.ts";

/** The arrays a digest can cover. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Element types by constructor, in the spelling that enters the digest. */
const DTYPES: Readonly<Record<string, string>> = {
  Float32Array: "f32",
  Float64Array: "f64",
  Int8Array: "i8",
  Int16Array: "i16",
  Int32Array: "i32",
  Uint8Array: "u8",
  Uint8ClampedArray: "u8",
  Uint16Array: "u16",
  Uint32Array: "u32",
  BigInt64Array: "i64",
  BigUint64Array: "u64",
};

/** Elements hashed at a time: bounds the copy, which also detaches from shared memory. */
const CHUNK = 1 << 16;

/**
 * SHA-256 as 64 lower-case hex digits. Text is hashed as its UTF-8 bytes.
 *
 * @example
 * ```ts
 * import { sha256Hex } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   sha256Hex("abc"),
 *   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
 * );
 * ```
 */
export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Digest of named arrays: SHA-256 over, for each name in the order of UTF-16 code units, one line
 * `["name","f32",length]` and then the elements' little-endian bytes.
 *
 * Every NaN counts as the one quiet NaN (sign and payload differ between engines and say nothing);
 * `-0` and `0` are different bits and count as different.
 *
 * @param arrays Arrays by name; a view covers only its own elements. Shapes are not seen: put them
 * in the name, or digest them as another array, where they matter.
 * @returns 64 lower-case hex digits.
 *
 * @example
 * ```ts
 * import { digestArrays } from "assay";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const x = Float32Array.of(1, 2);
 * const y = Int32Array.of(3);
 * assertEquals(digestArrays({ x, y }), digestArrays({ y, x }));
 * assertNotEquals(digestArrays({ x }), digestArrays({ x: Float64Array.of(1, 2) }));
 * ```
 */
export function digestArrays(arrays: Readonly<Record<string, TypedArray>>): string {
  const hash = createHash("sha256");
  for (const name of Object.keys(arrays).sort()) {
    const array = arrays[name]!;
    const dtype = DTYPES[array?.constructor?.name];
    if (dtype === undefined) {
      throw new TypeError(
        `Cannot digest "${name}": it is ${Object.prototype.toString.call(array)}. ` +
          `Give a typed array, such as Float64Array.from(values)`,
      );
    }
    hash.update(canonicalJson([name, dtype, array.length]) + "\n");
    for (let start = 0; start < array.length; start += CHUNK) {
      hash.update(canonicalBytes(array, start, Math.min(start + CHUNK, array.length)));
    }
  }
  return hash.digest("hex");
}

/**
 * One digest for several named ones: SHA-256 of their canonical JSON.
 *
 * @param parts Hex digests, or other text, by name.
 * @returns 64 lower-case hex digits.
 *
 * @example
 * ```ts
 * import { digestParts, sha256Hex } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const [train, test] = [sha256Hex("a"), sha256Hex("b")];
 * assertEquals(digestParts({ train, test }), digestParts({ test, train }));
 * ```
 */
export function digestParts(parts: Readonly<Record<string, string>>): string {
  return sha256Hex(canonicalJson(parts));
}

/** A copy of elements `[start, end)` with NaN canonicalised, as bytes. Deno's machines are little-endian. */
function canonicalBytes(array: TypedArray, start: number, end: number): Uint8Array {
  const copy = array.slice(start, end);
  if (copy instanceof Float32Array) {
    const words = new Uint32Array(copy.buffer);
    for (let i = 0; i < copy.length; i++) if (Number.isNaN(copy[i])) words[i] = 0x7fc00000;
  } else if (copy instanceof Float64Array) {
    const words = new BigUint64Array(copy.buffer);
    for (let i = 0; i < copy.length; i++) {
      if (Number.isNaN(copy[i])) words[i] = 0x7ff8000000000000n;
    }
  }
  return new Uint8Array(copy.buffer);
}
