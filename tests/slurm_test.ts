/** Runs on a Slurm of one node: the results of one process, whatever becomes of the command. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { namesIn } from "../lib/run/files.ts";
import { type Sweep, sweepSchema } from "../lib/run/sweep_schema.ts";
import { inProcess, withFolder } from "./command_line.ts";
import { checkpoints, computed, flat, runsFolder } from "./pool_runs.ts";
import { Cluster, hasSlurm } from "./slurm_cluster.ts";
import { logged, run, start, submissions, walk } from "./slurm_runs.ts";
import { filesOf } from "./interrupted_runs.ts";

const swept = join(root, "tests", "testdata", "swept.ts");
const sweep = (...more: string[]) => ["sweep", swept, "--backend", "wasm", "--json", ...more];
const onSlurm = ["--launch", "slurm", "--checkpoint-steps", "1"];
const ignore = !hasSlurm;

let cluster: Cluster;
Deno.test.beforeAll(async () => {
  if (!ignore) cluster = await Cluster.start();
});
Deno.test.afterAll(async () => {
  if (!ignore) await cluster[Symbol.asyncDispose]();
});

/** The sweep that a process of its own makes of the same words. */
async function alone(...more: string[]): Promise<Sweep> {
  return await withFolder(async (out) => {
    const [task, ...words] = sweep(...more);
    const { out: text } = await inProcess(task!, ...words, "--out", out);
    return sweepSchema.parse(JSON.parse(text));
  });
}

Deno.test({
  name: "a sweep on Slurm is that of one process; what is complete is not submitted again",
  ignore,
  fn: () =>
    withFolder(async (out) => {
      const grid = ["--grid", "drift=0,1", "--grid", "size=1,13", "--seeds", "1"];
      const first = await run(cluster, out, sweep(...grid, ...onSlurm, "--memory", "2000"));
      assertEquals([first.status, computed(first)], [1, 2], first.err);
      assertMatch(first.err, /Slurm has 4 runs as job \d+\./);
      assertMatch(flat(first.err), /seed 1 · run \w+ failed: thirteen brings bad luck\. Its log: /);
      assertEquals(JSON.parse(first.out), await alone(...grid));
      const logs = Object.keys(await filesOf(out)).filter((path) => path.endsWith("/log.txt"));
      for (const path of logs) {
        assertMatch(await Deno.readTextFile(join(out, path)), /process \d+, .*, threads: 1\n/);
      }
      assertEquals(logs.length, 2);

      const more = ["--grid", "drift=0,1", "--grid", "size=1", "--seeds", "1"];
      const done = await run(cluster, out, sweep(...more, ...onSlurm, "--partition", "absent"));
      assertEquals([done.status, computed(done)], [0, 0], done.err);
      const wider = ["--grid", "drift=0,1,2", "--grid", "size=1", "--seeds", "1"];
      const words = [...wider, ...onSlurm, "--partition", "other", "--slurm", "cpus-per-task=2"];
      const second = await run(cluster, out, sweep(...words));
      assertEquals([second.status, computed(second)], [0, 1], second.err);
      assertMatch(second.err, /Slurm has 1 run as job \d+\./);
      const [last] = JSON.parse(second.out).cells.at(-1).runs;
      const log = join(out, "swept", "quick", last.runId, "log.txt");
      assertStringIncludes(await Deno.readTextFile(log), "threads: 2\n");
      await cluster.quiet();
      assertEquals(submissions(out), []);
    }),
});

Deno.test({
  name: "Ctrl-C cancels the runs after checkpoints, and the same command goes on to the same bits",
  ignore,
  fn: () =>
    withFolder(async (out) => {
      const words = walk("--set", "pause=200", "--set", "steps=30", "--json");
      const listener = await start(cluster, out, words);
      await logged(cluster, runsFolder(out), 2, "step 3");
      listener.child.kill("SIGINT");
      assertEquals(await listener.status(), 130, listener.text);
      assertStringIncludes(listener.text, "Cancelling the runs, each after a checkpoint");
      assertEquals(await cluster.queue(), []);
      assertEquals(new Set((await checkpoints(out)).map((path) => path.split("/")[2])).size, 2);
      assertEquals([await listener.out, submissions(out)], ["", []]);

      const again = await run(cluster, out, words);
      assertEquals([again.status, computed(again)], [0, 2], again.err);
      for (const id of namesIn(runsFolder(out), ({ name }) => /^[0-9a-f]{12}$/.test(name))) {
        const log = await Deno.readTextFile(join(runsFolder(out), id, "log.txt"));
        assertMatch(log, /Stopped by SIGTERM[^]*walk continues after step \d/);
      }
      const whole = await withFolder((folder) => {
        const [task, file, backend, wasm] = words;
        const same = ["--set", "pause=0", "--set", "steps=30", "--json", "--out", folder];
        return inProcess(task!, file!, backend!, wasm!, ...same);
      });
      const digests = (text: string) =>
        JSON.parse(text)[0].runs.map(({ digests }: { digests: unknown }) => digests);
      assertEquals(digests(again.out), digests(whole.out));
    }),
});

Deno.test({
  name: "--fail-fast cancels the others after a checkpoint",
  ignore,
  fn: () =>
    withFolder(async (out) => {
      const grid = ["--grid", "size=1,13", "--set", "pause=1500", "--seeds", "1", "--fail-fast"];
      const { status, out: text, err } = await run(cluster, out, sweep(...grid, ...onSlurm));
      assertEquals([status, text], [1, ""], err);
      assertStringIncludes(flat(err), "cell 2 of 2 · size 13 · seed 1 · run");
      assertStringIncludes(err, "Stopped at the first run that failed");
      assertEquals(await cluster.queue(), []);
      const kept = Object.keys(await filesOf(out)).filter((path) => path.includes("checkpoint-"));
      assert(kept.length > 0, err);
    }),
});

Deno.test({
  name:
    "runs outlive a command that is killed: another follows them, and a last job writes the summary",
  ignore,
  fn: () =>
    withFolder(async (out) => {
      const grid = ["--grid", "size=1,2", "--seeds", "1"];
      const part = ["--grid", "size=1", "--seeds", "1"];
      const full = await cluster.full();
      const words = sweep(...grid, ...onSlurm, "--partition", "main", "--fail-fast");
      const killed = await start(cluster, out, words);
      await killed.hears("Slurm has 2 runs waiting: ");
      killed.child.kill("SIGKILL");
      assertEquals(await killed.status(), 137);
      await killed.out;
      const other = await start(cluster, out, sweep(...part, ...onSlurm));
      await other.hears("Slurm has 1 of these runs already, as job ");
      await full[Symbol.asyncDispose]();
      assertEquals(await other.status(), 0, other.text);
      assertEquals(JSON.parse(await other.out), await alone(...part));
      assert(!/Slurm has 1 runs? as job/.test(other.text), other.text);
      await cluster.quiet();
      const expected = await alone(...grid);
      const written = join(out, "swept", "sweeps", expected.sweepId, "sweep.json");
      assertEquals(JSON.parse(await Deno.readTextFile(written)), expected);
      const [name] = submissions(out);
      const said = await Deno.readTextFile(join(out, ".slurm", name!, "summary.txt"));
      assertStringIncludes(said, "is complete already");
    }),
});
