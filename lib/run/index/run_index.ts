/**
 * What has been run: every complete run under a reports folder. The files are the truth; what was read
 * from them is kept in `.index.sqlite`, so that a result is read again only when it has changed.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { InputError } from "../../numeric/errors.ts";
import { sha256Hex } from "../../numeric/digest.ts";
import { sumProblem } from "../checksums.ts";
import { parseJson } from "../files.ts";
import { loadRows, type RunFacts, type RunRow, saveRows } from "./table.ts";
import { type Result, resultSchema } from "../schema.ts";
import { type ResultFile, resultFiles } from "./tree.ts";

/** A complete run found on disk. */
export interface IndexedRun extends RunFacts {
  readonly directory: string;
}

/**
 * The complete runs under `reports`, by experiment, profile (`quick` before `full`), seed and id.
 * A result that is damaged or not in its place is told to `skipped` each time, in one paragraph, and
 * left out.
 */
export function listRuns(reports: string, skipped: (message: string) => void): IndexedRun[] {
  const runs: IndexedRun[] = [];
  const misplaced: IndexedRun[] = [];
  for (const { path, run, problem } of upToDate(reports, skipped)) {
    const directory = join(reports, path);
    if (problem !== null) skipped(`Cannot read ${join(directory, "result.json")}: ${problem}`);
    else (path === placeOf(run) ? runs : misplaced).push({ ...run, directory });
  }
  // A copy of a whole folder deserves one paragraph, not one for each run.
  for (const [first, ...more] of Map.groupBy(misplaced, (run) => dirname(run.directory)).values()) {
    skipped(
      `Cannot list the run in ${first!.directory}${
        more.length > 0 ? ` and ${more.length} beside it` : ""
      }: its result says that it belongs in ${join(reports, placeOf(first!))}. It was copied or ` +
        `renamed by hand; put it there, or keep it outside ${reports}.`,
    );
  }
  return runs.sort((a, b) =>
    order(a.experiment, b.experiment) || order(b.profile, a.profile) || a.seed - b.seed ||
    order(a.runId, b.runId)
  );
}

/** What an index says of a result's run. */
export function factsOf({ experiment, profile, seed, runId, contract }: Result): RunFacts {
  const { backend, numerics, promise } = contract;
  return { experiment, profile, seed, runId, backend, numerics, promise };
}

/**
 * A row for each result under `reports`. A row holds while its file has the same size and time, be the
 * other time later or earlier: clocks jump, and directories are copied.
 */
function upToDate(reports: string, skipped: (message: string) => void): RunRow[] {
  const table = join(reports, ".index.sqlite");
  const known = new Map(loadRows(table).map((row) => [row.path, row]));
  const rows: RunRow[] = [];
  const changed: RunRow[] = [];
  for (const file of resultFiles(reports, skipped)) {
    let row = known.get(file.path) ?? null;
    known.delete(file.path);
    if (row?.size !== file.size || row.modified !== file.modified) {
      row = readRow(reports, file, skipped);
      if (row) changed.push(row);
    }
    if (row) rows.push(row);
  }
  const gone = [...known.keys()];
  if (changed.length > 0 || gone.length > 0) saveRows(table, changed, gone);
  return rows;
}

/**
 * Reads a result. One that cannot be opened may be readable tomorrow, unchanged, and one that is not what its
 * checksum says may get the right one: they have no row.
 */
function readRow(
  reports: string,
  file: ResultFile,
  skipped: (message: string) => void,
): RunRow | null {
  const folder = join(reports, file.path);
  const path = join(folder, "result.json");
  let bytes: Uint8Array;
  let altered: string | null;
  try {
    bytes = Deno.readFileSync(path);
    altered = sumProblem(folder, "result.json", sha256Hex(bytes));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      skipped(`Cannot read ${path}: ${(error as Error).message}. Check its permissions.`);
    }
    return null;
  }
  try {
    const run = factsOf(parseJson(new TextDecoder().decode(bytes), resultSchema));
    if (altered === null) return { ...file, run, problem: null };
    skipped(`Cannot read ${path}: ${altered}`);
    return null;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ...file, run: null, problem: error.message };
  }
}

function placeOf({ experiment, profile, runId }: RunFacts): string {
  return `${experiment}/${profile}/${runId}`;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
