/**
 * Finds one run by what a person gives: its id, the beginning of it, or its directory.
 *
 * @module
 */

import { resolve } from "@std/path";
import { InputError } from "../../numeric/errors.ts";
import { readResult } from "../checksums.ts";
import { factsOf, type IndexedRun, listRuns } from "./run_index.ts";

/** A run's id, or enough of its beginning. */
const idOrPrefix = /^[0-9a-f]{4,12}$/;

/** How many candidates an error names. */
const NAMED = 5;

/**
 * Finds the complete run that is meant. What looks like an id is looked up under `reports` first; a
 * directory may stand anywhere and be called anything.
 *
 * @param reports The reports folder.
 * @param name A run id, its first digits (4 or more), or the path of a run's directory.
 * @param from Folder that relative paths start from.
 * @param skipped Told of each damaged result under `reports`, in one paragraph.
 * @throws {InputError} When there is no such run, more than one, or its result is damaged.
 *
 * @example
 * ```ts
 * import { InputError } from "assay";
 * import { findRun } from "assay/cli";
 * import { assertRejects } from "@std/assert";
 *
 * const empty = await Deno.makeTempDir();
 * await assertRejects(() => findRun(empty, "0123abcd", empty, () => {}), InputError, "none yet");
 * ```
 */
export async function findRun(
  reports: string,
  name: string,
  from: string,
  skipped: (message: string) => void,
): Promise<IndexedRun> {
  const runs = listRuns(reports, skipped);
  const matches = idOrPrefix.test(name) ? runs.filter(({ runId }) => runId.startsWith(name)) : [];
  if (matches.length === 1) return matches[0]!;
  if (matches.length > 1) throw new InputError(ambiguous(name, matches));
  const directory = resolve(from, name);
  if (!isFolder(directory)) throw new InputError(unknown(reports, name, from, runs));
  const result = await readResult(directory);
  if (result) return { ...factsOf(result), directory };
  throw new InputError(
    `Cannot use ${directory} as a run: it holds no result.json, so it is another folder or its run ` +
      `did not finish. Give the directory of a complete run, or its id.`,
  );
}

function ambiguous(name: string, matches: readonly IndexedRun[]): string {
  const named = matches.slice(0, NAMED).map(({ directory, seed }) => `${directory} (seed ${seed})`);
  const more = matches.length > NAMED ? ` and ${matches.length - NAMED} more` : "";
  return `Cannot tell which run "${name}" is: the ids of ${matches.length} begin with it: ${
    named.join(", ")
  }${more}. Give more digits, or the directory.`;
}

function unknown(
  reports: string,
  name: string,
  from: string,
  runs: readonly IndexedRun[],
): string {
  const counts = [...Map.groupBy(runs, ({ experiment }) => experiment)]
    .map(([experiment, { length }]) => `${length} of ${experiment}`);
  const there = counts.length > 0
    ? `There are ${counts.join(", ")}; deno task list --json names them.`
    : `There is none yet; deno task experiment makes some.`;
  return `Cannot find run "${name}": no run under ${reports} has an id that begins so (a run id has ` +
    `12 hexadecimal digits, of which the first 4 or more are enough), and ${from} has no such ` +
    `folder. ${there}`;
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
