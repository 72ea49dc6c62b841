/** `verify`: the same bits, other bits, altered files, another arithmetic; and records. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { decodeSafetensors } from "../lib/dataset/safetensors.ts";
import { openDevice } from "../lib/device/device.ts";
import { writeChecksums } from "../lib/run/checksums.ts";
import { namesIn, readJson, writeJson } from "../lib/run/files.ts";
import { readHistory, writeHistory } from "../lib/run/history.ts";
import { recordPath, recordSchema } from "../lib/run/record/record.ts";
import { resultSchema } from "../lib/run/schema.ts";
import { inProcess, taskArguments, withFolder } from "./command_line.ts";

const lineFit = join(root, "tests", "testdata", "line_fit.ts");

/** Calls `action` with a reports folder that holds seeds of the line fit, and the folder of the first. */
async function withRuns(
  seeds: number,
  action: (out: string, run: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (out) => {
    const { status, err } = await inProcess(
      ...["experiment", lineFit, "--backend", "wasm", "--seeds", `${seeds}`, "--out", out],
    );
    assertEquals(status, 0, err);
    const profile = join(out, "line-fit", "quick");
    const ids = namesIn(profile, ({ name }) => /^[0-9a-f]{12}$/.test(name));
    await action(out, join(profile, ids[0]!));
  });
}

const oneLine = (text: string) => text.replaceAll("\n", " ");

Deno.test("`verify` finds the same bits, and leaves nothing behind", () =>
  withRuns(1, async (out, run) => {
    const before = await Deno.readTextFile(join(run, "SHA256SUMS"));
    const { status, out: said } = await inProcess("verify", run.slice(-12, -6), "--out", out);
    assertEquals(status, 0, said);
    assertStringIncludes(said, "Same bits");
    assertStringIncludes(said, "\nverified");
    assertEquals(await Deno.readTextFile(join(run, "SHA256SUMS")), before);
    assertEquals(
      namesIn(join(out, ".verify", "line-fit", "quick"), ({ name }) => name !== ".locks"),
      [],
    );
  }));

Deno.test("`verify` names the step and the weights at which a run parts from its repetition", () =>
  withRuns(1, async (out, run) => {
    // A run as a faulty machine might have left it: one bit of one fingerprint, and of the digests.
    const history = await readHistory(run, "line");
    const { groups, fingerprints } = history.trace;
    fingerprints[50 * groups.length + groups.indexOf("intercept")]! ^= 4;
    await writeHistory(run, "line", history);
    const path = join(run, "result.json");
    const result = (await readJson(path, resultSchema))!;
    const weights = result.digests.weights.replace(/^./, (digit) => digit === "0" ? "1" : "0");
    await writeJson(path, { ...result, digests: { ...result.digests, weights } });
    await writeChecksums(run);
    const { status, out: said, err } = await inProcess("verify", run, "--out", out);
    assertEquals(status, 1);
    assertStringIncludes(said, "Parted at step 50 of line");
    assertStringIncludes(oneLine(said), "differ first: intercept.");
    assertStringIncludes(oneLine(said), "one of these runs broke its contract");
    assertStringIncludes(said, "NOT verified");
    assertStringIncludes(err, "deno task compare");
  }));

Deno.test("`verify` does not pass a run whose files were altered or lost", () =>
  withRuns(1, async (out, run) => {
    const model = join(run, "model", "line.safetensors");
    const bytes = await Deno.readFile(model);
    bytes[bytes.length - 1]! ^= 1;
    await Deno.writeFile(model, bytes);
    const altered = await inProcess("verify", run, "--out", out);
    assertEquals(altered.status, 1);
    assertStringIncludes(altered.out, "altered: model/line.safetensors was altered");
    await Deno.remove(model);
    const missing = await inProcess("verify", run, "--json", "--out", out);
    assertEquals(missing.status, 1);
    const { verdict, holds, comparison } = JSON.parse(missing.out);
    assertEquals([verdict, holds], ["same bits", false]);
    assertEquals(comparison.altered.a, ["model/line.safetensors is missing"]);
  }));

Deno.test({
  name: "`verify` on a CPU of another arithmetic gives the statistical answer",
  // A CPU without fused multiply-adds cannot be made to lack them.
  ignore: (await openDevice({ backend: "wasm" })).numerics !== "wasm-fma",
  fn: () =>
    withRuns(3, async (out, run) => {
      const verify = async (folder: string) => {
        const args = await taskArguments("verify", out);
        const { code, stdout } = await new Deno.Command(Deno.execPath(), {
          args: ["run", "--v8-flags=--no-enable-fma3", ...args.slice(1), folder, "--out", out],
          cwd: root,
        }).output();
        return { code, said: oneLine(new TextDecoder().decode(stdout)) };
      };
      const { code, said } = await verify(run);
      assertStringIncludes(said, "By statistics the results agree: 2 of 2 judged metrics");
      assertEquals(code, 0, said);
    }),
});

Deno.test("`verify` runs a record's seeds again, all or none the same", () =>
  withRuns(2, async (out) => {
    await inProcess("record", lineFit, "--backend", "wasm", "--out", out);
    // A record is asked for by its experiment's name; this one has no place among the experiments.
    const unknown = await inProcess("verify", "line-fit.quick", "--out", out);
    assertEquals(unknown.status, 2);
    assertStringIncludes(oneLine(unknown.err), 'Cannot find experiment "line-fit"');
    const none = await inProcess("verify", "bandwidth-predictor.full", "--out", out);
    assertEquals(none.status, 2);
    assertStringIncludes(oneLine(none.err), "deno task record bandwidth-predictor --profile full");
    assertEquals(
      (await readJson(recordPath(out, "line-fit", "quick"), recordSchema)) === null,
      false,
    );
  }));

Deno.test("`verify` refuses what it cannot run again", () =>
  withRuns(1, async (out, run) => {
    const refused = async (...args: string[]) => {
      const { status, err } = await inProcess("verify", ...args, "--out", out);
      assertEquals(status, 2);
      return oneLine(err);
    };
    assertStringIncludes(await refused(), "give one run or one record");
    assertStringIncludes(await refused("ffffffffffff"), 'Cannot find run "ffffffffffff"');
    const manifest = join(run, "manifest.json");
    const text = await Deno.readTextFile(manifest);
    await Deno.writeTextFile(manifest, text.slice(0, 300));
    assertStringIncludes(await refused(run), "it is not JSON");
    await Deno.remove(manifest);
    assertStringIncludes(await refused(run), "it has no manifest.json");
    await Deno.writeTextFile(
      manifest,
      text.replace('"tests/testdata/line_fit.ts",', '"tests/gone.ts",'),
    );
    assertStringIncludes(await refused(run), "Cannot load experiment file");
    assertEquals(
      decodeSafetensors(await Deno.readFile(join(run, "model", "line.safetensors")), "").tensors
        .size,
      2,
    );
  }));
