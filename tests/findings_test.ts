/** What monitors find, from a training to the terminal, the JSON documents and the page. */

import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { readEvents } from "../lib/run/events.ts";
import { historiesIn, readHistory } from "../lib/run/history.ts";
import { resultSchema, summarySchema } from "../lib/run/schema.ts";
import { inProcess, withFolder } from "./command_line.ts";

const restarted = join(root, "tests", "testdata", "restarted.ts");
const lineFit = join(root, "tests", "testdata", "line_fit.ts");
const run = (out: string, ...more: string[]) =>
  inProcess("experiment", restarted, "--backend", "wasm", "--out", out, ...more);

/** What it finds, with severity and the beginning of the evidence. */
const expected = [
  ["non_finite", "error", "line: The gradient's norm of step 2 is Infinity."],
  ["attempts", "info", "It took 2."],
];

Deno.test("findings are told as they are raised, and stand in result, table, JSON and page", () =>
  withFolder(async (out) => {
    const { status, out: table, err } = await run(out);
    assertEquals(status, 0, err);
    assertStringIncludes(
      table,
      "findings: 1 error, 1 info\nerror: seed 1 · non_finite · line: The gradient's norm of step 2",
    );
    assertEquals(err.split("error: non_finite").length, 2, err);
    assert(err.split("\n").every((line) => line.length <= 96), err);
    assertStringIncludes(err.replaceAll("\n", " "), "Restart from scratch at 0.1, a rung below");

    const json = await run(out, "--json");
    const [summary] = (JSON.parse(json.out) as unknown[]).map((one) => summarySchema.parse(one));
    const { runId, findings } = summary!.runs[0]!;
    const brief = (all: typeof findings) =>
      all.map(({ rule, severity, evidence }) => [rule, severity, evidence]);
    assertEquals(brief(findings), expected);
    const folder = join(out, "restarted", "quick", runId);
    const result = resultSchema.parse(
      JSON.parse(await Deno.readTextFile(join(folder, "result.json"))),
    );
    assertEquals(result.findings, findings);
    for (const page of [join(folder, "report.html"), join(folder, "..", "report.html")]) {
      const read = await Deno.readTextFile(page);
      for (const [rule, , evidence] of expected) {
        assertStringIncludes(read, `<b>${rule}</b>`);
        assertStringIncludes(read, evidence!.replaceAll("'", "&#39;"));
      }
    }
  }));

Deno.test("every attempt leaves its history, weights and events", () =>
  withFolder(async (out) => {
    const { status, err } = await run(out, "--json");
    assertEquals(status, 0, err);
    const folder = join(out, "restarted", "quick");
    const { runs } = JSON.parse(await Deno.readTextFile(join(folder, "summary.json")));
    const own = join(folder, runs[0].runId);
    assertEquals(historiesIn(own), ["line", "line.attempt-2"]);
    const { trace } = await readHistory(own, "line");
    assertEquals([...trace.gradientNorms].slice(1), [Infinity, NaN, NaN, NaN]);
    for (const name of historiesIn(own)) await Deno.stat(join(own, "model", `${name}.safetensors`));
    const tags = (await readEvents(join(own, "events.jsonl"))).map(({ tag }) => tag);
    assertEquals(tags.filter((tag) => tag.includes("/finding/")), ["line/finding/non_finite"]);
    assertEquals(tags.filter((tag) => tag === "line.attempt-2/train/loss").length, 12);
  }));

Deno.test("--seed-rules is another run, by other rules; what leaves no choice refuses it", () =>
  withFolder(async (out) => {
    const summaries = [];
    for (const more of [[], ["--seed-rules"], ["--set", "rules=seed"]]) {
      summaries.push(JSON.parse((await run(out, "--json", ...more)).out));
    }
    const [byDefault, seed, set] = summaries.map(([{ runs }]) => runs[0]);
    assertNotEquals(seed.runId, byDefault.runId);
    assertEquals(set, seed);
    assertEquals(
      seed.findings.some(({ evidence }: { evidence: string }) => evidence.includes("on-line loss")),
      true,
    );
    const refused = await inProcess("experiment", lineFit, "--seed-rules", "--out", out);
    assertEquals(refused.status, 2);
    assertStringIncludes(
      refused.err.replaceAll("\n", " "),
      "Cannot run line-fit with --seed-rules",
    );
  }));
