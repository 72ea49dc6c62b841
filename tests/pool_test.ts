/** Runs in processes of their own: the results of one after another, whatever becomes of the processes. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { parseArguments } from "../lib/cli/arguments.ts";
import { withDevice } from "../lib/cli/device_session.ts";
import { planRuns, runOptions, sharedRequest } from "../lib/cli/judged_runs.ts";
import { permissions } from "../lib/launch/permissions.ts";
import { experimentOf } from "../lib/launch/order.ts";
import { InputError } from "../lib/numeric/errors.ts";
import { namesIn } from "../lib/run/files.ts";
import { root } from "../lib/cli/streams.ts";
import { asProcess, inProcess, taskArguments, withFolder } from "./command_line.ts";
import { filesOf } from "./interrupted_runs.ts";
import {
  computed,
  ends,
  flat,
  logs,
  pool,
  released,
  runIds,
  runsFolder,
  slowly,
  testdata,
} from "./pool_runs.ts";

Deno.test("with two processes and with none: the same JSON, summary, histories, weights and sweep", () =>
  withFolder(async (folder) => {
    const lineFit = ["experiment", testdata("line_fit.ts"), testdata("ends.ts"), "--seeds", "3"];
    const sweep = ["sweep", testdata("swept.ts"), "--grid", "size=1,2,13", "--grid", "drift=0,1"];
    const results = [];
    for (const jobs of ["1", "2"]) {
      const out = join(folder, "out");
      const command = (words: string[]): [string, ...string[]] => [
        words[0]!,
        ...words.slice(1),
        ...["--backend", "wasm", "--jobs", jobs],
      ];
      const ended = [];
      for (const words of [lineFit, sweep]) {
        ended.push(await asProcess(out, command([...words, "--json"])));
      }
      const [json, swept] = ended;
      assertEquals(ended.map(({ status }) => status), [0, 1], ended[0]!.err);
      assertEquals([computed(json!), computed(swept!)], [6, 8], swept!.err);
      assertEquals(JSON.parse(json!.out).length, 2);
      const files = Object.entries(await filesOf(out))
        .filter(([path]) => /(summary|sweep)\.json$|history\/|model\//.test(path))
        .map(([path, bytes]) => [path, new TextDecoder("latin1").decode(bytes)]);
      assert(files.length > 20);
      const kept = Object.keys(await filesOf(out)).filter((path) => path.endsWith("/log.txt"));
      assertEquals(kept.length, jobs === "1" ? 0 : 14);
      results.push({ outs: ended.map(({ out }) => out), files: files.sort() });
      await Deno.remove(out, { recursive: true });
    }
    assertEquals(results[1], results[0]);
  }));

Deno.test("what is complete is answered here, and so is one missing run made", () =>
  withFolder(async (out) => {
    const first = await asProcess(out, ends("--seed", "1"));
    assertEquals([first.status, computed(first)], [0, 1], first.err);
    const second = await asProcess(out, ends("--seed", "1,2"));
    assertEquals([second.status, computed(second)], [0, 1], second.err);
    assertStringIncludes(second.err, "is complete already");
    assertEquals(logs(out), []);
    const more = await asProcess(out, ends("--seeds", "4"));
    assertEquals([more.status, computed(more)], [0, 2], more.err);
    const paths = Object.keys(await filesOf(out)).filter((path) => path.endsWith("/log.txt"));
    assertEquals(paths.length, 2);
    for (const path of paths) {
      assertMatch(await Deno.readTextFile(join(out, path)), /process \d+, .*, threads: \d+\n/);
    }
    const again = await asProcess(out, ends("--seeds", "4", "--rerun"));
    assertEquals([again.status, computed(again)], [0, 4], again.err);
    assert(!again.err.includes("not as it was written"), again.err);
    const report = await inProcess("report", "--out", out);
    assertEquals(report.err, "", "a log is no alteration");
  }));

Deno.test("a run asked for twice is made once", () =>
  withFolder(async (out) => {
    const file = testdata("ends.ts");
    const ended = await asProcess(out, ["experiment", file, file, file, ...pool, "--json"]);
    assertEquals([ended.status, computed(ended)], [0, 2], ended.err);
    const [first, ...others] = JSON.parse(ended.out);
    assertEquals(others, [first, first]);
  }));

Deno.test("two pools on the same runs at once: each run is made once", () =>
  withFolder(async (out) => {
    const json = [...slowly, "--seeds", "4", "--json"] as typeof slowly;
    const both = await Promise.all([asProcess(out, json), asProcess(out, json)]);
    assertEquals(both.map(({ status }) => status), [0, 0], both[0].err + both[1].err);
    assertEquals(computed(both[0]) + computed(both[1]), 4, both[0].err + both[1].err);
    assertEquals(both[0].out, both[1].out);
    assertEquals(logs(out), []);
  }));

/** Runs the walk with a bad end of seed 1, and checks that seed 2 is well and what is told of seed 1. */
async function endsBadly(
  end: string,
  more: string[],
  says: (string | RegExp)[],
  inLog: RegExp,
): Promise<void> {
  await withFolder(async (out) => {
    const words = ends("--set", `end=${end}`, ...more);
    const { status, out: text, err } = await asProcess(out, words);
    assertEquals([status, text], [1, ""], err);
    const [log, ...others] = logs(out);
    assertEquals([others, runIds(out).length], [[], 1], err);
    const path = join(runsFolder(out), ".logs", log!);
    for (
      const part of [...says, /Its log: \S*\.logs\/[0-9a-f]{12}\.txt seed 2|Its log: \S+ error:/]
    ) {
      assertMatch(flat(err), typeof part === "string" ? new RegExp(part) : part);
    }
    assertStringIncludes(flat(err), path);
    assertStringIncludes(flat(err), "Cannot judge all runs: 1 of 2 failed, the first with");
    assertStringIncludes(err, "seed 2 · run");
    assertMatch(await Deno.readTextFile(path), inLog);
  });
}

Deno.test("a run that throws leaves the others, and is told at once with its log", () =>
  endsBadly("throw", ["--set", "pause=100"], [
    /seed 1 · run \w+ failed: no luck today\. Its log: .* seed 2 · step 4/,
  ], /Error: no luck today\n {4}at /));

Deno.test("a process that ends leaves the others; its exit status and last words are told", () =>
  endsBadly("exit", [], [
    "failed: its process ended with exit status 7. It last said: over and out. Its log:",
  ], /over and out\n/));

Deno.test("a heap above --memory ends that process alone", () =>
  endsBadly("heap", ["--memory", "200"], [
    "its process ran out of memory: V8's heap reached its limit, which --memory 200 sets",
  ], /Fatal JavaScript out of memory/));

Deno.test("arrays above --memory, which V8 does not count, end that process alone", () =>
  endsBadly("arrays", ["--memory", "500"], [
    /its process takes \d+ MB of memory, and --memory 500 allows no more/,
  ], /and --memory 500 allows no more/));

Deno.test("what a run refuses ends the command with 2, as in one process; others stop after a checkpoint", () =>
  withFolder(async (out) => {
    const words: typeof slowly = [...slowly, "--set", "end=refuse"];
    const { status, out: text, err } = await asProcess(out, words);
    assertEquals([status, text], [2, ""], err);
    assertEquals(err.match(/error:/g)?.length, 1, err);
    assertStringIncludes(err, "error: Cannot walk: the path is closed. Take another.\n");
    assertEquals(runIds(out), []);
    await released(out);
  }));

Deno.test("bad input is found before any process is started", () =>
  withFolder(async (out) => {
    for (const bad of [["--set", "end=badly"], ["--jobs", "0"], ["--memory", "much"]]) {
      const { status, err } = await asProcess(out, ends(...bad));
      assertEquals(status, 2, err);
      assertEquals(namesIn(out, () => true), []);
    }
  }));

Deno.test("--fail-fast stops the other processes of a sweep after a checkpoint", () =>
  withFolder(async (out) => {
    const sweep = [
      "sweep",
      testdata("swept.ts"),
      "--grid",
      "size=1,13",
      "--set",
      "pause=1500",
    ] as const;
    const words: [string, ...string[]] = [...sweep, ...pool, "--seeds", "1", "--fail-fast"];
    const { status, out: text, err } = await asProcess(out, words);
    assertEquals([status, text, computed({ status, out: text, err })], [1, "", 0], err);
    assertStringIncludes(flat(err), "cell 2 of 2 · size 13 · seed 1 · run");
    assertStringIncludes(err, "Stopped at the first run that failed");
    const kept = Object.keys(await filesOf(out)).filter((path) => path.includes("checkpoint-"));
    assertEquals(kept.length, 1, err);
  }));

Deno.test("where no process may be started, runs are made one after another; who insists is refused", () =>
  withFolder(async (out) => {
    const alone = (await taskArguments("experiment", out))
      .filter((word) => !word.startsWith("--allow-run"));
    const run = async (words: string[], env: Record<string, string> = {}) => {
      const command = new Deno.Command(Deno.execPath(), {
        args: [...words, testdata("ends.ts"), "--backend", "wasm", "--out", out],
        cwd: root,
        env: { NO_COLOR: "1", ASSAY_THREADS: "1", ...env },
      });
      const { code, stderr } = await command.output();
      return { status: code, out: "", err: new TextDecoder().decode(stderr) };
    };
    const insisting = await run([...alone, "--jobs", "2"]);
    assertEquals(insisting.status, 2, insisting.err);
    assertStringIncludes(flat(insisting.err), "--allow-run=deno lets others");
    assertEquals(namesIn(out, () => true), []);
    const content = await run(alone);
    assertEquals([content.status, computed(content)], [0, 2], content.err);
    assertEquals(content.err.includes("Cannot start"), navigator.hardwareConcurrency > 1);
    const task = await taskArguments("experiment", out);
    const loader = await run([...task, "--jobs", "2", "--rerun"], { LD_LIBRARY_PATH: "/absent" });
    assertEquals(loader.status, 2, loader.err);
    assertStringIncludes(flat(loader.err), "LD_LIBRARY_PATH");
  }));

Deno.test("a launch may be used again, for runs that depend on outcomes", () =>
  withFolder(async (out) => {
    const given = parseArguments("experiment", [...ends().slice(1), "--out", out], {
      ...{ flags: [...runOptions.flags], values: [...runOptions.values], lists: [] },
      ...{ names: true, usage: "" },
    });
    const plan = await planRuns(given);
    const [planned] = plan.experiments;
    const streams = { out() {}, err() {}, terminal: false };
    const seen = await withDevice(streams, plan, async (session) => {
      const shared = await sharedRequest(planned!, plan, session);
      const runs: string[] = [];
      for (const seeds of [[1, 2], [3], [4, 1]]) {
        const jobs = seeds.map((seed) => ({
          name: "",
          request: { ...shared, config: planned!.config, seed },
          overrides: [],
        }));
        for await (const { error, finished } of plan.launch(jobs, session)) {
          assertEquals(error, null);
          runs.push(`${finished!.result.seed} ${finished!.reused}`);
        }
      }
      return runs;
    });
    assertEquals(seen.slice(0, 2).sort(), ["1 false", "2 false"]);
    assertEquals(seen.slice(2), ["3 false", "1 true", "4 false"]);
  }));

Deno.test("a process with runs has the permissions of the task that it is for, less that to start processes", async () => {
  const task = (await taskArguments("experiment", "reports"))
    .filter((word) => !word.startsWith("--allow-run"));
  assertEquals([...permissions(["reports"], null), "lib/cli/main.ts", "experiment"], task);
  for (const other of ["sweep", "record"]) {
    assertEquals((await taskArguments(other, "reports")).slice(0, -1), [
      ...permissions(["reports"], null),
      "--allow-run=deno,sbatch,squeue,scontrol,scancel",
      "lib/cli/main.ts",
    ]);
  }
});

Deno.test("code that changed after the command was given is refused", async () => {
  const order = { file: "tests/testdata/ends.ts", code: { modules: {}, dependencies: {} } };
  const { name } = await experimentOf(order, root);
  assertEquals(name, "ends");
  const modules = { "mod.ts": "0".repeat(64) };
  const error = await experimentOf({ ...order, code: { ...order.code, modules } }, root)
    .catch((error) => error);
  assert(error instanceof InputError);
  assertStringIncludes(error.message, "mod.ts changed after the command was given");
});
