/**
 * Files that are either whole or absent: temporary name, sync, rename, sync of the folder.
 *
 * @module
 */

import { dirname } from "@std/path";
import type { z } from "zod";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { InputError } from "../numeric/errors.ts";

/**
 * Writes `contents` to `path` so that a reader sees the old file or the new one, never a part.
 * Missing folders are made.
 *
 * @throws {InputError} When the place cannot be written (no permission, disk full), with what to do;
 * the temporary file is gone then.
 */
export async function writeWhole(path: string, contents: string | Uint8Array): Promise<void> {
  const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
  const temporary = `${path}.${Deno.pid}.tmp`;
  await explaining(`write ${path}`, async () => {
    await Deno.mkdir(dirname(path), { recursive: true });
    try {
      using file = await Deno.open(temporary, { write: true, create: true, truncate: true });
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
      await file.sync();
      await Deno.rename(temporary, path);
    } catch (error) {
      await Deno.remove(temporary).catch(() => {});
      throw error;
    }
    using folder = await Deno.open(dirname(path), { read: true });
    await folder.sync();
  });
}

/** Writes a value as canonical JSON, indented for reading, with {@linkcode writeWhole}. */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeWhole(path, `${canonicalJson(value, { indent: 2 })}\n`);
}

/**
 * Reads a JSON file and checks it against a schema; `null` when there is no such file.
 *
 * @throws {InputError} When it cannot be read, is not JSON or does not have the schema's form.
 */
export async function readJson<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new InputError(
      `Cannot read ${path}: ${(error as Error).message}. Check its permissions.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(
      `Cannot read ${path}: it is not JSON (${
        (error as Error).message
      }). It was damaged after it ` +
        `was written; remove it and run the experiment again.`,
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(
    `Cannot read ${path}: ${issue!.path.join(".") || "the document"}: ${issue!.message}. It was ` +
      `written by another version or changed by hand; remove it and run the experiment again.`,
  );
}

/** Runs `action`; file-system refusals become one paragraph that says what to do. */
export async function explaining<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw new InputError(
        `Cannot ${what}: the task is allowed to write under reports/ and data/cache/ only. Choose an ` +
          `--out folder there, or grant another one: deno run --allow-read --allow-env --allow-sys ` +
          `--allow-write=DIR lib/cli/main.ts experiment ... --out DIR.`,
        { cause: error },
      );
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new InputError(
        `Cannot ${what}: permission denied. Make the folder writable for this user or choose another ` +
          `with --out DIR.`,
        { cause: error },
      );
    }
    if (isFull(error)) {
      throw new InputError(
        `Cannot ${what}: the disk is full (${
          (error as Error).message
        }). Free some room and give the ` +
          `command again; what was complete is kept.`,
        { cause: error },
      );
    }
    if (error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.AlreadyExists) {
      throw new InputError(
        `Cannot ${what}: a part of that path is a file, not a folder. Choose another --out DIR.`,
        { cause: error },
      );
    }
    throw error;
  }
}

function isFull(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG" ||
    /No space left|quota exceeded/i.test(String((error as Error)?.message));
}
