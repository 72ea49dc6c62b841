import { assert, assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "@std/path";
import { InputError } from "../numeric/errors.ts";
import { alteredFiles, CHECKSUMS, readResult, writeChecksums } from "./checksums.ts";
import { writeResult } from "./index/testing.ts";

/** Runs `action` with the folder of a complete run. */
async function withRun(action: (folder: string) => Promise<void>): Promise<void> {
  const reports = await Deno.makeTempDir();
  const folder = dirname(writeResult(reports));
  await Deno.mkdir(join(folder, "model", "nested"), { recursive: true });
  await Deno.writeTextFile(join(folder, "model", "nested", "a b.safetensors"), "weights");
  await Deno.writeTextFile(join(folder, "events.jsonl"), "");
  await Deno.writeTextFile(join(folder, "report.html"), "page");
  await writeChecksums(folder);
  await action(folder);
  await Deno.remove(reports, { recursive: true });
}

Deno.test("`writeChecksums()` writes what `sha256sum --check` reads", () =>
  withRun(async (folder) => {
    const { success, stdout } = await new Deno.Command("sha256sum", {
      args: ["--check", "--strict", CHECKSUMS],
      cwd: folder,
    }).output();
    assert(success);
    assertEquals(
      new TextDecoder().decode(stdout),
      [
        "events.jsonl: OK\n",
        "model/nested/a b.safetensors: OK\n",
        "result.json: OK\n",
      ].join(""),
    );
  }));

Deno.test("`alteredFiles()` names what was altered, is missing or was added, and no page", () =>
  withRun(async (folder) => {
    await Deno.writeTextFile(join(folder, "report.html"), "another page");
    assertEquals(await alteredFiles(folder), []);
    await Deno.writeTextFile(join(folder, "events.jsonl"), "\n");
    await Deno.remove(join(folder, "model"), { recursive: true });
    await Deno.writeTextFile(join(folder, "notes.txt"), "mine");
    assertEquals(await alteredFiles(folder), [
      "events.jsonl was altered",
      "model/nested/a b.safetensors is missing",
      "notes.txt was added",
    ]);
    await Deno.remove(join(folder, CHECKSUMS));
    assertEquals(await alteredFiles(folder), ["SHA256SUMS is missing"]);
  }));

Deno.test("`readResult()` gives the result that was written, or refuses", () =>
  withRun(async (folder) => {
    const path = join(folder, "result.json");
    const text = await Deno.readTextFile(path);
    assertEquals((await readResult(folder))!.metrics, { r: 0.5 });
    const refuses = (says: string) => assertRejects(() => readResult(folder), InputError, says);
    await Deno.writeTextFile(path, text.replace("0.5", "0.6"));
    await refuses(`Cannot read ${path}: it was altered after it was written`);
    await Deno.writeTextFile(path, text.slice(0, 50));
    await refuses("it is not JSON");
    await Deno.writeTextFile(path, text);
    const sums = await Deno.readTextFile(join(folder, CHECKSUMS));
    await Deno.writeTextFile(join(folder, CHECKSUMS), sums.replace(/.*result.json\n/, ""));
    await refuses("SHA256SUMS beside it has no line for it");
    await Deno.remove(join(folder, CHECKSUMS));
    await refuses("there is no SHA256SUMS beside it");
    await Deno.remove(path);
    assertEquals(await readResult(folder), null);
  }));
