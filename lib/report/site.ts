/**
 * A folder for any static host: index, pages, JSON and figures of all reports, with relative links
 * only.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path";
import { fileDigest, namesIn, writeJson, writeWhole } from "../run/files.ts";
import { lockRun } from "../run/lock.ts";
import { buildPages } from "./collect.ts";
import { renderIndex } from "./index_page.ts";
import type { Skipped } from "./read_report.ts";
import { renderClaims } from "./site/claims_page.ts";
import { renderExperiments } from "./site/experiments_page.ts";
import {
  claimsDocument,
  experimentsDocument,
  indexDocument,
  runsDocument,
  type SiteContent,
  sweepsDocument,
} from "./site/gather.ts";
import { DocumentKeeper } from "./site/keeper.ts";
import { checkLinks } from "./site/links.ts";

/** Name of the file with the digests of all others. */
const SUMS = "SHA256SUMS";

/**
 * Builds the site from the files under `reports` in a folder of its own, checks that nothing in it
 * points outside and that every link leads somewhere, and puts it in the place of `site` at the end: a reader
 * finds the old one or the new one. Runs may be made meanwhile: those are in it that were complete when it came to
 * them, each as one making of it left it. Two at once build one after the other.
 *
 * @param reports The reports folder.
 * @param site The site's folder; what is there is replaced.
 * @param skipped Told of each file or page that had to be left out, in one paragraph.
 * @returns Paths of all files, relative to `site`, with `/`, sorted.
 * @throws {InputError} When a page points outside the site, or the folder cannot be written.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * const reports = await Deno.makeTempDir();
 * assert((await publishSite(reports, `${reports}/site`)).includes("api/claims.json"));
 * await Deno.remove(reports, { recursive: true });
 * ```
 */
export async function publishSite(
  reports: string,
  site: string,
  skipped: Skipped = () => {},
): Promise<string[]> {
  const [above, name] = [dirname(site), basename(site)];
  await Deno.mkdir(above, { recursive: true });
  using _lock = await lockRun(
    join(above, ".locks", name),
    `process ${Deno.pid}`,
    (other) => skipped(`Another publication, of ${other}, is building the site; waiting for it.`),
  );
  await removeLeftovers(above, name);
  const built = await Deno.makeTempDir({ dir: above, prefix: `.${name}-` });
  try {
    // A temporary folder is its owner's alone; a host must be able to read it.
    if (Deno.build.os !== "windows") await Deno.chmod(built, 0o755);
    const keeper = new DocumentKeeper(built, skipped);
    const content = await buildPages(reports, { into: built, site: keeper }, skipped);
    const own = await writeSitePages(built, content);
    const pages = [...content.pages, ...own.pages];
    const files = [...pages, ...keeper.written, ...own.documents].sort();
    await checkLinks(built, pages, new Set(files));
    await writeSums(built, files);
    await putInPlace(built, site);
    return [...files, SUMS].sort();
  } catch (error) {
    await Deno.remove(built, { recursive: true }).catch(() => {});
    throw error;
  }
}

/**
 * Writes what a site has beside the pages of reports, runs and sweeps: its index with the search, the lists of
 * experiments and claims, and the JSON.
 */
export async function writeSitePages(
  built: string,
  content: SiteContent,
): Promise<{ readonly pages: string[]; readonly documents: string[] }> {
  const index = indexDocument(content);
  const experiments = experimentsDocument(content);
  const claims = claimsDocument(content);
  const pages: Record<string, string> = {
    "claims.html": await renderClaims(claims),
    "experiments.html": await renderExperiments(experiments, index),
    "index.html": await renderIndex(content.reports, content.sweeps, content),
  };
  const documents: Record<string, unknown> = {
    "api/claims.json": claims,
    "api/experiments.json": experiments,
    "api/index.json": index,
    "api/runs.json": runsDocument(content),
    "api/sweeps.json": sweepsDocument(content),
  };
  for (const [path, page] of Object.entries(pages)) await writeWhole(join(built, path), page);
  for (const [path, value] of Object.entries(documents)) await writeJson(join(built, path), value);
  return { pages: Object.keys(pages), documents: Object.keys(documents) };
}

async function writeSums(built: string, files: readonly string[]): Promise<void> {
  const lines: string[] = [];
  for (const path of files) lines.push(`${await fileDigest(join(built, path))}  ${path}\n`);
  await writeWhole(join(built, SUMS), lines.join(""));
}

/** What a publication left that was killed. */
async function removeLeftovers(above: string, name: string): Promise<void> {
  const own = ({ isDirectory, name: entry }: Deno.DirEntry) =>
    isDirectory && entry.startsWith(`.${name}-`);
  for (const folder of namesIn(above, own)) {
    await Deno.remove(join(above, folder), { recursive: true });
  }
}

async function putInPlace(built: string, site: string): Promise<void> {
  const old = `${built}-old`;
  let replaced = true;
  try {
    await Deno.rename(site, old);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    replaced = false;
  }
  try {
    await Deno.rename(built, site);
  } catch (error) {
    if (replaced) await Deno.rename(old, site);
    throw error;
  }
  if (replaced) await Deno.remove(old, { recursive: true });
}
