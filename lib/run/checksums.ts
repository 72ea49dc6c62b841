/**
 * The checksums of a complete run, in the form `sha256sum --check` reads: whoever has the folder can see
 * that nothing in it was altered.
 *
 * @module
 */

import { join } from "@std/path";
import { InputError } from "../numeric/errors.ts";
import { fileDigest, namesIn, readJson, writeWhole } from "./files.ts";
import { type Result, resultSchema } from "./schema.ts";

/** Name of the file in a run's folder. */
export const CHECKSUMS = "SHA256SUMS";
/** Pages are drawn again from the other files whenever they are asked for. */
const UNSUMMED = new Set([CHECKSUMS, "report.html"]);

/** Writes the checksums of all files of a run's folder. */
export async function writeChecksums(folder: string): Promise<void> {
  const lines: string[] = [];
  for (const path of filesUnder(folder)) {
    lines.push(`${await fileDigest(join(folder, path))}  ${path}`);
  }
  await writeWhole(join(folder, CHECKSUMS), `${lines.join("\n")}\n`);
}

/** What is wrong with the files of a complete run, a phrase each; none when all are as they were written. */
export async function alteredFiles(folder: string): Promise<string[]> {
  const sums = await readChecksums(folder);
  if (sums === null) return [`${CHECKSUMS} is missing`];
  const wrong: string[] = [];
  for (const [path, digest] of sums) {
    const found = await fileDigest(join(folder, path)).catch((error) => {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    });
    if (found === null) wrong.push(`${path} is missing`);
    else if (found !== digest) wrong.push(`${path} was altered`);
  }
  for (const path of filesUnder(folder)) if (!sums.has(path)) wrong.push(`${path} was added`);
  return wrong;
}

/**
 * The result of a complete run; `null` when there is none.
 *
 * @throws {InputError} When it is not, bit for bit, what was written.
 */
export async function readResult(folder: string): Promise<Result | null> {
  const path = join(folder, "result.json");
  const result = await readJson(path, resultSchema);
  if (result === null) return null;
  const wanted = (await readChecksums(folder))?.get("result.json");
  if (wanted === await fileDigest(path)) return result;
  throw new InputError(
    `Cannot read ${path}: ${
      wanted === undefined
        ? `${CHECKSUMS} beside it has no line for it`
        : `it was altered after it was written, its checksum is not the one in ${CHECKSUMS}`
    }. Get the folder again from where it came, or run the experiment again.`,
  );
}

async function readChecksums(folder: string): Promise<Map<string, string> | null> {
  try {
    const text = await Deno.readTextFile(join(folder, CHECKSUMS));
    const lines = text.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm);
    return new Map(Array.from(lines, ([, digest, path]) => [path!, digest!]));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Paths of the files that are summed, relative to the folder, with `/`, sorted. */
function filesUnder(folder: string, below = ""): string[] {
  const here = join(folder, below);
  const own = namesIn(here, ({ isFile, name }) => isFile && !(below === "" && UNSUMMED.has(name)));
  const folders = namesIn(here, ({ isDirectory }) => isDirectory);
  return [
    ...own.map((name) => below + name),
    ...folders.flatMap((name) => filesUnder(folder, `${below}${name}/`)),
  ].sort();
}
