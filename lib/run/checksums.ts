/**
 * The checksums of a complete run, in the form `sha256sum --check` reads: whoever has the folder can see
 * that nothing in it was altered.
 *
 * @module
 */

import { join } from "@std/path";
import { explaining } from "../dataset/explaining.ts";
import { InputError } from "../numeric/errors.ts";
import { fileDigest, namesIn, readJson, writeWhole } from "./files.ts";
import { LOG } from "./log.ts";
import { type Result, resultSchema } from "./schema.ts";

/** Name of the file in a run's folder. */
export const CHECKSUMS = "SHA256SUMS";
/** Pages are drawn again from the other files whenever they are asked for; a log proves nothing. */
const UNSUMMED = new Set([CHECKSUMS, "report.html", LOG]);

/** What can have happened to a file. */
export type Alteration = "is missing" | "was altered" | "was added";

/** Writes the checksums of files of a folder; of all of them where it is a run's. */
export async function writeChecksums(folder: string, paths = filesUnder(folder)): Promise<void> {
  const lines: string[] = [];
  for (const path of paths) {
    lines.push(`${await fileDigest(join(folder, path))}  ${path}`);
  }
  await writeWhole(join(folder, CHECKSUMS), `${lines.join("\n")}\n`);
}

/** What is wrong with the files of a complete run, a phrase each; none when all are as they were written. */
export async function alteredFiles(folder: string): Promise<string[]> {
  return Array.from(await alterations(folder), ([path, what]) => `${path} ${what}`);
}

/** The files of a complete run that are not as they were written, by path, and what is wrong with each. */
export async function alterations(folder: string): Promise<ReadonlyMap<string, Alteration>> {
  const sums = readChecksums(folder);
  if (sums === null) return new Map([[CHECKSUMS, "is missing"]]);
  const wrong = new Map<string, Alteration>();
  for (const [path, digest] of sums) {
    const found = await digestIn(folder, path);
    if (found === null) wrong.set(path, "is missing");
    else if (found !== digest) wrong.set(path, "was altered");
  }
  for (const path of filesUnder(folder)) if (!sums.has(path)) wrong.set(path, "was added");
  return wrong;
}

/**
 * Whether a file of a complete run is another than the one whose checksum stands beside it; not where none stands
 * there.
 *
 * @param folder Of the run.
 * @param path In it, with `/`.
 *
 * @example
 * ```ts
 * import { sha256Hex } from "assay";
 * import { isAltered } from "assay/cli";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/a.txt`, "as it was written");
 * await Deno.writeTextFile(`${folder}/SHA256SUMS`, `${sha256Hex("as it was written")}  a.txt\n`);
 * assertEquals(await isAltered(folder, "a.txt"), false);
 * await Deno.writeTextFile(`${folder}/a.txt`, "another");
 * assertEquals(await isAltered(folder, "a.txt"), true);
 * ```
 */
export async function isAltered(folder: string, path: string): Promise<boolean> {
  const wanted = readChecksums(folder)?.get(path);
  return wanted !== undefined && wanted !== await digestIn(folder, path);
}

/**
 * The result of a complete run; `null` when there is none.
 *
 * @throws {InputError} When it is not, bit for bit, what was written.
 */
export async function readResult(folder: string): Promise<Result | null> {
  const path = join(folder, "result.json");
  const result = await readJson(path, resultSchema);
  const digest = result && await digestIn(folder, "result.json");
  if (result === null || digest === null) return null;
  const problem = sumProblem(folder, "result.json", digest);
  if (problem === null) return result;
  throw new InputError(`Cannot read ${path}: ${problem}`);
}

/**
 * What speaks against a file of a complete run, to follow "Cannot read FILE: "; `null` when it is as it was
 * written.
 *
 * @param digest SHA-256 of the file, as hex.
 */
export function sumProblem(folder: string, path: string, digest: string): string | null {
  const sums = readChecksums(folder);
  const wanted = sums?.get(path);
  if (wanted === digest) return null;
  const found = sums === null
    ? `there is no ${CHECKSUMS} beside it`
    : wanted === undefined
    ? `${CHECKSUMS} beside it has no line for it`
    : `it was altered after it was written, its checksum is not the one in ${CHECKSUMS}`;
  return `${found}. Get the folder again from where it came, or run the experiment again.`;
}

/** Digest of a file in a folder; `null` when it is missing. */
async function digestIn(folder: string, path: string): Promise<string | null> {
  return await explaining(`read ${join(folder, path)}`, async () => {
    try {
      return await fileDigest(join(folder, path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  });
}

function readChecksums(folder: string): Map<string, string> | null {
  try {
    const text = Deno.readTextFileSync(join(folder, CHECKSUMS));
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
