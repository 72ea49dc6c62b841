/**
 * The command that starts a process of the pool: this Deno, with the permissions of a process with runs.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { THREADS_VARIABLE } from "../../device/wasm/threads.ts";
import { InputError } from "../../numeric/errors.ts";
import { mayRun, permissions, writable } from "../permissions.ts";

const root = fromFileUrl(new URL("../../../", import.meta.url)).replace(/\/$/, "");

/** What a process of runs may take and where it may write. */
export interface WorkerLimits {
  /** Folders that runs are written to. */
  readonly folders: readonly string[];
  readonly threads: number;
  /** Megabytes of memory; `null` for as many as there are. */
  readonly memory: number | null;
}

/**
 * Starts a process with runs, its input and output piped.
 *
 * @throws {InputError} When this process may not start one.
 */
export function spawnWorker({ folders, threads, memory }: WorkerLimits): Deno.ChildProcess {
  const granted = writable(folders);
  const unnamed = granted.find((folder) => folder.includes(","));
  if (unnamed !== undefined) {
    throw cannotStart(`${unnamed} has a comma in its name, which Deno's permissions cannot name`);
  }
  const program = [Deno.execPath(), "deno"].find(mayRun);
  if (program === undefined) {
    throw cannotStart(
      "it may not run Deno; the tasks of deno.json may, where the command deno is on PATH, and " +
        "--allow-run=deno lets others",
    );
  }
  const worker = fromFileUrl(new URL("./worker.ts", import.meta.url));
  try {
    return new Deno.Command(program, {
      args: [
        ...permissions(granted, memory),
        worker,
        ...(memory === null ? [] : [`${memory}`]),
      ],
      cwd: root,
      env: { [THREADS_VARIABLE]: `${threads}` },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    // Deno passes on variables such as LD_LIBRARY_PATH under --allow-run without a name only.
    throw cannotStart(`"${(error as Error).message}"`);
  }
}

/** A refusal that says what to do. */
export function cannotStart(reason: string): InputError {
  return new InputError(
    `Cannot start a process for runs: ${reason}. With --jobs 1 and without --memory, runs are made one ` +
      `after another in this process.`,
  );
}
