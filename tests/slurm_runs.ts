/**
 * Test support: commands whose runs a Slurm makes, and what these say meanwhile.
 *
 * @module
 */

import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { namesIn } from "../lib/run/files.ts";
import { type Ended, taskArguments } from "./command_line.ts";
import { Listener } from "./listener.ts";
import type { Cluster } from "./slurm_cluster.ts";

/** The walk of which a seed may end badly, on Slurm. */
export const walk = (...more: string[]): string[] => [
  ...["experiment", join(root, "tests", "testdata", "ends.ts"), "--backend", "wasm"],
  ...["--launch", "slurm", "--checkpoint-steps", "1", ...more],
];

/** Starts a command with a reports folder of its own. */
export async function start(
  cluster: Cluster,
  out: string,
  [task, ...args]: readonly string[],
): Promise<Listener & { readonly out: Promise<string> }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...await taskArguments(task!, out), ...args, "--out", out],
    cwd: root,
    env: { NO_COLOR: "1", ...cluster.env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return Object.assign(new Listener(child), { out: new Response(child.stdout).text() });
}

/** Runs a command to its end. */
export async function run(cluster: Cluster, out: string, words: readonly string[]): Promise<Ended> {
  const listener = await start(cluster, out, words);
  const text = await listener.out;
  return { status: await listener.status(), out: text, err: listener.text };
}

/** Waits until the logs of `count` runs of an experiment that are not complete hold `part`. */
export async function logged(
  cluster: Cluster,
  runs: string,
  count: number,
  part: string,
): Promise<void> {
  await cluster.until(`${count} runs say "${part}"`, () => {
    const texts = namesIn(join(runs, ".logs"), () => true).map((name) => {
      try {
        return Deno.readTextFileSync(join(runs, ".logs", name));
      } catch {
        // Its run became complete.
        return "";
      }
    });
    return texts.filter((text) => text.includes(part)).length >= count;
  });
}

/** What submissions left among the reports. */
export const submissions = (out: string): string[] =>
  namesIn(join(out, ".slurm"), ({ isDirectory }) => isDirectory);
