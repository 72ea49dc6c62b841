/**
 * One process at a time on a run: an advisory lock on a file beside its directory.
 *
 * @module
 */

import { dirname } from "@std/path";
import { explaining } from "../dataset/explaining.ts";

/** A held lock; dispose it to release. The operating system releases it when the process dies. */
export interface RunLock {
  [Symbol.dispose](): void;
}

/**
 * Takes the lock at `path`, waiting while another process holds it.
 *
 * @param holder What to write into the file for others to read.
 * @param waiting Told once, with the holder's text, when it has to wait.
 */
export async function lockRun(
  path: string,
  holder: string,
  waiting: (holder: string) => void,
): Promise<RunLock> {
  return await explaining(`lock the run with ${path}`, async () => {
    await Deno.mkdir(dirname(path), { recursive: true });
    const file = await Deno.open(path, { read: true, write: true, create: true });
    try {
      if (!await file.tryLock(true)) {
        waiting((await Deno.readTextFile(path)).trim() || "another process");
        await file.lock(true);
      }
      await file.truncate();
      await file.write(new TextEncoder().encode(`${holder}\n`));
    } catch (error) {
      file.close();
      throw error;
    }
    return {
      [Symbol.dispose]() {
        file.truncateSync();
        file.close();
      },
    };
  });
}
