/** What a person can give wrongly to `experiment`: one paragraph and the documented exit status each. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { asProcess, inProcess } from "./command_line.ts";
import { root } from "../lib/cli/streams.ts";

const lineFit = join(root, "tests", "testdata", "line_fit.ts");

async function refuses(args: string[], ...says: string[]): Promise<void> {
  const { status, out, err } = await inProcess("experiment", ...args);
  assertEquals([status, out], [2, ""], err);
  const text = err.replaceAll("\n", " ");
  for (const part of says) assertStringIncludes(text, part);
  assertEquals(text.includes("    at "), false, "no stack trace without --debug");
}

Deno.test("`experiment` refuses an unknown name and names the nearest", () =>
  refuses(["bandwith-predictor"], 'Did you mean "bandwidth-predictor"?', "./mine.ts"));

Deno.test("`experiment` refuses a file that is absent, broken or no experiment", async () => {
  await refuses(["./absent.ts"], "Cannot load experiment file", "absent.ts");
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(join(folder, "broken.ts"), "export default {");
  await Deno.writeTextFile(join(folder, "other.ts"), "export default 1;");
  await refuses([join(folder, "broken.ts")], "Cannot load experiment file", "broken.ts");
  await refuses([join(folder, "other.ts")], "its default export is not an experiment");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("`experiment` refuses unknown profiles, options, backends and seeds", async () => {
  await refuses([lineFit, "--profile", "fast"], 'no profile "fast"', "quick and full");
  await refuses([lineFit, "--profil", "quick"], 'Did you mean "--profile"?');
  await refuses([lineFit, "--backend", "cuda"], 'backend "cuda"', "auto, webgpu, wasm, cpu");
  await refuses([lineFit, "--numerics", "fast"], 'numerics "fast"', "auto, strict");
  await refuses([lineFit, "--seed=-1"], '--seed "-1"', "at least 0");
  await refuses([lineFit, "--seeds", "0"], '--seeds "0"', "at least 1");
  await refuses([lineFit, "--seeds", "2", "--seed", "1"], "--seed and --seeds at once");
  await refuses([lineFit, "--profile"], "--profile needs a value");
  await refuses(["--all", "x"], "--all and x at once");
});

Deno.test("`experiment` refuses unknown keys, malformed and impossible values", async () => {
  await refuses([lineFit, "--set", "epoch=3"], 'Did you mean "epochs"?');
  await refuses([lineFit, "--set", "epochs"], "KEY=VALUE");
  await refuses([lineFit, "--set", "epochs=0"], "epochs=0", "an integer at least 1");
  await refuses([lineFit, "--set", "noise=NaN"], "noise=NaN", "a number at least 0");
  await refuses([lineFit, "--set", "points=1e9"], "at most 10000");
});

Deno.test("`experiment` refuses an input file that cannot be read, before any training", async () => {
  const out = await Deno.makeTempDir();
  await refuses(
    [lineFit, "--set", "notes=/absent.csv", "--out", out, "--backend", "wasm"],
    "notes=/absent.csv",
  );
  assertEquals([...Deno.readDirSync(out)].length, 0);
  await Deno.remove(out, { recursive: true });
});

Deno.test("an unknown command is refused with the commands there are", async () => {
  const { status, err } = await inProcess("experimnt");
  assertEquals(status, 2);
  assertStringIncludes(err, "Commands are experiment, sweep, record, new, list,");
});

Deno.test("commands without names refuse one", async () => {
  for (const command of ["list", "report", "publish"]) {
    const { status, err } = await inProcess(command, "bandwidth-predictor");
    assertEquals(status, 2);
    assertStringIncludes(
      err.replaceAll("\n", " "),
      'it takes options only, found "bandwidth-predictor"',
    );
  }
});

Deno.test("--debug adds the stack trace", async () => {
  const { err } = await inProcess("experiment", "./absent.ts", "--debug");
  assertStringIncludes(err, "    at ");
});

Deno.test("`experiment --backend webgpu` without an adapter exits with 3 and says what to do", async () => {
  const out = await Deno.makeTempDir();
  const env = {
    VK_DRIVER_FILES: "/absent.json",
    VK_ICD_FILENAMES: "/absent.json",
    DENO_WEBGPU_BACKEND: "vulkan",
  };
  const ended = await asProcess(out, ["experiment", lineFit, "--backend", "webgpu"], { env });
  assertEquals([ended.status, ended.out], [3, ""], ended.err);
  assertStringIncludes(ended.err.replaceAll("\n", " "), "--backend wasm");
  assertEquals([...Deno.readDirSync(out)].length, 0);
  await Deno.remove(out, { recursive: true });
});

Deno.test("`experiment` without permission to write says so and leaves nothing", async () => {
  const granted = await Deno.makeTempDir();
  const out = await Deno.makeTempDir();
  const command: [string, ...string[]] = ["experiment", lineFit, "--backend", "wasm"];
  const { status, err } = await asProcess(granted, command, { out });
  assertEquals(status, 2, err);
  assertStringIncludes(err.replaceAll("\n", " "), "--allow-write=DIR");
  assertEquals([...Deno.readDirSync(out)].length, 0);
  await Deno.remove(granted, { recursive: true });
  await Deno.remove(out, { recursive: true });
});

const header = "timestamp,throughput_mbps,rtt_ms,packet_loss,jitter_ms,time_of_day,day_of_week," +
  "congestion_window,queue_depth,retransmits";

/** A valid trace file as lines; row `i` (from 1) stands in line `i + 1`. */
function traceLines(rows: number): string[] {
  const values = (i: number) =>
    [60 * i, 500 + i % 7, 40 + i % 5, 0.01 + i % 3 / 1000, 5 + i % 2, 1, 2, 900, 50, 20].join(",");
  return [header, ...Array.from({ length: rows }, (_, i) => values(i))];
}

/** Gives `text` as the CSV file of the bandwidth predictor and expects a refusal that leaves nothing. */
async function refusesCsv(text: string | null, ...says: string[]): Promise<void> {
  const folder = await Deno.makeTempDir();
  const file = join(folder, "trace.csv");
  if (text !== null) await Deno.writeTextFile(file, text);
  const out = join(folder, "out");
  await refuses(
    [
      "bandwidth-predictor",
      "--set",
      `data=${file}`,
      "--backend",
      "wasm",
      "--out",
      out,
      "--seed",
      "1",
    ],
    "trace.csv",
    ...says,
  );
  const left = text === null
    ? []
    : [...Deno.readDirSync(join(out, "bandwidth-predictor", "quick"))];
  assertEquals(left.filter(({ name }) => name !== ".locks"), []);
  await Deno.remove(folder, { recursive: true });
}

/** The lines with line `n` (from 1) changed. */
const changed = (n: number, change: (line: string) => string) =>
  traceLines(60).map((line, i) => i === n - 1 ? change(line) : line).join("\n");

Deno.test("a CSV file that is absent, empty, without rows or too short is refused", async () => {
  await refusesCsv(null, "No such file");
  await refusesCsv("", "empty");
  await refusesCsv(header, "a header but no rows");
  await refusesCsv(traceLines(15).join("\n"), "15", "21");
});

Deno.test("a CSV file with a missing or duplicated column is refused by the column's name", async () => {
  await refusesCsv(changed(1, (line) => line.replace("rtt_ms", "rtt")), '"rtt_ms"');
  await refusesCsv(changed(1, (line) => line.replace("rtt_ms", "jitter_ms")), '"jitter_ms"');
});

Deno.test("a CSV cell that is no number is refused by row and column", async () => {
  await refusesCsv(
    changed(31, (line) => line.replace(/^(\d+),\d+/, "$1,fast")),
    "row 30",
    '"throughput_mbps"',
    '"fast"',
  );
  await refusesCsv(
    changed(31, (line) => line.replace(/^(\d+),\d+/, "$1,NaN")),
    "row 30",
    '"throughput_mbps"',
    '"NaN"',
  );
  await refusesCsv(
    changed(31, (line) => line.replace(/^(\d+),\d+/, "$1,")),
    "row 30",
    '"throughput_mbps"',
  );
  await refusesCsv(changed(31, (line) => line.replace(/,20$/, "")), "row 30");
});

Deno.test("CSV timestamps out of order, doubled or irregular are refused by row", async () => {
  await refusesCsv(changed(31, (line) => line.replace(/^\d+/, "60")), "row 30", '"timestamp"');
  await refusesCsv(changed(31, (line) => line.replace(/^\d+/, "1680")), "row 30", '"timestamp"');
  await refusesCsv(changed(31, (line) => line.replace(/^\d+/, "1741")), "row 30", '"timestamp"');
});
