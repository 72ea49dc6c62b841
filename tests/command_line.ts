/**
 * Runs the command line for tests: in this process with captured streams, or as a process of its own.
 *
 * @module
 */

import { main } from "../lib/cli/main.ts";
import { root } from "../lib/cli/streams.ts";

/** How a command ended. */
export interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Commands whose runs would be made in other processes. */
const launching = ["experiment", "sweep", "record"];

/** Runs a command in this process, its runs too. */
export async function inProcess(...args: string[]): Promise<Ended> {
  const out: string[] = [];
  const err: string[] = [];
  const own = launching.includes(args[0]!) ? ["--jobs", "1"] : [];
  const status = await main([...args, ...own], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    terminal: false,
  });
  return { status, out: out.join("\n"), err: err.join("\n") };
}

/** The arguments of Deno that a task gives, with `reports/` replaced by a folder of the test's own. */
export async function taskArguments(task: string, writable: string): Promise<string[]> {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${root}/deno.json`));
  const [deno, ...words] = (tasks[task].command as string).split(" ");
  if (deno !== "deno") throw new Error(`task ${task} does not start with deno`);
  return words.map((word) =>
    word.startsWith("--allow-write=") ? `--allow-write=${writable},data/cache` : word
  );
}

/** How {@linkcode asProcess} differs from a plain task. */
export interface ProcessOptions {
  /** Environment beside this process's own. */
  readonly env?: Record<string, string>;
  /** The reports folder, when it is not the one the process may write to. */
  readonly out?: string;
}

/** Runs a task's command as a process of its own that may write under `writable`. */
export async function asProcess(
  writable: string,
  [task, ...args]: [string, ...string[]],
  { env, out = writable }: ProcessOptions = {},
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...await taskArguments(task, writable), ...args, "--out", out],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const text = new TextDecoder();
  return { status: code, out: text.decode(stdout), err: text.decode(stderr) };
}

/**
 * Starts a task's command as a process that may write under `writable`, and returns at once.
 *
 * @param stderr Where its progress goes. Default: nowhere.
 */
export async function startProcess(
  writable: string,
  [task, ...args]: [string, ...string[]],
  stderr: "null" | "piped" = "null",
): Promise<Deno.ChildProcess> {
  return new Deno.Command(Deno.execPath(), {
    args: [...await taskArguments(task, writable), ...args, "--out", writable],
    cwd: root,
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr,
  }).spawn();
}

/** Calls `action` with a fresh folder that is removed afterwards. */
export async function withFolder<T>(action: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
