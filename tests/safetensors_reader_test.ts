/** Readers that are not ours read our files: one that knows the format's description only, and Hugging Face's. */

import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { readSafetensors } from "../lib/dataset/safetensors.ts";
import { sha256Hex } from "../lib/numeric/digest.ts";
import { inProcess, withFolder } from "./command_line.ts";
import { command, entries, folderOf } from "./interrupted_runs.ts";

/** The interpreter of Debian's packages: `apt-get install python3-numpy`, which python3-onnx brings along. */
const python = "/usr/bin/python3";
const script = fromFileUrl(new URL("read_safetensors.py", import.meta.url));

function runs(...code: string[]): boolean {
  try {
    return new Deno.Command(python, { args: ["-c", ...code], stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** What a reader says of files. */
async function readBy(reader: "own" | "package", paths: readonly string[]): Promise<unknown> {
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: [script, reader, ...paths],
  }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The same of our own. */
async function described(path: string): Promise<unknown> {
  const { tensors, metadata } = await readSafetensors(path);
  const arrays = Array.from(tensors, ([name, { shape, data }]) => {
    const [, letter, bits] = /^(?:Big)?([FIU]).*?(\d+)Array$/.exec(data.constructor.name)!;
    const { buffer, byteOffset, byteLength } = data;
    const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    return [name, [`${letter!.toLowerCase()}${Number(bits) / 8}`, shape, sha256Hex(bytes)]];
  });
  return { metadata: Object.fromEntries(metadata), arrays: Object.fromEntries(arrays) };
}

/** Compares on the weights, the histories and the checkpoints of a run. */
async function agrees(reader: "own" | "package"): Promise<void> {
  await withFolder(async (out) => {
    const { status, err } = await inProcess(...command("wasm"), "--out", out);
    assertEquals(status, 0, err);
    const [id] = entries(folderOf(out)).filter((name) => /^[0-9a-f]{12}$/.test(name));
    const folder = join(folderOf(out), id!);
    const sums = await Deno.readTextFile(join(folder, "SHA256SUMS"));
    const files = sums.split("\n").map((line) => line.slice(66))
      .filter((path) => path.endsWith(".safetensors"));
    const kinds = [...new Set(files.map((path) => path.replace(/[-/].*/, "")))].sort();
    assertEquals(kinds, ["checkpoint", "history", "model"]);
    const paths = files.map((path) => join(folder, path));
    assertEquals(await readBy(reader, paths), await Promise.all(paths.map(described)));
  });
}

Deno.test({
  name:
    "weights, histories and checkpoints are read by a reader made from the format's description",
  ignore: !runs("import numpy"),
  fn: () => agrees("own"),
});

Deno.test({
  name: "weights, histories and checkpoints are read by Hugging Face's safetensors",
  ignore: !runs("import numpy, safetensors"),
  fn: () => agrees("package"),
});
