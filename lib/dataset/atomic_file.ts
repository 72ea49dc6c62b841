/**
 * Files written in parts that are nevertheless whole or absent.
 *
 * @module
 */

import { dirname } from "@std/path";
import { explaining } from "./explaining.ts";

/**
 * Writes parts one after another to a temporary name beside `path`, syncs and renames: a reader sees
 * the old file or the whole new one. Missing folders are made.
 *
 * @param path Where the file is to stand.
 * @param parts What it holds; a part is written before the next one is asked for.
 * @throws {InputError} When the place cannot be written; nothing is left there then. What `parts`
 * throws comes through as it is.
 *
 * @example
 * ```ts
 * import { writeParts } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const path = `${await Deno.makeTempDir()}/a/b.txt`;
 * await writeParts(path, ["two ", "parts"].map((part) => new TextEncoder().encode(part)));
 * assertEquals(await Deno.readTextFile(path), "two parts");
 * ```
 */
export async function writeParts(
  path: string,
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  await explaining(`write ${path}`, () => Deno.mkdir(dirname(path), { recursive: true }));
  const { file: opened, temporary } = await explaining(`write ${path}`, () => openBeside(path));
  try {
    using file = opened;
    for await (const part of parts) {
      for (let at = 0; at < part.length;) {
        at += await explaining(`write ${path}`, () => file.write(part.subarray(at)));
      }
    }
    await explaining(`write ${path}`, () => file.sync());
    await explaining(`write ${path}`, () => Deno.rename(temporary, path));
    // The new name itself is on disk only when the folder is.
    await explaining(`write ${path}`, async () => {
      using folder = await Deno.open(dirname(path), { read: true });
      await folder.sync();
    });
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/** Opens a new file under a name that no other writer of this or another process holds. */
async function openBeside(path: string): Promise<{ file: Deno.FsFile; temporary: string }> {
  for (let n = 0;; n++) {
    const temporary = `${path}.${Deno.pid}-${n}.tmp`;
    try {
      return { file: await Deno.open(temporary, { write: true, createNew: true }), temporary };
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}
