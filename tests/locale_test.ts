/** What a command says and what a run leaves behind know neither the locale nor the time zone. */

import { assertEquals } from "@std/assert";
import { join, relative } from "@std/path";
import { root } from "../lib/cli/streams.ts";
import { sha256Hex } from "../lib/numeric/digest.ts";
import { manifestSchema } from "../lib/run/schema.ts";
import { asProcess } from "./command_line.ts";

Deno.test("stdout and every file of a run are the same in another locale and time zone", async (t) => {
  const plain = await outputIn("C", "UTC");
  for (
    const [locale, timeZone] of [
      ["de_DE.UTF-8", "Asia/Kolkata"],
      ["tr_TR.UTF-8", "America/St_Johns"],
    ] as const
  ) {
    await t.step(`${locale}, ${timeZone}`, async () => {
      const other = await outputIn(locale, timeZone);
      assertEquals([...other.keys()], [...plain.keys()]);
      for (const [name, text] of other) {
        // Line by line: pages are long.
        const [here, there] = [text.split("\n"), plain.get(name)!.split("\n")];
        here.forEach((line, i) => assertEquals(line, there[i], name));
        assertEquals(here.length, there.length, name);
      }
    });
  }
});

/**
 * What an experiment prints and writes, by name. The reports folder, the moments at which runs started (in
 * UTC, as they should be told), how long they took and, as both are in there, digests of documents are left out.
 */
async function outputIn(locale: string, timeZone: string): Promise<Map<string, string>> {
  const folder = await Deno.makeTempDir();
  try {
    const { status, out, err } = await asProcess(
      folder,
      ["experiment", join(root, "tests", "testdata", "line_fit.ts"), "--backend", "wasm"],
      { env: { LANG: locale, LC_ALL: locale, TZ: timeZone } },
    );
    assertEquals(status, 0, err);
    const texts: [string, string][] = [[join(folder, "stdout"), out], ...textsUnder(folder)];
    const volatile = texts.filter(([name]) => name.endsWith("manifest.json")).flatMap(
      ([, text]) => {
        const { startedAt } = manifestSchema.parse(JSON.parse(text));
        return [startedAt, startedAt.slice(0, "YYYY-MM-DDThh:mm".length).replace("T", " ")];
      },
    ).concat(folder);
    return new Map(texts.map(([name, text]) => [
      relative(folder, name),
      volatile.reduce((text, word) => text.replaceAll(word, ""), text)
        .replaceAll(/"(total|train)": ?[\d.]+|>[\d.]+\ss</g, "")
        .replaceAll(/(?<=id="digest-\d+">|"result":")[0-9a-f]{64}/g, ""),
    ]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * The files under a folder as text, binary ones as their digests; without checkpoints, which hold the seconds
 * spent until then, logs, whose lines begin with the time, and checksums.
 */
function* textsUnder(folder: string): Generator<[string, string]> {
  for (const { name, isDirectory } of [...Deno.readDirSync(folder)].sort(byName)) {
    const path = join(folder, name);
    if (/^(checkpoint-.*|SHA256SUMS|log\.txt)$/.test(name)) continue;
    if (isDirectory) yield* textsUnder(path);
    else if (name.endsWith(".safetensors")) yield [path, sha256Hex(Deno.readFileSync(path))];
    else yield [path, Deno.readTextFileSync(path)];
  }
}

function byName(a: Deno.DirEntry, b: Deno.DirEntry): number {
  return a.name < b.name ? -1 : 1;
}
