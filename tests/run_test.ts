/** The life of runs across processes: answers at once, waits, survives kills, leaves nothing half-written. */

import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { readEvents } from "../lib/run/events.ts";
import { namesIn } from "../lib/run/files.ts";
import { manifestSchema, resultSchema, type Summary, summarySchema } from "../lib/run/schema.ts";
import {
  asProcess,
  type Ended,
  inProcess,
  startProcess,
  taskArguments,
  withFolder,
} from "./command_line.ts";
import { root } from "../lib/cli/streams.ts";

const lineFit = join(root, "tests", "testdata", "line_fit.ts");

const quick = (out: string, ...more: string[]) =>
  inProcess("experiment", lineFit, "--backend", "wasm", "--out", out, ...more);

function summariesOf({ out }: Ended): Summary[] {
  return (JSON.parse(out) as unknown[]).map((one) => summarySchema.parse(one));
}

const runFolders = (out: string) =>
  namesIn(join(out, "line-fit", "quick"), ({ name }) => /^[0-9a-f]{12}/.test(name));

Deno.test("a run leaves the documented files, each of its schema's form", () =>
  withFolder(async (out) => {
    const { status, err } = await quick(out, "--seed", "7");
    assertEquals(status, 0, err);
    const [id] = runFolders(out);
    const folder = join(out, "line-fit", "quick", id!);
    const read = async (name: string) => JSON.parse(await Deno.readTextFile(join(folder, name)));
    const manifest = manifestSchema.parse(await read("manifest.json"));
    const result = resultSchema.parse(await read("result.json"));
    assertEquals([manifest.runId, result.runId, result.seed], [id, id, 7]);
    assertEquals(result.contract.promise, "exact");
    assert("tests/testdata/line_fit.ts" in manifest.identity.modules);
    assert("mod.ts" in manifest.identity.modules);
    assert(
      Object.keys(manifest.identity.dependencies).some((id) =>
        id.startsWith("@tensorflow/tfjs-core@4.22.0")
      ),
    );
    const events = await readEvents(join(folder, "events.jsonl"));
    assertEquals(events.filter(({ tag }) => tag === "line/validation/loss").length, 20);
    assert((await Deno.stat(join(folder, "model", "line.safetensors"))).size > 8);
    assertStringIncludes(await Deno.readTextFile(join(folder, "report.html")), "line-fit");
    assertStringIncludes(await Deno.readTextFile(join(out, "index.html")), "line-fit");
  }));

Deno.test("the same command again answers with the same run; --rerun ends with the same digests", () =>
  withFolder(async (out) => {
    const first = summariesOf(await quick(out, "--json"));
    const result = join(out, "line-fit", "quick", first[0]!.runs[0]!.runId, "result.json");
    const written = (await Deno.stat(result)).mtime;
    const again = await quick(out, "--json");
    assertStringIncludes(again.err, "is complete already");
    assertEquals(summariesOf(again), first);
    assertEquals((await Deno.stat(result)).mtime, written);
    assertEquals(summariesOf(await quick(out, "--json", "--rerun")), first);
    assertNotEquals((await Deno.stat(result)).mtime, written);
  }));

Deno.test("another process, folder and seed order: the same ids and digests", () =>
  withFolder((out) =>
    withFolder(async (other) => {
      const here = summariesOf(await quick(out, "--json", "--seed", "1", "--seed", "2"));
      const ended = await asProcess(other, [
        "experiment",
        lineFit,
        "--backend",
        "wasm",
        "--json",
        "--seed",
        "2,1",
      ]);
      assertEquals(ended.status, 0, ended.err);
      const bySeed = ({ runs }: Summary) => Object.fromEntries(runs.map((run) => [run.seed, run]));
      assertEquals(bySeed(summariesOf(ended)[0]!), bySeed(here[0]!));
    })
  ));

Deno.test("WebGPU ends with the same digests twice, in processes of their own", () =>
  withFolder(async (out) => {
    const run = () =>
      asProcess(out, [
        "experiment",
        lineFit,
        "--backend",
        "webgpu",
        "--json",
        "--rerun",
        "--seed",
        "1",
      ]);
    const first = await run();
    assertEquals(first.status, 0, first.err);
    assertEquals(summariesOf(await run()), summariesOf(first));
  }));

Deno.test("with --json stdout holds one document; without, a table; progress goes to stderr", () =>
  withFolder(async (out) => {
    const json = await asProcess(out, ["experiment", lineFit, "--backend", "wasm", "--json"]);
    assertEquals([json.status, summariesOf(json).length], [0, 1], json.err);
    const table = await asProcess(out, ["experiment", lineFit, "--backend", "wasm"]);
    assertStringIncludes(table.out, "line-fit · quick · seeds 1, 2, 3 · PASS");
    assertStringIncludes(table.err, "is complete already");
  }));

Deno.test("an override, a seed, a backend and an input file each make another run", () =>
  withFolder(async (out) => {
    const notes = join(out, "notes.txt");
    await Deno.writeTextFile(notes, "one");
    const variants = [[], ["--set", "noise=0.2"], ["--seed", "2"], ["--backend", "cpu"], [
      "--set",
      `notes=${notes}`,
    ]];
    for (const more of variants) assertEquals((await quick(out, "--seed", "1", ...more)).status, 0);
    assertEquals(runFolders(out).length, variants.length);
    await Deno.writeTextFile(notes, "two");
    await quick(out, "--seed", "1", "--set", `notes=${notes}`);
    assertEquals(runFolders(out).length, variants.length + 1);
    await Deno.rename(notes, join(out, "moved.txt"));
    await quick(out, "--seed", "1", "--set", `notes=${join(out, "moved.txt")}`);
    assertEquals(runFolders(out).length, variants.length + 1);
  }));

Deno.test("a missed target and a changed verdict exit with 1 and say which", () =>
  withFolder(async (out) => {
    const missed = await quick(out, "--set", "epochs=1");
    assertEquals(missed.status, 1);
    assertStringIncludes(missed.out, "not met: target test/slope ≥ 0.9: fail");
    const changed = await quick(out, "--set", "noise=0");
    assertEquals(changed.status, 1, changed.out);
    assertStringIncludes(changed.out, 'claim "the fit is exact": reproduced, on record as refuted');
  }));

Deno.test("two processes asking for the same run: one computes, the other waits and answers with it", () =>
  withFolder(async (out) => {
    const run = () =>
      asProcess(out, [
        "experiment",
        lineFit,
        "--backend",
        "wasm",
        "--json",
        "--seed",
        "1",
        "--set",
        "epochs=400",
      ]);
    const [a, b] = await Promise.all([run(), run()]);
    assertEquals([a.status, b.status], [0, 0], a.err + b.err);
    assertEquals(summariesOf(a), summariesOf(b));
    assertEquals(runFolders(out).length, 1);
    const both = a.err + b.err;
    assertStringIncludes(both, "is complete already");
    assertEquals(both.match(/training/g)?.length, 1);
  }));

Deno.test("a run that was killed leaves no result and is run anew", () =>
  withFolder(async (out) => {
    const child = await startProcess(out, endless);
    const folder = join(out, "line-fit", "quick");
    await untilPartial(folder, child);
    child.kill("SIGKILL");
    await child.status;
    assertEquals(runFolders(out).filter((name) => !name.endsWith(".partial")), []);
    const list = await inProcess("list", "--json", "--out", out);
    assertEquals(list.status, 0);
    const after = await quick(out, "--seed", "1");
    assertEquals(after.status, 0, after.err);
  }));

/** A run that trains until it is stopped. */
const endless: [string, ...string[]] = [
  "experiment",
  lineFit,
  "--backend",
  "wasm",
  "--seed",
  "1",
  "--set",
  "epochs=100000",
];

/** Waits until `child` works on a run in `folder`; it must not end before. */
async function untilPartial(folder: string, child: Deno.ChildProcess): Promise<void> {
  let ended: number | null = null;
  child.status.then(({ code }) => ended = code);
  while (!namesIn(folder, ({ name }) => name.endsWith(".partial")).length) {
    assertEquals(ended, null, "the process ended before it began a run");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("a damaged result is named and run again", () =>
  withFolder(async (out) => {
    await quick(out, "--seed", "1");
    const result = join(out, "line-fit", "quick", runFolders(out)[0]!, "result.json");
    const whole = await Deno.readTextFile(result);
    await Deno.writeTextFile(result, whole.slice(0, 100));
    const again = await quick(out, "--seed", "1");
    assertEquals(again.status, 0);
    assertStringIncludes(again.err, "it is not JSON");
    const { seconds: _, ...repaired } = JSON.parse(await Deno.readTextFile(result));
    const { seconds: __, ...before } = JSON.parse(whole);
    assertEquals(repaired, before);
  }));

Deno.test("SIGINT and SIGTERM end with 130 and 143", () =>
  withFolder(async (out) => {
    for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      const child = await startProcess(out, endless);
      await untilPartial(join(out, "line-fit", "quick"), child);
      child.kill(signal);
      assertEquals((await child.status).code, status);
      await Deno.remove(join(out, "line-fit"), { recursive: true });
    }
  }));

Deno.test("a full disk ends with 2 and one paragraph; nothing looks like a result", () =>
  withFolder(async (folder) => {
    const out = join(folder, "small");
    await Deno.mkdir(out);
    const deno = [
      Deno.execPath(),
      ...await taskArguments("experiment", out),
      lineFit,
      "--backend",
      "wasm",
      "--jobs",
      "1",
      "--out",
      out,
    ];
    const script =
      'mount -t tmpfs -o size=96k none "$0" && "$@"; status=$?; ls "$0"/line-fit/quick; exit $status';
    const { code, stdout, stderr } = await new Deno.Command("unshare", {
      args: ["--map-root-user", "--mount", "sh", "-c", script, out, ...deno],
      cwd: root,
    }).output();
    const [listed, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(code, 2, said);
    assertStringIncludes(said!.replaceAll("\n", " "), "the disk is full");
    assertEquals(listed!.includes("summary.json"), false);
    assertEquals(listed!.includes(".partial"), false);
  }));

Deno.test("a user's own experiment runs from any folder", () =>
  withFolder(async (folder) => {
    await Deno.copyFile(lineFit, join(folder, "mine.ts"));
    const out = join(folder, "reports");
    const ended = await asProcess(out, [
      "experiment",
      "./mine.ts",
      "--backend",
      "wasm",
      "--seed",
      "1",
    ], {
      env: { INIT_CWD: folder },
    });
    assertEquals(ended.status, 0, ended.err);
    assertStringIncludes(ended.out, "page: reports/line-fit/quick/report.html");
  }));

Deno.test("`report` rebuilds what was deleted; `publish` gathers a site; `list` counts the runs", () =>
  withFolder(async (out) => {
    await quick(out);
    const page = join(out, "line-fit", "quick", "report.html");
    const before = await Deno.readTextFile(page);
    await Deno.remove(page);
    const report = await inProcess("report", "--out", out);
    assertEquals([report.status, report.out], [0, join(out, "index.html")], report.err);
    assertEquals(await Deno.readTextFile(page), before);
    const publish = await inProcess("publish", "--out", out);
    assertEquals([publish.status, publish.out], [0, join(out, "site", "index.html")], publish.err);
    const [run] = runFolders(out);
    for (
      const name of ["summary.json", "report.html", `${run}/result.json`, `${run}/report.html`]
    ) {
      assert((await Deno.stat(join(out, "site", "line-fit", "quick", name))).isFile, name);
    }
    const list = await inProcess("list", "--json", "--out", out);
    const names = (JSON.parse(list.out) as { name: string }[]).map(({ name }) => name);
    for (const name of ["bandwidth-predictor", "signal-extraction"]) {
      assert(names.includes(name), name);
    }
  }));
