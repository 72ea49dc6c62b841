/**
 * Where runs stand in a reports folder: `<experiment>/<profile>/<run-id>/`. Found by listing folders
 * and asking for sizes and times; no file is read.
 *
 * @module
 */

import { join } from "@std/path";
import { namesIn } from "../files.ts";

/** The `result.json` of a run's directory, as the file system has it. */
export interface ResultFile {
  /** The directory relative to the reports folder, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** A complete run's directory has a run's id for a name; `.partial`, `.old` and all else have not. */
const runName = /^[0-9a-f]{12}$/;

/** Folders of a reports folder that hold no experiment. */
const otherFolders = ["compare", "records", "site", "tensorboard"];

/** Names of the experiments that have a folder under `reports`, sorted. */
export function experimentFolders(reports: string): string[] {
  return foldersIn(reports).filter((name) => !otherFolders.includes(name));
}

/** Names of the folders in a folder, sorted, without those that begin with a dot. */
export function foldersIn(folder: string): string[] {
  return namesIn(folder, ({ isDirectory, name }) => isDirectory && !name.startsWith("."));
}

/**
 * The results of all runs under `reports`, by experiment, profile and id. What comes or goes meanwhile
 * is found or not; what cannot be looked at is told to `skipped`, in one paragraph.
 */
export function resultFiles(
  reports: string,
  skipped: (message: string) => void,
): ResultFile[] {
  const orSkip = <T>(place: string, look: () => T): T | null => {
    try {
      return look();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        skipped(
          `Cannot look for runs in ${place}: ${
            (error as Error).message
          }. They are left out; check ` +
            `its permissions.`,
        );
      }
      return null;
    }
  };
  const found: ResultFile[] = [];
  for (const experiment of orSkip(reports, () => experimentFolders(reports)) ?? []) {
    const above = join(reports, experiment);
    for (const profile of orSkip(above, () => foldersIn(above)) ?? []) {
      const folder = join(above, profile);
      for (const name of orSkip(folder, () => foldersIn(folder)) ?? []) {
        if (!runName.test(name)) continue;
        const directory = join(folder, name);
        const file = orSkip(directory, () => Deno.statSync(join(directory, "result.json")));
        if (!file) continue;
        found.push({
          path: `${experiment}/${profile}/${name}`,
          size: file.size,
          modified: file.mtime?.getTime() ?? 0,
        });
      }
    }
  }
  return found;
}
