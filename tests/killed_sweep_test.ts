/** A sweep that is killed three times at random ends as one left alone, on this machine and on Slurm. */

import { rootKey, sha256Hex, uniform } from "assay";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { namesIn } from "../lib/run/files.ts";
import { inProcess, taskArguments, withFolder } from "./command_line.ts";
import { computed } from "./pool_runs.ts";
import { Cluster, hasSlurm } from "./slurm_cluster.ts";
import { run } from "./slurm_runs.ts";

/** Of three by three cells over three seeds. */
const RUNS = 27;
/** Of the walk. */
const STEPS = 4;

const sweep = [
  ...["sweep", join(root, "tests", "testdata", "swept.ts"), "--backend", "wasm"],
  ...["--grid", "drift=1,2,3", "--grid", "size=1,2,3", "--seeds", "3", "--json"],
  ...["--set", "pause=60", "--checkpoint-steps", "1"],
] as const;

let cluster: Cluster;
Deno.test.beforeAll(async () => {
  if (hasSlurm) cluster = await Cluster.start();
});
Deno.test.afterAll(async () => {
  if (hasSlurm) await cluster[Symbol.asyncDispose]();
});

/** Steps that checkpoints and complete runs stand for. */
function stepsTaken(out: string): number {
  const folder = join(out, "swept", "quick");
  const taken = namesIn(folder, ({ name }) => /^[0-9a-f]{12}(\.partial)?$/.test(name))
    .map((name) => {
      if (!name.endsWith(".partial")) return STEPS;
      const kept = namesIn(join(folder, name), ({ name }) => name.endsWith(".safetensors"));
      return Math.max(0, ...kept.map((name) => Number(/-(\d+)\.safetensors$/.exec(name)?.[1])));
    });
  return taken.reduce((sum, steps) => sum + steps, 0);
}

/** Starts the sweep, in a process group of its own, and kills it when it has taken so many steps. */
async function killAfter(
  steps: number,
  out: string,
  words: readonly string[],
  env: Record<string, string>,
): Promise<void> {
  const [task, ...args] = [...sweep, ...words];
  const deno = [Deno.execPath(), ...await taskArguments(task!, out)];
  const child = new Deno.Command("setsid", {
    args: [...deno, ...args, "--out", out],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  while (stepsTaken(out) < steps || !killedGroup(child.pid)) {
    assert(!ended, `the sweep ended before step ${steps}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await child.status;
}

/** Kills a process group; false where there is none yet. */
function killedGroup(pid: number): boolean {
  try {
    Deno.kill(-pid, "SIGKILL");
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Kills a sweep three times; the digest of the summary that it ends with, and what it made at last. */
async function killedThrice(
  launch: "local" | "slurm",
  words: readonly string[],
  afterwards: (kill: number) => Promise<void>,
): Promise<{ readonly digest: string; readonly again: number }> {
  const env: Record<string, string> = launch === "slurm" ? cluster.env : {};
  return await withFolder(async (out) => {
    const moments = uniform(rootKey(1).key(launch), 3, 0, 0.9).toSorted();
    for (const [kill, moment] of [...moments].entries()) {
      await killAfter(Math.max(stepsTaken(out), Math.ceil(moment * STEPS * RUNS)), out, words, env);
      await afterwards(kill);
    }
    const ended = await run({ env } as Cluster, out, [...sweep, ...words]);
    assertEquals(ended.status, 0, ended.err);
    const again = await run({ env } as Cluster, out, [...sweep, ...words]);
    const { sweepId } = JSON.parse(ended.out);
    const path = join(out, "swept", "sweeps", sweepId, "sweep.json");
    return { digest: sha256Hex(await Deno.readTextFile(path)), again: computed(again) };
  });
}

let made: Promise<string> | undefined;
/** The digest of the summary of the sweep left alone. */
const leftAlone = () =>
  made ??= withFolder(async (out) => {
    const [task, ...words] = sweep;
    const { out: text, err } = await inProcess(task, ...words, "--out", out);
    assertEquals(computed({ status: 0, out: text, err }), RUNS, err);
    const path = join(out, "swept", "sweeps", JSON.parse(text).sweepId, "sweep.json");
    return sha256Hex(await Deno.readTextFile(path));
  });

Deno.test("a sweep killed three times at random ends with the same summary digest, locally", async () => {
  const { digest, again } = await killedThrice("local", ["--jobs", "2"], async () => {});
  assertEquals([digest, again], [await leftAlone(), 0]);
});

Deno.test({
  name: "a sweep killed three times at random ends with the same summary digest, on Slurm",
  ignore: !hasSlurm,
  fn: async () => {
    const { digest, again } = await killedThrice("slurm", ["--launch", "slurm"], async (kill) => {
      // The last time the command alone is killed, and its runs live on.
      if (kill === 2) return;
      await cluster.ask("scancel", "--state=PENDING", "--user", String(Deno.uid()));
      await cluster.ask("scancel", "--signal=KILL", "--full", "--user", String(Deno.uid()));
      await cluster.quiet();
    });
    assertEquals([digest, again], [await leftAlone(), 0]);
  },
});
