/**
 * File-system refusals in words: what was attempted, what is allowed, what to do.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";

/**
 * Runs `action`; what the file system refuses (no permission, disk full, a file where a folder is
 * needed) becomes one paragraph that says what to do. Other errors come through as they are.
 *
 * @param what What is attempted, to follow "Cannot".
 * @throws {InputError} For a refusal.
 *
 * @example
 * ```ts
 * import { explaining, InputError } from "assay";
 * import { assertRejects } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const write = () => Deno.writeTextFile(folder, "text");
 * await assertRejects(() => explaining("write the table", write), InputError, "Cannot write the table");
 * await Deno.remove(folder);
 * ```
 */
export async function explaining<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw new InputError(
        `Cannot ${what}: the task is allowed to write under reports/ and data/cache/ only. Choose an ` +
          `--out folder there, or grant another one: deno run --allow-read --allow-env ` +
          `--allow-write=DIR --allow-run=deno lib/cli/main.ts experiment ... --out DIR.`,
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
    if (
      error instanceof Deno.errors.NotADirectory || error instanceof Deno.errors.IsADirectory ||
      error instanceof Deno.errors.AlreadyExists
    ) {
      throw new InputError(
        `Cannot ${what}: a part of that path is a file, not a folder. Choose another --out DIR.`,
        { cause: error },
      );
    }
    if (typeof (error as { code?: unknown }).code === "string") {
      throw new InputError(
        `Cannot ${what}: ${
          (error as Error).message
        }. Check the place, or choose another with --out DIR.`,
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
