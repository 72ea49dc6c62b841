/** Successive halving across processes: the same rounds whoever makes the runs, killed and resumed. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { type Sweep, sweepRuns, sweepSchema } from "../lib/run/sweep_schema.ts";
import { asProcess, type Ended, inProcess, startProcess, withFolder } from "./command_line.ts";
import { computed } from "./pool_runs.ts";
import { Cluster, hasSlurm } from "./slurm_cluster.ts";
import { run } from "./slurm_runs.ts";

const halving: [string, ...string[]] = [
  ...["sweep", join(root, "tests", "testdata", "swept.ts")] as const,
  ...["--backend", "wasm", "--grid", "drift=0.1..3", "--grid", "size=1..9"],
  ...["--halving", "6", "--budget", "pause=20,40,80", "--metric", "walk/miss", "--seeds", "1"],
  "--json",
];
const sweepOf = ({ out }: Pick<Ended, "out">): Sweep => sweepSchema.parse(JSON.parse(out));

let made: Promise<Sweep> | undefined;
const leftAlone = () =>
  made ??= withFolder(async (out) => sweepOf(await inProcess(...halving, "--out", out)));

Deno.test("halving killed in its second round goes on with the same command to the same file", () =>
  withFolder(async (out) => {
    const child = await startProcess(out, [...halving, "--jobs", "2"], "piped");
    let heard = "";
    for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
      heard += part;
      if (!/round 2 of 3 · cell \d of 6 .* step/.test(heard)) continue;
      child.kill("SIGKILL");
      heard = "";
    }
    await child.status;
    const none = await inProcess(...halving, "--launch", "none", "--out", out);
    assertEquals([none.status, sweepOf(none).halving!.rounds.length >= 2], [1, true], none.err);
    const ended = await inProcess(...halving, "--out", out);
    assertEquals(ended.status, 0, ended.err);
    const sweep = sweepOf(ended);
    assertEquals(sweep, await leftAlone());
    assertEquals(sweepOf(none).sweepId, sweep.sweepId);
    assertEquals(
      sweep.halving!.rounds.map(({ cells, kept }) => [cells.length, kept.length]),
      [[6, 3], [3, 1], [1, 1]],
    );
    assertEquals(sweep.best[0]!.cell, sweep.halving!.rounds[2]!.kept[0]);
    assert(computed(ended) < sweepRuns(sweep).length, ended.err);
    const again = await inProcess(...halving, "--out", out);
    assertEquals([computed(again), sweepOf(again)], [0, sweep], again.err);
    const folder = join(out, "swept", "sweeps", sweep.sweepId);
    const page = await Deno.readTextFile(join(folder, "sweep.html"));
    for (const { runId } of sweepRuns(sweep)) assert(page.includes(`${runId}/report.html`), runId);
  }));

Deno.test({
  name: "halving on Slurm is that of one process, an array a round",
  ignore: !hasSlurm,
  fn: () =>
    withFolder(async (out) => {
      await using cluster = await Cluster.start();
      const ended = await run(cluster, out, [...halving, "--launch", "slurm"]);
      assertEquals(ended.status, 0, ended.err);
      assertEquals(sweepOf(ended), await leftAlone());
      const jobs = Array.from(ended.err.matchAll(/Slurm has (\d) runs? as job/g), ([, n]) => n);
      assertEquals(jobs, ["6", "3", "1"]);
    }),
});

Deno.test("two sweeps over the same cells at once make each run once", () =>
  withFolder(async (out) => {
    const words: [string, ...string[]] = [
      ...["sweep", join(root, "tests", "testdata", "swept.ts")] as const,
      ...["--backend", "wasm", "--random", "3", "--grid", "drift=0..1", "--grid", "start=low,high"],
      ...["--seeds", "2", "--set", "pause=60", "--json"],
    ];
    const both = await Promise.all([asProcess(out, words), asProcess(out, words)]);
    assertEquals(both.map(({ status }) => status), [0, 0], both[0].err + both[1].err);
    assertEquals(sweepOf(both[0]), sweepOf(both[1]));
    assertEquals(computed(both[0]) + computed(both[1]), 6);
  }));
