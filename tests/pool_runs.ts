/**
 * Test support: a walk in two processes of which a seed may end badly, and what it leaves.
 *
 * @module
 */

import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { namesIn } from "../lib/run/files.ts";
import { lockRun } from "../lib/run/lock.ts";
import type { Ended } from "./command_line.ts";
import { filesOf } from "./interrupted_runs.ts";

/** An experiment of the tests. */
export const testdata = (name: string): string => join(root, "tests", "testdata", name);
/** Options for two processes. */
export const pool = ["--backend", "wasm", "--jobs", "2"];

/** The experiment of which a seed ends badly, in two processes. */
export const ends = (...more: string[]): [string, ...string[]] => [
  "experiment",
  testdata("ends.ts"),
  ...pool,
  ...more,
];
/** Long enough for a signal to meet both on a busy machine. */
export const slowly = ends("--set", "pause=200", "--set", "steps=8");

/** Where the walks stand in a reports folder. */
export const runsFolder = (out: string): string => join(out, "ends", "quick");
/** Ids of the complete walks. */
export const runIds = (out: string): string[] =>
  namesIn(runsFolder(out), ({ name }) => /^[0-9a-f]{12}$/.test(name));
/** Names of the logs of walks that are not complete. */
export const logs = (out: string): string[] => namesIn(join(runsFolder(out), ".logs"), () => true);
/** How many runs a command made. */
export const computed = ({ err }: Ended): number =>
  err.match(/run [0-9a-f]{12} took/g)?.length ?? 0;
/** Text without its line breaks. */
export const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

/** Paths of the checkpoints of all walks. */
export const checkpoints = async (out: string): Promise<string[]> =>
  Object.keys(await filesOf(out)).filter((path) => path.includes("checkpoint-walk-"));

/** The id of the process that makes the run of a seed, as its log says it. */
export async function processOf(out: string, seed: number): Promise<number> {
  for (const name of logs(out)) {
    const text = await Deno.readTextFile(join(runsFolder(out), ".logs", name));
    const [, pid] = new RegExp(`process (\\d+), .*, seed ${seed},`).exec(text) ?? [];
    if (pid !== undefined) return Number(pid);
  }
  throw new Error(`no log names the process of seed ${seed}`);
}

/** Waits until nobody holds the locks of the runs. */
export async function released(out: string): Promise<void> {
  const locks = join(runsFolder(out), ".locks");
  for (const name of namesIn(locks, () => true)) {
    using _lock = await lockRun(join(locks, name), "test", () => {});
  }
}

/** Waits until the log of every walk holds `part`. */
export async function logged(out: string, part: string): Promise<void> {
  for (const name of logs(out)) {
    const path = join(runsFolder(out), ".logs", name);
    while (!(await Deno.readTextFile(path)).includes(part)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
