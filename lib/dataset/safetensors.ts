/**
 * The safetensors format: named arrays with shapes in one file, nothing executable, every bound
 * checked. Layout: header length (u64, little-endian), header (JSON), data.
 *
 * Specification: https://github.com/huggingface/safetensors, README, "Format".
 *
 * @module
 */

import type { TypedArray } from "../numeric/digest.ts";
import { InputError } from "../numeric/errors.ts";
import { explaining } from "./explaining.ts";

/** An array and its shape; the product of the shape is the array's length. */
export interface ShapedArray {
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** What a file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, ShapedArray>;
  /** Free text by name, the header's `__metadata__`. */
  readonly metadata: ReadonlyMap<string, string>;
}

interface Dtype {
  readonly bytes: number;
  view(buffer: ArrayBuffer, offset: number, length: number): TypedArray;
}

/** Element types that JavaScript has an array for. A BOOL is a byte 0 or 1. */
const DTYPES: Readonly<Record<string, Dtype>> = {
  F64: { bytes: 8, view: (buffer, offset, length) => new Float64Array(buffer, offset, length) },
  I64: { bytes: 8, view: (buffer, offset, length) => new BigInt64Array(buffer, offset, length) },
  U64: { bytes: 8, view: (buffer, offset, length) => new BigUint64Array(buffer, offset, length) },
  F32: { bytes: 4, view: (buffer, offset, length) => new Float32Array(buffer, offset, length) },
  I32: { bytes: 4, view: (buffer, offset, length) => new Int32Array(buffer, offset, length) },
  U32: { bytes: 4, view: (buffer, offset, length) => new Uint32Array(buffer, offset, length) },
  I16: { bytes: 2, view: (buffer, offset, length) => new Int16Array(buffer, offset, length) },
  U16: { bytes: 2, view: (buffer, offset, length) => new Uint16Array(buffer, offset, length) },
  I8: { bytes: 1, view: (buffer, offset, length) => new Int8Array(buffer, offset, length) },
  U8: { bytes: 1, view: (buffer, offset, length) => new Uint8Array(buffer, offset, length) },
  BOOL: { bytes: 1, view: (buffer, offset, length) => new Uint8Array(buffer, offset, length) },
};

const DTYPE_OF: Readonly<Record<string, string>> = {
  Float64Array: "F64",
  BigInt64Array: "I64",
  BigUint64Array: "U64",
  Float32Array: "F32",
  Int32Array: "I32",
  Uint32Array: "U32",
  Int16Array: "I16",
  Uint16Array: "U16",
  Int8Array: "I8",
  Uint8Array: "U8",
};

/** Longest header accepted, as in the reference implementation. */
const LONGEST_HEADER = 100_000_000;

/** Name of the header's entry for free text. */
const METADATA = "__metadata__";

/**
 * The bytes of a safetensors file in parts, header first; the data parts are views of the arrays,
 * not copies. The bytes depend on the contents alone, not on the order of insertion: wider elements first,
 * then by name, which also aligns every array.
 *
 * @param tensors Arrays with shapes, by name.
 * @param metadata Free text by name.
 * @throws {RangeError} When a shape does not fit its array or a name is `__metadata__`.
 * @throws {TypeError} When an array has an element type that the format lacks.
 *
 * @example
 * ```ts
 * import { decodeSafetensors, safetensorsParts } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const weights = { shape: [2, 1], data: Float32Array.of(1, 2) };
 * const parts = safetensorsParts({ "dense/kernel": weights }, { made: "by hand" });
 * const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
 * const { tensors, metadata } = decodeSafetensors(bytes, "example");
 * assertEquals(tensors.get("dense/kernel"), weights);
 * assertEquals(metadata.get("made"), "by hand");
 * ```
 */
export function safetensorsParts(
  tensors: Readonly<Record<string, ShapedArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer>[] {
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => {
    const dtype = DTYPE_OF[data.constructor.name];
    if (dtype === undefined) {
      throw new TypeError(
        `Cannot write "${name}" as safetensors: the format has no ${data.constructor.name}; convert ` +
          `it to one of ${Object.keys(DTYPE_OF).join(", ")}`,
      );
    }
    if (name === METADATA || countOf(shape) !== data.length) {
      throw new RangeError(
        `Cannot write "${name}" as safetensors: ${
          name === METADATA
            ? "that name is reserved for metadata"
            : `shape [${shape.join(", ")}] does not fit an array of ${data.length}`
        }`,
      );
    }
    return { name, dtype, shape, data };
  });
  entries.sort((a, b) =>
    b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (a.name < b.name ? -1 : 1)
  );
  // Pairs, not an object: an object would put names that look like numbers first.
  const members: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) {
    const sorted = Object.entries(metadata).sort(([a], [b]) => a < b ? -1 : 1);
    members.push([METADATA, Object.fromEntries(sorted)]);
  }
  let end = 0;
  for (const { name, dtype, shape, data } of entries) {
    members.push([name, { dtype, shape, data_offsets: [end, end += data.byteLength] }]);
  }
  const json = members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const header = new TextEncoder().encode(`{${json.join(",")}}`);
  const padded = Math.ceil(header.length / 8) * 8;
  const head = new Uint8Array(8 + padded).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(header, 8);
  return [head, ...entries.map(({ data }) => bytesOf(data))];
}

/**
 * Reads the bytes of a safetensors file. The arrays are views of `bytes` where they are aligned, else
 * copies.
 *
 * @param bytes The whole file.
 * @param source Its name, for messages.
 * @throws {InputError} When anything does not fit: a length beyond the file, a header that is not the
 * format's JSON, an unknown element type, a shape that is not its data's size, gaps, overlaps, bytes
 * left over.
 *
 * @example
 * ```ts
 * import { decodeSafetensors, InputError } from "assay";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => decodeSafetensors(new Uint8Array(7), "short.safetensors"), InputError, "7 bytes");
 * ```
 */
export function decodeSafetensors(bytes: Uint8Array<ArrayBuffer>, source: string): Safetensors {
  const dataStart = 8 + headerLength(bytes, bytes.length, source);
  const { entries, metadata } = parseHeader(bytes.subarray(8, dataStart), bytes.length, source);
  const tensors = new Map<string, ShapedArray>();
  for (const { name, dtype, shape, from, to } of entries) {
    const { bytes: width, view } = DTYPES[dtype]!;
    const start = bytes.byteOffset + dataStart + from;
    const length = (to - from) / width;
    const data = start % width === 0
      ? view(bytes.buffer, start, length)
      : view(bytes.buffer.slice(start, start + to - from), 0, length);
    if (dtype === "BOOL" && (data as Uint8Array).some((flag) => flag > 1)) {
      fail(source, `"${name}" is BOOL and holds a byte other than 0 and 1`);
    }
    tensors.set(name, { shape, data });
  }
  return { tensors, metadata };
}

/**
 * Reads a safetensors file. The header is checked against the file's size before the data is read, so that
 * what is read is never more than what the header describes.
 *
 * @returns The contents and the bytes they are views of.
 * @throws {InputError} When it cannot be read, or as {@linkcode decodeSafetensors}.
 *
 * @example
 * ```ts
 * import { readSafetensors, safetensorsParts, writeParts } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await writeParts(path, safetensorsParts({ a: { shape: [2], data: Float32Array.of(1, 2) } }));
 * const { tensors } = await readSafetensors(path);
 * assertEquals(tensors.get("a")!.data, Float32Array.of(1, 2));
 * await Deno.remove(path);
 * ```
 */
export async function readSafetensors(
  path: string,
): Promise<Safetensors & { readonly bytes: Uint8Array<ArrayBuffer> }> {
  const bytes = await explaining(`read ${path}`, async () => {
    using file = await Deno.open(path);
    const { size } = await file.stat();
    const start = await readInto(file, new Uint8Array(Math.min(size, 8)), path);
    const header = new Uint8Array(headerLength(start, size, path));
    parseHeader(await readInto(file, header, path), size, path);
    await file.seek(0, Deno.SeekMode.Start);
    return await readInto(file, room(size, path), path);
  });
  return { bytes, ...decodeSafetensors(bytes, path) };
}

async function readInto(
  file: Deno.FsFile,
  bytes: Uint8Array<ArrayBuffer>,
  source: string,
): Promise<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < bytes.length;) {
    const read = await file.read(bytes.subarray(at));
    if (read === null) return fail(source, "it became shorter while it was read");
    at += read;
  }
  return bytes;
}

function room(size: number, source: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (error) {
    return fail(source, `its ${size} bytes cannot be held (${(error as Error).message})`);
  }
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes of the data. */
  readonly from: number;
  readonly to: number;
}

/** Length of the header by the file's first bytes; checked against the file's size. */
function headerLength(bytes: Uint8Array<ArrayBuffer>, size: number, source: string): number {
  if (size < 8) fail(source, `it has ${size} bytes, the header's length alone takes 8`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > LONGEST_HEADER || length > size - 8) {
    fail(
      source,
      `its header should take ${length} bytes, ${
        size - 8
      } are there and ${LONGEST_HEADER} are allowed`,
    );
  }
  return Number(length);
}

/** What a header describes, in the order of the data, which it covers without gap or overlap. */
function parseHeader(
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
  source: string,
): { readonly entries: readonly Entry[]; readonly metadata: ReadonlyMap<string, string> } {
  const dataSize = size - 8 - bytes.length;
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    fail(source, `its header is not JSON (${(error as Error).message})`);
  }
  if (!isObject(header)) return fail(source, "its header is not a JSON object");
  const metadata = new Map<string, string>();
  const entries: Entry[] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === METADATA) {
      if (!isObject(entry)) return fail(source, `${METADATA} is not an object`);
      for (const [key, text] of Object.entries(entry)) {
        if (typeof text !== "string") return fail(source, `${METADATA} "${key}" is not text`);
        metadata.set(key, text);
      }
      continue;
    }
    if (!isObject(entry)) return fail(source, `"${name}" is not described by an object`);
    const { dtype, shape, data_offsets: offsets } = entry;
    if (typeof dtype !== "string" || !Object.hasOwn(DTYPES, dtype)) {
      return fail(
        source,
        `"${name}" has dtype ${quoted(dtype)}, known are ${Object.keys(DTYPES).join(", ")}`,
      );
    }
    if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
      return fail(source, `"${name}" has shape ${quoted(shape)} at ${quoted(offsets)}`);
    }
    const [from, to] = offsets as [number, number];
    const bytes = countOf(shape) * DTYPES[dtype]!.bytes;
    if (to > dataSize || to - from !== bytes) {
      return fail(
        source,
        `"${name}" of shape ${quoted(shape)} ${dtype} takes ${bytes} bytes and should stand at ` +
          `${from} to ${to} of ${dataSize}`,
      );
    }
    entries.push({ name, dtype, shape, from, to });
  }
  entries.sort((a, b) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const { name, from, to } of entries) {
    if (from !== end) {
      fail(
        source,
        `"${name}" starts at byte ${from} of the data, the array before it ends at ${end}`,
      );
    }
    end = to;
  }
  if (end !== dataSize) {
    fail(source, `its arrays end at byte ${end} of ${dataSize} bytes of data`);
  }
  return { entries, metadata };
}

function fail(source: string, found: string): never {
  throw new InputError(
    `Cannot read ${source} as safetensors: ${found}. The file is damaged or of another kind; get or ` +
      `make it again.`,
  );
}

/** A value of a header for a message: not whole where it is long, and no deeper than it can be written. */
function quoted(value: unknown): string {
  const flat = Array.isArray(value)
    ? `[${value.slice(0, 9).map((one) => Array.isArray(one) ? "[…]" : quoted(one)).join(", ")}${
      value.length > 9 ? ", …" : ""
    }]`
    : isObject(value)
    ? "an object"
    : JSON.stringify(value) ?? "nothing";
  return flat.length > 200 ? `${flat.slice(0, 200)}…` : flat;
}

function bytesOf(data: TypedArray): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = data;
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer, byteOffset, byteLength);
  // Shared memory cannot be handed to the file system.
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}

/** Product of a shape; Infinity or an inexact number when it is beyond any array. */
function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) &&
    value.every((size) =>
      Number.isSafeInteger(size) && (size as number) >= 0 && !Object.is(size, -0)
    );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
