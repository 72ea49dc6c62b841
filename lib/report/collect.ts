/**
 * From the files that runs left to the pages that show them.
 *
 * @module
 */

import { join } from "@std/path";
import { InputError } from "../numeric/errors.ts";
import { writeWhole } from "../run/files.ts";
import type { Sweep } from "../run/sweep_schema.ts";
import { buildSweepPages, findSweeps } from "./collect_sweeps.ts";
import { type IndexEntry, renderIndex } from "./index_page.ts";
import { type PageInput, renderPage, renderRunPage } from "./page.ts";
import { findReports, type FoundReport, readReport, type Skipped } from "./read_report.ts";

/**
 * Rebuilds every page under `reports` and its `index.html` from the files beside them. What cannot be
 * read or rendered is told to `skipped`, and the others are built all the same.
 *
 * @param reports The reports folder.
 * @param skipped Told of each file or page that had to be left out, in one paragraph.
 * @returns Paths of the pages written, relative to `reports`, with `/`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const empty = await Deno.makeTempDir();
 * assertEquals(await rebuildPages(empty), ["index.html"]);
 * await Deno.remove(empty, { recursive: true });
 * ```
 */
export function rebuildPages(reports: string, skipped: Skipped = () => {}): Promise<string[]> {
  return buildPages(reports, reports, skipped);
}

/** As {@linkcode rebuildPages}, from the files under `reports` into the folder `into`. */
export async function buildPages(
  reports: string,
  into: string,
  skipped: Skipped,
): Promise<string[]> {
  const written: string[] = [];
  const entries: IndexEntry[] = [];
  for (const found of await findReports(reports, skipped)) {
    try {
      written.push(...await writeReport(into, found, await readReport(reports, found, skipped)));
      entries.push(entryOf(found));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      skipped(`No page for ${found.experiment} at ${found.profile}: ${error.message}`);
    }
  }
  const shown: Sweep[] = [];
  for (const sweep of await findSweeps(reports, skipped)) {
    try {
      const there = new Set(written);
      written.push(
        ...await buildSweepPages(reports, into, sweep, (path) => there.has(path), skipped),
      );
      shown.push(sweep);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      skipped(`No page for sweep ${sweep.sweepId} of ${sweep.experiment}: ${error.message}`);
    }
  }
  await writeWhole(join(into, "index.html"), await renderIndex(entries, shown));
  return [...written, "index.html"];
}

/**
 * Writes the pages of one experiment at one profile and the index of all.
 *
 * @throws {InputError} When there is no readable summary of it, or a figure cannot be rendered.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => writePages("reports", "no-such-experiment", "quick"), Error, "no summary");
 * ```
 */
export async function writePages(
  reports: string,
  experiment: string,
  profile: string,
  skipped: Skipped = () => {},
): Promise<void> {
  const all = await findReports(reports, skipped);
  const found = all.find((one) => one.experiment === experiment && one.profile === profile);
  if (!found) {
    throw new InputError(
      `Cannot write the pages of ${experiment} at ${profile}: there is no summary under ${
        join(reports, experiment, profile)
      }. Run the experiment first.`,
    );
  }
  await writeReport(reports, found, await readReport(reports, found, skipped));
  await writeIndex(reports, all);
}

/**
 * Writes the page of a sweep that has just run, those of its runs that have none yet, and the index of all.
 * What cannot be read or rendered is told to `skipped`.
 */
export async function writeSweepPages(
  reports: string,
  sweep: Sweep,
  skipped: Skipped,
): Promise<void> {
  await buildSweepPages(reports, reports, sweep, (path) => isFile(join(reports, path)), skipped);
  await writeIndex(reports, await findReports(reports, () => {}));
}

async function writeIndex(reports: string, found: readonly FoundReport[]): Promise<void> {
  const sweeps = await findSweeps(reports, () => {});
  await writeWhole(join(reports, "index.html"), await renderIndex(found.map(entryOf), sweeps));
}

async function writeReport(
  into: string,
  { experiment, profile }: FoundReport,
  input: PageInput,
): Promise<string[]> {
  const folder = `${experiment}/${profile}`;
  const pages: [string, string][] = [];
  for (const { result: { runId } } of input.runs) {
    pages.push([`${folder}/${runId}/report.html`, await renderRunPage(input, runId)]);
  }
  pages.push([`${folder}/report.html`, await renderPage(input)]);
  for (const [path, page] of pages) await writeWhole(join(into, path), page);
  return pages.map(([path]) => path);
}

function entryOf({ experiment, profile, summary, startedAt }: FoundReport): IndexEntry {
  return { summary, startedAt, href: `${experiment}/${profile}/report.html` };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
