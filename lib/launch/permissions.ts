/**
 * How a process with runs is started: as the task `experiment` is, less the permission to start processes.
 *
 * @module
 */

/** The words of Deno before the program, as those of the task `experiment` are. */
export function permissions(folders: readonly string[], memory: number | null): string[] {
  const heap = memory === null ? "" : `,--max-old-space-size=${memory}`;
  return [
    "run",
    "--quiet",
    "--no-prompt",
    "--frozen",
    `--v8-flags=--no-allocation-site-pretenuring${heap}`,
    "--allow-read",
    `--allow-write=${[...folders, "data/cache"].join(",")}`,
    "--allow-env=IGNORE_TEST_WIN32,READABLE_STREAM,INIT_CWD,XDG_RUNTIME_DIR,ASSAY_THREADS",
  ];
}

/** Those of `folders` that this process may write to: another is given no more than this one has. */
export function writable(folders: readonly string[]): string[] {
  return folders.filter((path) =>
    Deno.permissions.querySync({ name: "write", path }).state === "granted"
  );
}

/** Whether this process may start a command. */
export function mayRun(command: string): boolean {
  return Deno.permissions.querySync({ name: "run", command }).state === "granted";
}
