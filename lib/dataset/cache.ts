/**
 * A cache of arrays that are costly to make: the file's name is the hash of everything they are made
 * from, so nothing in it is ever out of date. A cache may be deleted at any time, and one that
 * cannot be used costs time, never a result.
 *
 * @module
 */

import { join } from "@std/path";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { digestArrays, sha256Hex, type TypedArray } from "../numeric/digest.ts";
import { InputError } from "../numeric/errors.ts";
import { writeParts } from "./atomic_file.ts";
import { decodeSafetensors, safetensorsParts } from "./safetensors.ts";

/** Where to keep arrays and how to tell of trouble. */
export interface CacheOptions {
  /** Folder of the cache, such as `data/cache`; made when it is missing. */
  readonly folder: string;
  /** Hears one sentence when a damaged file was made anew or the cache could not be used. */
  readonly note?: (text: string) => void;
}

/**
 * Gives the arrays made by `produce`, from the cache when it has them.
 *
 * The file is checked against the digest written with it before it is believed. Two processes that make the
 * same arrays at once both write the same file, each whole.
 *
 * @param parts Everything the arrays depend on (generator's name, hash of its code, key, parameters), as
 * what {@linkcode canonicalJson} can write.
 * @param produce Makes the arrays. Same parts, same names, element types and bits.
 * @returns The arrays by name; on a hit they are views of one buffer.
 * @throws What `produce` throws, and {@linkcode TypeError} when `parts` or an array cannot be written;
 * nothing else.
 *
 * @example
 * ```ts
 * import { cached } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * let made = 0;
 * const squares = () => cached({ generator: "squares@1", n: 3 }, () => {
 *   made++;
 *   return { squares: Float32Array.of(0, 1, 4) };
 * }, { folder });
 * assertEquals(await squares(), await squares());
 * assertEquals(made, 1);
 * ```
 */
export async function cached<Arrays extends Readonly<Record<string, TypedArray>>>(
  parts: unknown,
  produce: () => Arrays | Promise<Arrays>,
  { folder, note = () => {} }: CacheOptions,
): Promise<Arrays> {
  const key = canonicalJson(parts);
  const path = join(folder, `${sha256Hex(key).slice(0, 32)}.safetensors`);
  const found = await read(path, key, note);
  // The key determines the names and element types, as the contract of `produce` says.
  if (found !== null) return found as Arrays;
  const arrays = await produce();
  const file = safetensorsParts(
    Object.fromEntries(
      Object.entries(arrays).map(([name, data]) => [name, { shape: [data.length], data }]),
    ),
    { key, digest: digestArrays(arrays) },
  );
  try {
    await writeParts(path, file);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    note(`${error.message} The result is not affected; it will be made anew next time.`);
  }
  return arrays;
}

/** The arrays in a file that is whole and of this key; `null`, with a note unless it is absent, otherwise. */
async function read(
  path: string,
  key: string,
  note: (text: string) => void,
): Promise<Record<string, TypedArray> | null> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      note(`Cannot read ${path}: ${(error as Error).message}. Its contents are made anew.`);
    }
    return null;
  }
  try {
    const { tensors, metadata } = decodeSafetensors(bytes, path);
    const arrays = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
    if (metadata.get("key") === key && metadata.get("digest") === digestArrays(arrays)) {
      return arrays;
    }
    note(`${path} was damaged after it was written; its contents are made anew.`);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    note(`${error.message} Its contents are made anew.`);
  }
  return null;
}
