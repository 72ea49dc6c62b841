/** `compare` names the step and the weights at which two runs part, whatever made them part. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { decodeSafetensors } from "../lib/dataset/safetensors.ts";
import { readCheckpoint, writeCheckpoint } from "../lib/run/checkpoint/file.ts";
import { checkpointFiles } from "../lib/run/checkpoint/checkpoints.ts";
import { type Comparison, comparisonSchema } from "../lib/run/compare/comparison.ts";
import { namesIn } from "../lib/run/files.ts";
import { openPage } from "./chromium.ts";
import { asProcess, inProcess, startProcess, withFolder } from "./command_line.ts";

const experiment = join(root, "tests", "testdata", "compared.ts");
const lineFit = join(root, "tests", "testdata", "line_fit.ts");

const runsIn = (out: string, name = "compared") =>
  namesIn(join(out, name, "quick"), ({ name }) => /^[0-9a-f]{12}$/.test(name));

/** Runs the experiment with `KEY=VALUE` changes; the id of the run. */
async function run(out: string, ...changes: string[]): Promise<string> {
  const before = runsIn(out);
  const sets = changes.flatMap((change) => ["--set", change]);
  const { status, err } = await inProcess(
    ...["experiment", experiment, "--backend", "wasm", "--out", out, ...sets],
  );
  assertEquals(status, 0, err);
  const [id, ...others] = runsIn(out).filter((id) => !before.includes(id));
  assertEquals(others, []);
  return id!;
}

/** Compares two runs; the document and the page. */
async function compared(
  out: string,
  a: string,
  b: string,
): Promise<{ comparison: Comparison; page: string }> {
  const { status, out: text, err } = await inProcess("compare", a, b, "--json", "--out", out);
  assert(status < 2, err);
  const comparison = comparisonSchema.parse(JSON.parse(text));
  assertEquals(status, comparison.same ? 0 : 1);
  const [folder, ...others] = namesIn(join(out, "compare"), () => true);
  assertEquals(others, []);
  const page = join(out, "compare", folder!, "report.html");
  return { comparison, page };
}

Deno.test("`compare` finds one changed learning rate: the weights after that step", () =>
  withFolder(async (out) => {
    const [a, b] = [await run(out), await run(out, "rateAt=9")];
    const { comparison: { same, parting, identity, digests, licence } } = await compared(out, a, b);
    assertEquals([same, parting?.step, parting?.cause], [false, 9, "update"]);
    assertEquals([parting?.groups, parting?.groupsStep], [["left", "right"], 9]);
    assertEquals(parting?.loss?.step, 10);
    assertEquals(identity.config, [{ name: "rateAt", a: 0, b: 9 }]);
    assertEquals([identity.modules, identity.dependencies, identity.settings], [[], [], []]);
    assertEquals(digests, { data: true, weights: false, history: false });
    assertEquals(licence.licensed, true);
  }));

Deno.test("`compare` finds one swapped minibatch: the loss of that step", () =>
  withFolder(async (out) => {
    const [a, b] = [await run(out), await run(out, "swapAt=7")];
    const { comparison: { parting, loops } } = await compared(out, a, b);
    assertEquals([parting?.step, parting?.equalAfter, parting?.cause], [7, 6, "forward"]);
    const { loss } = parting!;
    assertEquals(loss!.difference, Math.abs(loss!.a! - loss!.b!));
    assert(loops[0]!.weights.every(({ differing, largest }) => differing! > 0 && largest! > 0));
  }));

Deno.test("`compare` says how far it can see when fingerprints are seldom", () =>
  withFolder(async (out) => {
    const [a, b] = [await run(out, "every=8"), await run(out, "every=16", "rateAt=21")];
    const { comparison: { parting } } = await compared(out, a, b);
    assertEquals([parting?.step, parting?.equalAfter, parting?.cause], [22, 16, "unseen"]);
    assertStringIncludes(parting!.means, "from step 17 to the forward pass of step 22");
  }));

Deno.test("`compare` names a loop that one run lacks, and one that stopped earlier", () =>
  withFolder(async (out) => {
    const [a, b] = [await run(out), await run(out, "walks=true")];
    const { comparison } = await compared(out, a, b);
    assertEquals([comparison.same, comparison.parting], [false, null]);
    assertEquals(comparison.loops.at(-1)!.steps, { a: null, b: 3 });
    const shorter = await inProcess("compare", b, await run(out, "steps=30"), "--out", out);
    assertEquals(shorter.status, 1);
    assertStringIncludes(shorter.out, "Parted at step 31 of train");
  }));

Deno.test("`compare` finds one flipped bit of one weight in a checkpoint", () =>
  withFolder(async (folder) => {
    const [out, other] = [join(folder, "whole"), join(folder, "flipped")];
    const command: [string, ...string[]] = ["experiment", experiment, "--backend", "wasm"];
    command.push("--set", "steps=4000", "--checkpoint-steps", "50");
    assertEquals((await asProcess(out, command)).status, 0);
    const [id] = runsIn(out);
    const partial = join(other, "compared", "quick", `${id}.partial`);

    const child = await startProcess(other, command);
    while (checkpointFiles(partial, "train").length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill("SIGTERM");
    assertEquals((await child.status).code, 143);

    const [newest, ...older] = checkpointFiles(partial, "train");
    for (const path of older) await Deno.remove(path);
    const { at } = await readCheckpoint(newest!);
    const { tensors } = decodeSafetensors(await Deno.readFile(newest!), newest!);
    const right = tensors.get("loop/weights/right")!.data as Float32Array;
    // The largest: no step moves it by so much that the bit is rounded away.
    const largest = right.indexOf(right.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0]!);
    new Uint32Array(right.buffer, right.byteOffset, right.length)[largest]! ^= 1;
    await writeCheckpoint(newest!, at, tensors);
    assertEquals((await asProcess(other, command)).status, 0);

    const path = join(other, "compared", "quick", id!);
    const { comparison, page } = await compared(out, id!, path);
    const { parting, environment, identity } = comparison;
    assertEquals([comparison.same, parting?.step], [false, at.step + 1]);
    assertEquals([parting?.groups, parting?.groupsStep], [["right"], at.step + 1]);
    assertEquals(comparison.loops[0]!.weights[0]!.differing, 0);
    assertEquals(Object.values(identity).flat(), []);
    assertEquals(environment, [{ name: "times it was resumed", a: 0, b: 1 }]);
    assertEquals(comparison.altered, { a: [], b: [] });
    assertMatch(page, new RegExp(`/compare/${id}-${id}\\.[0-9a-f]{8}/report\\.html$`));
    const { out: said } = await inProcess("compare", id!, path, "--out", out);
    assertStringIncludes(said.replaceAll("\n", " "), "one of these runs broke its contract");
  }));

Deno.test("`compare` of a run with itself: the same bits, status 0, one line that says so", () =>
  withFolder(async (out) => {
    const id = await run(out);
    const ended = await asProcess(out, ["compare", id.slice(0, 6), id]);
    assertEquals(ended.status, 0, ended.err);
    assertStringIncludes(ended.out, "Same bits");
    const { comparison: { same, parting, environment } } = await compared(out, id, id);
    assertEquals([same, parting, environment], [true, null, []]);
    const list = await inProcess("list", "--out", out);
    assertEquals([list.status, list.err], [0, ""]);
  }));

/** The first operation that gives other bits in two runs, by `compare --bisect`. */
async function bisected(out: string, a: string, b: string): Promise<Comparison["bisection"]> {
  const { status, out: text, err } = await inProcess(
    ...["compare", a, b, "--bisect", "--json", "--out", out],
  );
  assertEquals(status, 1, err);
  assertEquals(namesIn(out, ({ name }) => name === ".bisect"), []);
  return comparisonSchema.parse(JSON.parse(text)).bisection;
}

Deno.test("`compare --bisect` names the optimiser for another learning rate, and its plain values", () =>
  withFolder(async (out) => {
    const [a, b] = [await run(out), await run(out, "rateAt=9")];
    const found = (await bisected(out, a, b))!;
    assertEquals([found.loop, found.step, found.calls.a], ["train", 9, found.calls.b]);
    const { kernel, before, inputs, attributes } = found.parting!;
    assertEquals([kernel, before], ["AssayAdam", "values"]);
    assert(inputs.every(({ a, b }) => a === b && /^[0-9a-f]{64}$/.test(a!)));
    assertEquals(JSON.parse(attributes.b).rate, 2 * JSON.parse(attributes.a).rate);
    assert(inputs.some(({ name }) => name.endsWith("(left)")));
  }));

Deno.test("`compare --bisect` names the gather for another minibatch, and the input that differs", () =>
  withFolder(async (out) => {
    const [a, b] = [await run(out), await run(out, "swapAt=7")];
    const { parting } = (await bisected(out, a, b))!;
    assertEquals([parting?.kernel, parting?.before], ["GatherV2", "inputs"]);
    const differing = parting!.inputs.filter(({ a, b }) => a !== b).map(({ name }) => name);
    assertEquals(differing, ["indices"]);
  }));

Deno.test("`compare --bisect` names the operation itself for another arithmetic", () =>
  withFolder(async (out) => {
    const id = await run(out, "steps=20");
    const ended = await inProcess(
      ...["experiment", experiment, "--backend", "cpu", "--set", "steps=20", "--out", out],
    );
    assertEquals(ended.status, 0, ended.err);
    const [other] = runsIn(out).filter((one) => one !== id);
    const { parting } = (await bisected(out, id, other!))!;
    assertEquals(parting?.before, "nothing");
    assert(parting!.inputs.every(({ a, b }) => a === b));
    assert(parting!.outputs.some(({ a, b }) => a !== b));
    const { out: said } = await inProcess("compare", id, other!, "--bisect", "--out", out);
    assertStringIncludes(said.replaceAll("\n", " "), "the operation itself gives other bits");
  }));

Deno.test("`compare` names altered and damaged files, and compares the rest", () =>
  withFolder(async (out) => {
    const [a, b] = [await run(out), await run(out, "rateAt=9")];
    const folder = join(out, "compared", "quick", b);
    await Deno.writeTextFile(join(folder, "notes.txt"), "mine");
    await Deno.truncate(join(folder, "model", "train.safetensors"), 40);
    const { comparison } = await compared(out, a, b);
    assertEquals(comparison.altered.b, [
      "model/train.safetensors was altered",
      "notes.txt was added",
    ]);
    assertEquals(comparison.unread.length, 1);
    assertEquals([comparison.parting?.step, comparison.loops[0]!.weights], [9, []]);
    await Deno.truncate(join(folder, "history", "train.safetensors"), 40);
    const without = (await compared(out, a, b)).comparison;
    assertEquals([without.same, without.loops[0]!.steps], [false, { a: 40, b: null }]);
  }));

Deno.test("`compare` refuses other counts, unknown runs and runs of two experiments", () =>
  withFolder(async (out) => {
    const id = await run(out);
    const refuses = async (args: string[], says: string) => {
      const { status, out: text, err } = await inProcess("compare", ...args, "--out", out);
      assertEquals([status, text], [2, ""], err);
      assertStringIncludes(err.replaceAll("\n", " "), says);
    };
    await refuses([id], "Cannot compare 1 runs: give two");
    await refuses([id, id, id], "Cannot compare 3 runs");
    await refuses([id, "ffffffff"], 'Cannot find run "ffffffff"');
    await inProcess("experiment", lineFit, "--backend", "wasm", "--seed", "1", "--out", out);
    await refuses([id, runsIn(out, "line-fit")[0]!], "the second of line-fit");
  }));

Deno.test("the page of a comparison comes alive and draws both curves", () =>
  withFolder(async (out) => {
    const [a, b] = [await run(out, "steps=3000"), await run(out, "steps=3000", "swapAt=2000")];
    const { page } = await compared(out, a, b);
    const { dom, console } = await openPage(page);
    assertEquals(console, []);
    assertStringIncludes(/<body[^>]*>/.exec(dom)![0], 'data-ready="true"');
    assertMatch(dom, /<h2 id="verdict">.*<span>Parted at step 2000<\/span><\/h2>/);
    assertEquals(dom.match(/<div class="live/g)?.length, 2);
    assert((await Deno.stat(page)).size < 1_500_000);
    for (const [, href] of dom.matchAll(/href="(\.\.\/[^"]*)"/g)) {
      assert((await Deno.stat(join(page, "..", href!))).isFile, href);
    }
  }));
