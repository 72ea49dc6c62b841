/**
 * What has been run: reads the run directories under a reports folder. The files are the truth.
 *
 * @module
 */

import { join } from "@std/path";
import { namesIn, readJson } from "./files.ts";
import { type Result, resultSchema } from "./schema.ts";

/** A complete run found on disk. */
export interface IndexedRun {
  readonly directory: string;
  readonly result: Result;
}

/** A run directory's name. */
const runName = /^[0-9a-f]{12}$/;

/**
 * The complete runs of an experiment under `reports`, by profile, seed and id. Damaged results are
 * reported to `skipped` and left out.
 */
export async function listRuns(
  reports: string,
  experiment: string,
  skipped: (message: string) => void,
): Promise<IndexedRun[]> {
  const runs: IndexedRun[] = [];
  for (const profile of folders(join(reports, experiment))) {
    for (
      const name of folders(join(reports, experiment, profile)).filter((name) => runName.test(name))
    ) {
      const directory = join(reports, experiment, profile, name);
      try {
        const result = await readJson(join(directory, "result.json"), resultSchema);
        if (result) runs.push({ directory, result });
      } catch (error) {
        skipped((error as Error).message);
      }
    }
  }
  return runs.sort((a, b) =>
    a.result.profile === b.result.profile
      ? a.result.seed - b.result.seed
      : a.result.profile < b.result.profile
      ? 1
      : -1
  );
}

function folders(folder: string): string[] {
  return namesIn(folder, ({ isDirectory }) => isDirectory);
}
