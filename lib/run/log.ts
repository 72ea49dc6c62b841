/**
 * What a run in a process of its own says, kept in a file: beside the runs while it runs, so that a crash
 * leaves it, and in the run's directory when it is complete. No digest and no checksum depends on it.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { timestamp } from "./clock.ts";

/** Name of the log in the directory of a complete run. */
export const LOG = "log.txt";

/** Where the log of a run is until the run is complete. */
export function logPath(directory: string, runId: string): string {
  return join(directory, ".logs", `${runId}.txt`);
}

/** The log of a run that is not complete yet; processes that work on it one after another add to it. */
export class RunLog {
  readonly #path: string;

  /** @param path As {@linkcode logPath} gives it. */
  constructor(path: string) {
    this.#path = path;
  }

  /** Adds what was said just now. A log that cannot be written costs its lines, not the run. */
  say(text: string): void {
    try {
      Deno.mkdirSync(dirname(this.#path), { recursive: true });
      Deno.writeTextFileSync(this.#path, `${timestamp()} ${text}\n`, { append: true });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }

  /** Removes it: there was nothing to run. */
  discard(): void {
    try {
      Deno.removeSync(this.#path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/**
 * Adds what a process said that is no message of ours, such as the last words of a crash, where there is
 * a log: one that was moved into its run's directory meanwhile gets nothing more.
 */
export function addToLog(path: string, text: string): void {
  try {
    Deno.writeTextFileSync(path, `${text}\n`, { append: true, create: false });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

/** Moves the log of a run into its directory, where there is one. */
export async function keepLog(path: string, folder: string): Promise<void> {
  await Deno.rename(path, join(folder, LOG)).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
