/** Sweeps across processes: done cells answer, a failing one leaves the others, a stopped one goes on. */

import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { namesIn, writeJson } from "../lib/run/files.ts";
import { type Sweep, sweepSchema } from "../lib/run/sweep_schema.ts";
import { openPage } from "./chromium.ts";
import { asProcess, type Ended, inProcess, startProcess, withFolder } from "./command_line.ts";

const swept = join(root, "tests", "testdata", "swept.ts");

const wasm = (...more: string[]): [string, ...string[]] => [
  "sweep",
  swept,
  "--backend",
  "wasm",
  ...more,
];
const grid = ["--grid", "drift=0.5,1", "--grid", "size=1,2"];
const sweepOf = ({ out }: Ended): Sweep => sweepSchema.parse(JSON.parse(out));
const runIds = ({ cells }: Sweep) => cells.flatMap(({ runs }) => runs.map(({ runId }) => runId));
const computed = ({ err }: Ended) => err.match(/run [0-9a-f]{12} took/g)?.length ?? 0;
const reused = ({ err }: Ended) => err.match(/is complete already/g)?.length ?? 0;
const folderOf = (out: string, { sweepId }: Sweep) => join(out, "swept", "sweeps", sweepId);

Deno.test("a sweep runs every cell over the seeds once; another order of the grid is the same sweep", () =>
  withFolder(async (out) => {
    const first = await asProcess(out, wasm(...grid, "--json"));
    assertEquals(first.status, 0, first.err);
    const sweep = sweepOf(first);
    assertEquals(
      sweep.cells.map(({ values, verdict }) => [values.drift, values.size, verdict]),
      [[0.5, 1, "fail"], [0.5, 2, "fail"], [1, 1, "pass"], [1, 2, "pass"]],
    );
    assertEquals([sweep.seeds, sweep.shown], [[1, 2], ["walk/end"]]);
    assertEquals(Object.keys(sweep.units), ["walk/end", "walk/miss"]);
    assertEquals(new Set(runIds(sweep)).size, 8);
    const written = () => Deno.readTextFile(join(folderOf(out, sweep), "sweep.json"));
    const text = await written();
    assertEquals(JSON.parse(text), sweep);

    const page = () => Deno.statSync(join(folderOf(out, sweep), "sweep.html")).mtime!.getTime();
    const drawn = page();
    const again = await asProcess(out, wasm(...grid, "--json"));
    assertEquals([computed(again), reused(again)], [0, 8], again.err);
    assertEquals([await written(), page()], [text, drawn]);

    const turned = wasm("--grid", "size=2,1", "--grid", "drift=1,0.5", "--seed", "2,1", "--json");
    const other = await inProcess(...turned, "--out", out);
    assertEquals([computed(other), reused(other)], [0, 8], other.err);
    assertEquals(sweepOf(other).sweepId, sweep.sweepId);
    assertEquals(runIds(sweepOf(other)).sort(), runIds(sweep).sort());

    const wider = await inProcess(
      ...wasm("--grid", "drift=0.5,1", "--grid", "size=1,2,3", "--json", "--out", out),
    );
    assertEquals([computed(wider), reused(wider)], [2 * 2, 8], wider.err);
    assertNotEquals(sweepOf(wider).sweepId, sweep.sweepId);
    await Deno.remove(join(out, "swept", "quick", runIds(sweep)[0]!, "report.html"));
    const mended = await inProcess(...wasm(...grid, "--json", "--out", out));
    assertEquals([computed(mended), page() === drawn], [0, false], mended.err);
    const alone = await inProcess(
      ...["experiment", swept, "--backend", "wasm", "--set", "drift=1", "--set", "size=2"],
      ...["--out", out],
    );
    assertEquals([computed(alone), reused(alone)], [0, 2], alone.err);
  }));

Deno.test("a failing cell is told at once and listed, and the others go on; --fail-fast stops", () =>
  withFolder(async (out) => {
    const failing = ["--grid", "size=1,13,2", "--seeds", "2"];
    const ended = await inProcess(...wasm(...failing, "--out", out));
    assertEquals([ended.status, computed(ended)], [1, 4], ended.err);
    const at = (part: string) => ended.err.indexOf(part);
    assert(at("cell 2 of 3 · size 13 · seed 1 · run ") < at("cell 3 of 3"), ended.err);
    assertStringIncludes(ended.out.replaceAll("\n", " "), "failed: size 13 · seed 2 · run ");
    assertStringIncludes(ended.out, "thirteen brings bad luck");
    const json = await inProcess(...wasm(...failing, "--json", "--out", out));
    const sweep = sweepOf(json);
    assertEquals([json.status, computed(json), reused(json)], [1, 0, 4]);
    assertEquals(sweep.cells.map(({ verdict }) => verdict === null), [false, true, false]);
    assertEquals([sweep.cells[1]!.metrics, sweep.cells[1]!.runs[0]!.digests], [{}, null]);
    const page = await Deno.readTextFile(join(folderOf(out, sweep), "sweep.html"));
    assertStringIncludes(page, "thirteen brings bad luck");

    const fast = ["--grid", "size=13,3", "--fail-fast"];
    const stopped = await inProcess(...wasm(...fast, "--out", out));
    assertEquals([stopped.status, stopped.out, computed(stopped)], [1, "", 0], stopped.err);
    assertStringIncludes(stopped.err, "Stopped at the first run that failed");
    const all = await inProcess(...wasm("--grid", "size=13", "--seeds", "1", "--out", out));
    assertEquals(all.status, 1, all.err);
  }));

Deno.test("a sweep stopped by a signal, and one killed, go on with the same command to the same file", async () => {
  const slow = wasm("--grid", "drift=0.5,1", "--seeds", "2", "--set", "pause=150");
  const paced: typeof slow = [...slow, "--checkpoint-steps", "1", "--jobs", "1"];
  const expected = await withFolder(async (out) => {
    const ended = await inProcess(...slow, "--json", "--out", out);
    assertEquals(ended.status, 0, ended.err);
    return sweepOf(ended);
  });
  for (const [signal, status] of [["SIGINT", 130], ["SIGKILL", 137]] as const) {
    await withFolder(async (out) => {
      const child = await startProcess(out, paced, "piped");
      let heard = "";
      for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
        heard += part;
        if (!/cell 2 of 2[^]*step 2/.test(heard)) continue;
        child.kill(signal);
        heard = "";
      }
      assertEquals((await child.status).code, status);
      assertEquals(namesIn(join(out, "swept", "sweeps"), () => true), []);
      const ended = await inProcess(...paced, "--json", "--out", out);
      assertEquals(ended.status, 0, ended.err);
      assertStringIncludes(ended.err, "continues after step");
      assertEquals([computed(ended), reused(ended)], [2, 2], ended.err);
      assertEquals(sweepOf(ended), expected);
    });
  }
});

Deno.test("--launch none makes nothing, and judges what is complete", () =>
  withFolder(async (out) => {
    const part = ["--grid", "size=1", "--seeds", "1", "--json", "--out", out];
    const nothing = await inProcess(...wasm(...part, "--launch", "none"));
    assertEquals([nothing.status, nothing.out], [2, ""], nothing.err);
    assertStringIncludes(nothing.err.replaceAll("\n", " "), "of 1 run not one is complete");
    const made = await inProcess(...wasm(...part));
    assertEquals(await inProcess(...wasm(...part, "--launch", "none", "--rerun")), {
      ...made,
      err: made.err.replace(/ took .*/, " is complete already"),
    });
    const more = ["--grid", "size=1,2", "--seeds", "1", "--json", "--out", out];
    const { status, err, ...ended } = await inProcess(...wasm(...more, "--launch", "none"));
    assertEquals([status, computed({ status, err, ...ended })], [1, 0], err);
    const failures = sweepOf({ status, err, ...ended }).cells.map(({ runs }) => runs[0]!.failure);
    assertEquals(failures[0], null);
    assertStringIncludes(failures[1]!, "without --launch none, the same command makes it");
  }));

Deno.test("a sweep of other code over the same cells is told of, with the cells that are stale", () =>
  withFolder(async (out) => {
    const words = ["--grid", "size=1,2", "--seeds", "1", "--json", "--out", out];
    const sweep = sweepOf(await inProcess(...wasm(...words)));
    const [run] = sweep.cells[1]!.runs;
    const cells = [sweep.cells[0]!, {
      ...sweep.cells[1]!,
      runs: [{ ...run!, runId: "a".repeat(12) }],
    }];
    const other = { ...sweep, sweepId: "b".repeat(12), cells };
    await writeJson(join(folderOf(out, other), "sweep.json"), other);
    const manifest = JSON.parse(
      await Deno.readTextFile(join(out, "swept", "quick", run!.runId, "manifest.json")),
    );
    manifest.identity.modules["mod.ts"] = "c".repeat(64);
    await writeJson(join(out, "swept", "quick", "a".repeat(12), "manifest.json"), manifest);
    const { err } = await inProcess(...wasm(...words));
    assertStringIncludes(
      err.replaceAll("\n", " "),
      "Sweep bbbbbbbbbbbb asked the same, but cell 2 of its 2 is stale: since it was made, mod.ts changed.",
    );
  }));

Deno.test("a sweep's page comes alive, and is part of the index and the site", () =>
  withFolder(async (out) => {
    const ended = await inProcess(
      ...wasm(...grid, "--metric", "walk/miss", "--metric", "walk/end", "--json", "--out", out),
    );
    assertEquals(ended.status, 0, ended.err);
    const sweep = sweepOf(ended);
    const path = join(folderOf(out, sweep), "sweep.html");
    const { dom, console } = await openPage(path);
    assertEquals(console, []);
    assertStringIncludes(/<body[^>]*>/.exec(dom)![0], 'data-ready="true"');
    assertEquals(dom.match(/<div class="live/g)?.length, 2);
    const place = `swept/sweeps/${sweep.sweepId}`;
    const index = await Deno.readTextFile(join(out, "index.html"));
    assertStringIncludes(index, `href="${place}/sweep.html"`);
    const published = await inProcess("publish", "--out", out);
    assertEquals([published.status, published.err], [0, ""]);
    for (const name of ["sweep.html", "sweep.json"]) {
      assert((await Deno.stat(join(out, "site", place, name))).isFile);
    }
    const page = await Deno.readTextFile(join(out, "site", place, "sweep.html"));
    assertStringIncludes(page, '<nav class="site" aria-label="Site">');
    for (const runId of runIds(sweep)) {
      assert((await Deno.stat(join(out, "site", "swept", "quick", runId, "report.html"))).isFile);
    }
    await Deno.writeTextFile(join(folderOf(out, sweep), "sweep.json"), JSON.stringify(sweep));
    const report = await inProcess("report", "--out", out);
    assertStringIncludes(report.err, "altered after it was written");
    assert(!(await Deno.readTextFile(join(out, "index.html"))).includes(place));
  }));

async function refuses(args: string[], ...says: string[]): Promise<void> {
  await withFolder(async (out) => {
    const { status, out: said, err } = await inProcess("sweep", ...args, "--out", out);
    assertEquals([status, said], [2, ""], err);
    const text = err.replaceAll("\n", " ");
    for (const part of says) assertStringIncludes(text, part);
    assertEquals(namesIn(out, () => true), [], "nothing ran");
  });
}

Deno.test("`sweep` refuses what cannot be swept over, before anything runs", async () => {
  await refuses([], "Cannot sweep nothing: it takes one experiment");
  await refuses([swept, "line-fit"], "it takes one experiment");
  await refuses([swept], "there is no --grid");
  await refuses([swept, "--grid", "drift"], "it has no key");
  await refuses([swept, "--grid", "drift="], "it has no values");
  await refuses([swept, "--grid", "drift=1,,2"], "a value is empty");
  await refuses([swept, "--grid", "drft=1"], 'Did you mean "drift"?');
  await refuses([swept, "--grid", "drift=1,fast"], "drift=fast", "a number");
  await refuses([swept, "--grid", "size=1,101"], "size=101", "at most 100");
  await refuses([swept, "--grid", "start=low,middle"], "start=middle", '"low", "high"');
  await refuses([swept, "--grid", "drift=1", "--grid", "drift=2"], "twice", "drift=1,2");
  await refuses([swept, "--grid", "drift=1", "--set", "drift=2"], "in --grid and in --set");
  await refuses([swept, "--grid", "drift=1,1.0"], "drift=1 and drift=1.0 are the same");
  await refuses([swept, "--grid", "size=1..9"], "--random 20");
  await refuses([swept, "--grid", "size=1..9", "--random", "0"], '--random "0"');
  await refuses([swept, "--grid", "size=1..101", "--random", "2"], "size=101", "at most 100");
  await refuses([swept, ...grid, "--random", "5"], "its --grid has 4");
  await refuses([swept, ...grid, "--sweep-seed", "2"], "Add --random or --halving");
  await refuses([swept, ...grid, "--random", "2", "--halving", "2"], "Give one of them");
  await refuses([swept, ...grid, "--halving", "4"], "--halving has no --budget");
  await refuses([swept, ...grid, "--budget", "pause=1,2"], "Add it, such as --halving 16");
  const halving = [swept, ...grid, "--halving", "4"];
  await refuses([...halving, "--budget", "pause=1,2"], "no --metric to judge");
  const judged = [...halving, "--metric", "walk/end", "--budget"];
  await refuses([...judged, "pause=1"], "fewer than two values");
  await refuses([...judged, "pause=2,1"], "not numbers above 0 that ascend");
  await refuses([...judged, "size=1,2"], 'the key "size" stands in --grid too');
  await refuses([...judged, "paus=1,2"], 'Did you mean "pause"?');
  await refuses([swept, "--grid", "notes=/absent.txt"], "notes=/absent.txt");
  const many = Array.from({ length: 100 }, (_, i) => i).join(",");
  const large = ["--grid", `drift=${many}`, "--grid", `size=${many}`];
  await refuses([swept, ...large], "10000 cells (100 × 100)", "give --yes to make them all");
  await refuses([swept, ...grid, "--profile", "fast"], 'no profile "fast"');
  await refuses([swept, ...grid, "--seeds", "0"], '--seeds "0"');
  await refuses([swept, ...grid, "--all"], 'no option "--all"');
});

Deno.test("`sweep` refuses a metric that the runs do not report, and keeps the run that showed it", () =>
  withFolder(async (out) => {
    const ask = (metric: string) => inProcess(...wasm(...grid, "--metric", metric, "--out", out));
    const { status, err } = await ask("walk/ende");
    assertEquals([status, computed({ status, err, out: "" })], [2, 1], err);
    const text = err.replaceAll("\n", " ");
    assertStringIncludes(text, 'Did you mean "walk/end"? They report walk/end, walk/miss.');
    assertEquals(
      namesIn(join(out, "swept", "quick"), ({ name }) => /^[0-9a-f]{12}$/.test(name)).length,
      1,
    );
    assertStringIncludes(
      (await ask("walk/time")).err.replaceAll("\n", " "),
      "a number of the machine",
    );
  }));
