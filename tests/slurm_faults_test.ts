/** What may go wrong on Slurm: each is told in a paragraph, and nothing is lost. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { asProcess, inProcess, withFolder } from "./command_line.ts";
import { checkpoints, flat, logs, runIds, runsFolder } from "./pool_runs.ts";
import { Cluster, hasSlurm } from "./slurm_cluster.ts";
import { logged, run, start, submissions, walk } from "./slurm_runs.ts";

const ignore = !hasSlurm;

let cluster: Cluster;
Deno.test.beforeAll(async () => {
  if (!ignore) cluster = await Cluster.start();
});
Deno.test.afterAll(async () => {
  if (!ignore) await cluster[Symbol.asyncDispose]();
});

Deno.test("options of Slurm are checked before anything is opened", () =>
  withFolder(async (out) => {
    const refuses = async (words: string[], ...says: string[]) => {
      const [task, ...given] = walk(...words);
      const { status, err } = await inProcess(task!, ...given, "--out", out);
      assertEquals(status, 2, err);
      for (const part of says) assertStringIncludes(flat(err), part);
    };
    await refuses(["--launch", "moon"], 'with --launch "moon". Launches are local, slurm, none.');
    await refuses(
      ["--launch", "local", "--time", "5"],
      "Cannot use --time=5 without --launch slurm",
    );
    await refuses(["--slurm", "array=0-3"], "--array is set by the launch itself");
    await refuses(["--slurm=--account"], "KEY=VALUE");
    await refuses(["--launch", "none"], "of 2 runs not one is complete");
  }));

Deno.test("where there is no Slurm, --launch slurm is refused", () =>
  withFolder(async (out) => {
    const words = walk() as [string, ...string[]];
    const { status, err } = await asProcess(out, words, { env: { PATH: out } });
    assertEquals(status, 2, err);
    assertStringIncludes(flat(err), "Cannot submit runs to Slurm:");
    assertStringIncludes(flat(err), "leave --launch slurm out: runs are then made on this machine");
    assertEquals([submissions(out), runIds(out)], [[], []]);
    const local = await asProcess(out, ["list", "--json"], { env: { PATH: out } });
    assertEquals(local.err, "");
  }));

Deno.test({
  name: "a wrong partition is refused, with those that there are",
  ignore,
  fn: () =>
    withFolder(async (out) => {
      const { status, err } = await run(cluster, out, walk("--partition", "absent"));
      assertEquals(status, 2, err);
      assertStringIncludes(flat(err), "The partitions are main, other: choose one by --partition.");
      assertEquals(submissions(out), []);
    }),
});

Deno.test({
  name: "a full partition: the runs wait, which is told; Ctrl-C takes them out of the queue",
  ignore,
  fn: () =>
    withFolder(async (out) => {
      const full = await cluster.full();
      const listener = await start(cluster, out, walk());
      await listener.hears("Slurm has 2 runs waiting: ");
      listener.child.kill("SIGINT");
      assertEquals(await listener.status(), 130, listener.text);
      await listener.out;
      assertEquals((await cluster.queue()).length, 1);
      assertEquals([submissions(out), runIds(out)], [[], []]);
      await full[Symbol.asyncDispose]();
      await cluster.quiet();
    }),
});

Deno.test({
  name: "a run that is cancelled from outside is told with its checkpoint; the others go on",
  ignore,
  fn: () =>
    withFolder(async (out) => {
      const words = walk("--set", "pause=200", "--set", "steps=30");
      const listener = await start(cluster, out, words);
      await logged(cluster, runsFolder(out), 2, "step 2");
      const [first] = (await cluster.queue()).filter((line) => line.includes("_0 RUNNING"));
      await cluster.demand("scancel", first!.split(" ")[0]!);
      assertEquals(await listener.status(), 1, listener.text);
      await listener.out;
      assertStringIncludes(
        flat(listener.text),
        "failed: its job was cancelled; the same command goes on from its last checkpoint. Its log:",
      );
      assertEquals([runIds(out).length, logs(out).length], [1, 1]);
      assert((await checkpoints(out)).some((path) => path.includes(".partial/")));
      await cluster.quiet();
    }),
});

Deno.test({
  name:
    "a run that loses its node is queued again, and goes on from its checkpoint to the same bits",
  ignore,
  fn: () =>
    withFolder(async (out) => {
      const words = walk("--set", "pause=200", "--set", "steps=20", "--seeds", "1", "--json");
      const listener = await start(cluster, out, words);
      await logged(cluster, runsFolder(out), 1, "step 4");
      await cluster.demand(
        "scontrol",
        ...["update", `NodeName=${cluster.node}`, "State=DOWN", "Reason=test"],
      );
      await listener.hears("Slurm has 1 run waiting: BeginTime");
      await backUp();
      await startNow();
      assertEquals(await listener.status(), 0, listener.text);
      const [{ runs: [{ runId, digests }] }] = JSON.parse(await listener.out);
      const log = await Deno.readTextFile(join(runsFolder(out), runId, "log.txt"));
      assertMatch(log, /walk continues after step \d/);
      const whole = await withFolder((folder) => {
        const [task, file, backend, wasm] = words;
        const same = ["--set", "steps=20", "--seeds", "1", "--json", "--out", folder];
        return inProcess(task!, file!, backend!, wasm!, ...same);
      });
      assertEquals(digests, JSON.parse(whole.out)[0].runs[0].digests);
      await cluster.quiet();
    }),
});

Deno.test({
  name:
    "a run that reaches its time limit is queued again if it wrote a checkpoint, and else failed",
  ignore,
  fn: () =>
    withFolder(async (out) => {
      const slow = ["--set", "pause=100", "--set", "steps=10000", "--seeds", "1", "--time", "10"];
      const walking = await start(cluster, out, walk(...slow));
      const waits = [...walk("--set", "before=1000000")];
      waits[1] = join(root, "tests", "testdata", "slow_steps.ts");
      const waiting = await start(cluster, out, waits);
      await logged(cluster, runsFolder(out), 1, "step 2");
      await logged(cluster, join(out, "slow-steps", "quick"), 1, "before the walk");
      const tasks = (await cluster.queue()).filter((line) => line.includes("_0 RUNNING"));
      for (const task of tasks) {
        // Slurm counts limits in minutes, and looks every half of one.
        await cluster.demand("scontrol", "update", `JobId=${task.split(" ")[0]}`, "EndTime=now+1");
      }
      assertEquals(await waiting.status(), 1, waiting.text);
      await waiting.out;
      assertStringIncludes(
        flat(waiting.text),
        "failed: it reached the time limit of its job before a checkpoint could be written; --time allows more",
      );
      await walking.hears("reached the time limit of its job; it is queued again and goes on");
      const id = tasks.find((line) => line.includes("assay-ends"))!.split(" ")[0]!;
      await cluster.demand("scontrol", "update", `JobId=${id}`, "TimeLimit=10");
      await startNow();
      await logged(cluster, runsFolder(out), 1, "walk continues after step");
      walking.child.kill("SIGTERM");
      assertEquals(await walking.status(), 143, walking.text);
      await walking.out;
      assertEquals(await cluster.queue(), []);
    }),
});

Deno.test({
  name: "where munge is down, the command is refused; where it comes to be, it goes on asking",
  ignore,
  fn: () =>
    withFolder(async (out) => {
      const { status, err } = await cluster.withoutMunge(() => run(cluster, out, walk()));
      assertEquals(status, 2, err);
      assertStringIncludes(flat(err), "its service munge does not answer here. Start munged");
      assertEquals(submissions(out), []);
      const words = walk("--set", "pause=200", "--set", "steps=1000");
      const listener = await start(cluster, out, words);
      await logged(cluster, runsFolder(out), 2, "step 1");
      await cluster.withoutMunge(async () => {
        await listener.hears("The runs go on; asking again.");
        listener.child.kill("SIGINT");
        assertEquals(await listener.status(), 130, listener.text);
        await listener.out;
      });
      assertStringIncludes(
        flat(listener.text),
        "The runs may go on; the same command follows them.",
      );
      const again = await start(cluster, out, words);
      await again.hears("Slurm has 2 of these runs already, as job ");
      again.child.kill("SIGINT");
      assertEquals(await again.status(), 130, again.text);
      await again.out;
      await cluster.quiet();
    }),
});

/** Waits until the node takes jobs again. */
async function backUp(): Promise<void> {
  await cluster.until("the node is back", async () => {
    await cluster.ask("scontrol", "update", `NodeName=${cluster.node}`, "State=RESUME");
    const { out } = await cluster.ask("sinfo", "--noheader", "--format=%T", "--partition=main");
    return out.trim() === "idle";
  });
}

/** Spares the two minutes that Slurm leaves a job that is queued again. */
async function startNow(): Promise<void> {
  await cluster.until("the tasks run again", async () => {
    const tasks = (await cluster.queue()).filter((line) => !line.endsWith("-summary"));
    for (const task of tasks.filter((line) => line.includes(" PENDING "))) {
      await cluster.ask("scontrol", "update", `JobId=${task.split(" ")[0]}`, "StartTime=now");
    }
    return tasks.length > 0 && tasks.every((line) => line.includes(" RUNNING "));
  });
}
