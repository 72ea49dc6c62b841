/** `record`: what it writes, keeps, says and refuses, and what a later comparison finds. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { agreementText } from "../lib/run/record/agreement.ts";
import { readResult } from "../lib/run/checksums.ts";
import { namesIn, writeJson } from "../lib/run/files.ts";
import { type ExperimentRecord, recordPath, requireRecord } from "../lib/run/record/record.ts";
import { compareWithRecord } from "../lib/run/record/check.ts";
import { root } from "../lib/cli/streams.ts";
import { asProcess, inProcess, withFolder } from "./command_line.ts";

const lineFit = join(root, "tests", "testdata", "line_fit.ts");

const record = (out: string, ...more: string[]) =>
  inProcess("record", lineFit, "--backend", "wasm", "--out", out, ...more);
const recordOf = (out: string) => requireRecord(out, "line-fit", "quick");
const write = (out: string, record: ExperimentRecord) =>
  writeJson(recordPath(out, "line-fit", "quick"), record);

/** The complete runs of a numerics class, as they lie under `out`. */
async function runsOf(out: string, numerics: string) {
  const folder = join(out, "line-fit", "quick");
  const runs = await Promise.all(
    namesIn(folder, ({ name }) => /^[0-9a-f]{12}$/.test(name)).map(async (name) => {
      const directory = join(folder, name);
      return { directory, result: (await readResult(directory))! };
    }),
  );
  return runs.filter(({ result }) => result.contract.numerics === numerics);
}

Deno.test("`record` answers from complete runs, writes a small file and says the same again", () =>
  withFolder(async (out) => {
    await inProcess("experiment", lineFit, "--backend", "wasm", "--out", out);
    const first = await record(out);
    assertEquals(first.status, 0, first.err);
    assertEquals(first.err.match(/is complete already/g)?.length, 3);
    assertStringIncludes(first.out, "New: there was no record of wasm-");
    assertStringIncludes(first.out, `record: ${recordPath(out, "line-fit", "quick")}`);
    const path = recordPath(out, "line-fit", "quick");
    const text = await Deno.readTextFile(path);
    assert(text.length < 10_000);
    const { classes: [{ runs }] } = JSON.parse(text);
    assertEquals(Object.keys(runs[0].metrics), ["test/rmse", "test/slope"]);
    const again = await record(out, "--rerun");
    assertStringIncludes(again.out, "The same as before.");
    assertEquals(await Deno.readTextFile(path), text);
    const table = await inProcess("list", "--out", out);
    assertEquals([table.status, table.err], [0, ""]);
  }));

Deno.test("`record` works with the permissions of its task", () =>
  withFolder(async (out) => {
    const ended = await asProcess(out, ["record", lineFit, "--backend", "wasm"]);
    assertEquals(ended.status, 0, ended.err);
    assertStringIncludes(ended.out, "New: there was no record");
  }));

Deno.test("`record` keeps other numerics classes, and drops them when the configuration changed", () =>
  withFolder(async (out) => {
    await record(out, "--numerics", "strict");
    const { classes: [strict], ...subject } = await recordOf(out);
    const other = { ...strict!, contract: { ...strict!.contract, numerics: "another" } };
    await write(out, { ...subject, classes: [other, strict!] });
    const kept = await record(out, "--numerics", "strict");
    assertStringIncludes(kept.out, "The same as before.");
    const names = async () =>
      (await recordOf(out)).classes.map(({ contract }) => contract.numerics);
    assertEquals(await names(), ["another", "wasm-strict"]);
    await write(out, { ...subject, config: { ...subject.config, epochs: 1 }, classes: [other] });
    const dropped = await record(out, "--numerics", "strict");
    assertStringIncludes(dropped.out, "Dropped another: recorded with another configuration.");
    assertEquals(await names(), ["wasm-strict"]);
  }));

Deno.test("one changed digest in a record: the comparison names the steps, `record` says what changed", () =>
  withFolder(async (out) => {
    await record(out, "--numerics", "strict");
    const changed = structuredClone(await recordOf(out));
    const runs = await runsOf(out, "wasm-strict");
    assertEquals((await compareWithRecord(changed, runs)).answer, "same bits");
    const [, second] = changed.classes[0]!.runs;
    second!.digests.weights = second!.digests.weights.replace(/^./, (c) => c === "0" ? "1" : "0");
    second!.loops[0]!.digests.fill("0".repeat(16), 3);
    await write(out, changed);
    const says =
      "seed 2: weights differ; data and history are the same; loop line is the same up to " +
      "step 18 and has parted by step 26.";
    assertStringIncludes(
      agreementText(await compareWithRecord(await recordOf(out), runs), "the record"),
      says,
    );
    const again = await record(out, "--numerics", "strict");
    assertEquals(again.status, 0, again.err);
    const told = again.out.replaceAll("\n", " ");
    assertStringIncludes(told, `Changed. Parted from the earlier record on wasm-strict, which`);
    assertStringIncludes(told, says);
  }));

Deno.test("`record` refuses overrides and other seeds, and stops at a damaged record before it runs", () =>
  withFolder(async (out) => {
    for (const more of [["--set", "epochs=3"], ["--seed", "7"], ["--seeds", "9"]]) {
      const refused = await record(out, ...more);
      assertEquals([refused.status, refused.out], [2, ""]);
      assertStringIncludes(refused.err, `Cannot record with ${more.join(" ")}: a record holds`);
    }
    await Deno.mkdir(join(out, "records"));
    await Deno.writeTextFile(recordPath(out, "line-fit", "quick"), "{");
    const damaged = await record(out);
    assertEquals(damaged.status, 2);
    assertStringIncludes(damaged.err, "it is not JSON");
    assertEquals(namesIn(out, () => true), ["records"]);
  }));
