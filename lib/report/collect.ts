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
import type { Destination } from "./destination.ts";
import { renderIndex } from "./index_page.ts";
import { type Link, type PageInput, renderPage, renderRunPage } from "./page.ts";
import { findReports, type FoundReport, readReport, type Skipped } from "./read_report.ts";
import type { PublishedReport, SiteContent } from "./site/gather.ts";

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
export async function rebuildPages(
  reports: string,
  skipped: Skipped = () => {},
): Promise<string[]> {
  const { reports: entries, sweeps, pages } = await buildPages(reports, { into: reports }, skipped);
  await writeWhole(join(reports, "index.html"), await renderIndex(entries, sweeps));
  return [...pages, "index.html"];
}

/** Builds the pages of reports, runs and sweeps under `reports`. */
export async function buildPages(
  reports: string,
  destination: Destination,
  skipped: Skipped,
): Promise<SiteContent> {
  const pages = new Set<string>();
  const entries: PublishedReport[] = [];
  const sweeps = await findSweeps(reports, skipped);
  for (const found of await findReports(reports, skipped)) {
    try {
      const input = await readReport(reports, found, skipped);
      const written = await writeReport(destination, found, input, sweeps);
      for (const page of written) pages.add(page);
      if (written.length > 0) entries.push(entryOf(found));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      skipped(`No page for ${found.experiment} at ${found.profile}: ${error.message}`);
    }
  }
  const shown: Sweep[] = [];
  for (const sweep of sweeps) {
    try {
      const there = (path: string) => pages.has(path);
      const written = await buildSweepPages(reports, destination, sweep, there, skipped);
      for (const page of written) pages.add(page);
      shown.push(sweep);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      skipped(`No page for sweep ${sweep.sweepId} of ${sweep.experiment}: ${error.message}`);
    }
  }
  return { reports: entries, sweeps: shown, pages };
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
  const input = await readReport(reports, found, skipped);
  await writeReport({ into: reports }, found, input, []);
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
  const there = (path: string) => isFile(join(reports, path));
  await buildSweepPages(reports, { into: reports }, sweep, there, skipped);
  await writeIndex(reports, await findReports(reports, () => {}));
}

async function writeIndex(reports: string, found: readonly FoundReport[]): Promise<void> {
  const sweeps = await findSweeps(reports, () => {});
  await writeWhole(join(reports, "index.html"), await renderIndex(found.map(entryOf), sweeps));
}

/** The pages of a report and its runs; none where a site does not take it. */
async function writeReport(
  { into, site }: Destination,
  { experiment, profile }: FoundReport,
  input: PageInput,
  sweeps: readonly Sweep[],
): Promise<string[]> {
  const folder = `${experiment}/${profile}`;
  if (site && !await site.report(folder, input)) return [];
  const around = { site: site !== undefined, sweeps: site ? linksTo(sweeps, input) : [] };
  const pages: [string, string][] = [];
  for (const run of input.runs) {
    const { runId } = run.result;
    const place = `${folder}/${runId}`;
    pages.push([`${place}/report.html`, await renderRunPage(input, runId, undefined, around)]);
    await site?.run(place, run);
  }
  pages.push([`${folder}/report.html`, await renderPage(input, around)]);
  for (const [path, page] of pages) await writeWhole(join(into, path), page);
  return pages.map(([path]) => path);
}

/** The sweeps over an experiment at a profile, from the report's folder. */
function linksTo(sweeps: readonly Sweep[], { summary }: PageInput): Link[] {
  return sweeps
    .filter(({ experiment, profile }) =>
      experiment === summary.experiment && profile === summary.profile
    )
    .map(({ sweepId, axes, cells }) => ({
      href: `../sweeps/${sweepId}/sweep.html`,
      name: `${axes.map(({ key }) => key).join(" × ")}, ${cells.length} cells`,
    }));
}

function entryOf({ experiment, profile, summary, startedAt }: FoundReport): PublishedReport {
  return { summary, startedAt, href: `${experiment}/${profile}/report.html` };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
