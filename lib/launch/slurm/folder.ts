/**
 * The folder of a submission, `.slurm/<name>/` among the reports, by which the command and the runs speak
 * on whatever nodes they are: `manifest.json` says what to run, `ends/<index>.json` how it went.
 *
 * @module
 */

import { join } from "@std/path";
import { namesIn, writeJson } from "../../run/files.ts";
import type { Ending } from "../message.ts";
import type { Manifest } from "./manifest.ts";

/** Where the submissions of a reports folder stand. */
export function submissionsFolder(reports: string): string {
  return join(reports, ".slurm");
}

/** Writes the manifest of a submission. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeJson(join(folder, "manifest.json"), manifest);
}

/** The manifest of a submission; `null` where there is none. */
export function readManifest(folder: string): Manifest | null {
  return readIfThere(join(folder, "manifest.json"));
}

/** Says how the run of a task ended, or with `null` that it is being made. */
export function writeEnd(folder: string, index: number, end: Ending | null): void {
  const path = endPath(folder, index);
  if (end === null) {
    Deno.mkdirSync(join(folder, "ends"), { recursive: true });
    removeIfThere(path);
    return;
  }
  Deno.writeTextFileSync(`${path}.tmp`, JSON.stringify(end));
  Deno.renameSync(`${path}.tmp`, path);
}

/** Which tasks have said how their runs ended. */
export function endedIn(folder: string): number[] {
  return namesIn(join(folder, "ends"), ({ name }) => /^\d+\.json$/.test(name))
    .map((name) => parseInt(name));
}

/** How the run of a task ended, as it said; `null` where it has not. */
export function readEnd(folder: string, index: number): Ending | null {
  return readIfThere(endPath(folder, index));
}

/** How runs ended that were submitted from a reports folder, by their ids. */
export function endsAmong(reports: string): Map<string, Ending> {
  const ends = new Map<string, Ending>();
  const submissions = submissionsFolder(reports);
  for (const name of namesIn(submissions, ({ isDirectory }) => isDirectory)) {
    const folder = join(submissions, name);
    const runs = readManifest(folder)?.runs ?? [];
    for (const index of endedIn(folder)) {
      const end = readEnd(folder, index);
      if (end !== null && index < runs.length) ends.set(runs[index]!.runId, end);
    }
  }
  return ends;
}

function endPath(folder: string, index: number): string {
  return join(folder, "ends", `${index}.json`);
}

function readIfThere<T>(path: string): T | null {
  try {
    return JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
