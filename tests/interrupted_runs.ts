/**
 * Test support: a run that is stopped at a moment, and what it leaves.
 *
 * @module
 */

import { assert } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { namesIn } from "../lib/run/files.ts";
import { asProcess, type Ended, startProcess } from "./command_line.ts";

const experiment = join(root, "tests", "testdata", "interrupted.ts");

/** The command that runs it: a checkpoint after every step. */
export const command = (backend: string): [string, ...string[]] => [
  "experiment",
  experiment,
  "--backend",
  backend,
  "--checkpoint-steps",
  "1",
];

/** Where its runs stand in a reports folder. */
export const folderOf = (out: string): string => join(out, "interrupted", "quick");

/** Names of all that stands in a folder. */
export const entries = (folder: string): string[] => namesIn(folder, () => true);

/** Name of the directory of an interrupted run; `undefined` when there is none. */
export const partialOf = (out: string): string | undefined =>
  entries(folderOf(out)).find((name) => name.endsWith(".partial"));

/** All that a complete run says, but how long it took and when: texts and bytes by file. */
export async function contents(out: string): Promise<Record<string, string>> {
  const [id] = entries(folderOf(out)).filter((name) => /^[0-9a-f]{12}$/.test(name));
  const read = async (path: string) =>
    new TextDecoder("latin1").decode(await Deno.readFile(join(folderOf(out), id!, path)));
  const files = ["events.jsonl", ...await models(join(folderOf(out), id!))];
  const { seconds: _, ...result } = JSON.parse(await read("result.json"));
  const read_ = await Promise.all(files.map(async (file) => [file, await read(file)] as const));
  return { result: JSON.stringify(result), ...Object.fromEntries(read_) };
}

async function models(folder: string): Promise<string[]> {
  const sums = await Deno.readTextFile(join(folder, "SHA256SUMS"));
  return sums.split("\n").map((line) => line.slice(66))
    .filter((path) => /^(model|history)\//.test(path));
}

/** When a run is killed: after so many steps of all its loops, and perhaps while a file is being written. */
export interface Moment {
  readonly steps: number;
  readonly whileWriting: boolean;
}

/** Steps that checkpoints in a folder stand for, the loops one after another. */
function stepsTaken(folder: string): number {
  const byLoop = new Map<string, number>();
  for (const name of entries(folder)) {
    const [, loop, step] = /^checkpoint-(.*)-(\d+)\.safetensors$/.exec(name) ?? [];
    if (loop) byLoop.set(loop, Math.max(byLoop.get(loop) ?? 0, Number(step)));
  }
  return [...byLoop.values()].reduce((sum, step) => sum + step, 0);
}

/** Starts the run, with `more` options, and stops it with `signal` at a moment; the process's exit status. */
export async function stopAt(
  out: string,
  backend: string,
  { steps, whileWriting }: Moment,
  signal: Deno.Signal,
  ...more: string[]
): Promise<number> {
  const child = await startProcess(out, [...command(backend), ...more]);
  let ended = false;
  child.status.then(() => ended = true);
  for (;;) {
    assert(!ended, `the process ended before step ${steps}`);
    const partial = partialOf(out);
    const folder = join(folderOf(out), partial ?? "");
    const reached = partial !== undefined && stepsTaken(folder) >= steps;
    const writing = () => entries(folder).some((name) => name.endsWith(".tmp"));
    if (reached && (!whileWriting || writing())) break;
    await new Promise((resolve) => setTimeout(resolve, whileWriting && reached ? 0 : 3));
  }
  child.kill(signal);
  return (await child.status).code;
}

/** Lets it go on, as a process of its own, to its end. */
export const finish = (out: string, backend: string, ...more: string[]): Promise<Ended> =>
  asProcess(out, [...command(backend), ...more]);

/** Files by path. */
export type Files = Record<string, Uint8Array<ArrayBuffer>>;

/** The files of a directory and those below it. */
export async function filesOf(folder: string, below = ""): Promise<Files> {
  const files: Files = {};
  for await (const { name, isDirectory } of Deno.readDir(join(folder, below))) {
    const path = below + name;
    if (isDirectory) Object.assign(files, await filesOf(folder, `${path}/`));
    else files[path] = await Deno.readFile(join(folder, path));
  }
  return files;
}
