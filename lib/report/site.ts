/**
 * A folder for any static host: index, pages, JSON and figures of all reports, with relative links
 * only.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path";
import { InputError } from "../numeric/errors.ts";
import { writeWhole } from "../run/files.ts";
import { buildPages } from "./collect.ts";
import { intactFigures, type Skipped } from "./read_report.ts";

/**
 * Builds the site from the files under `reports` in a folder of its own, checks that nothing in it
 * points outside and that every link leads somewhere, and puts it in the place of `site` at the end: a reader
 * finds the old one or the new one.
 *
 * @param reports The reports folder.
 * @param site The site's folder; what is there is replaced.
 * @param skipped Told of each file or page that had to be left out, in one paragraph.
 * @returns Paths of all files, relative to `site`, with `/`, sorted.
 * @throws {InputError} When a page points outside the site, or the folder cannot be written.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const reports = await Deno.makeTempDir();
 * assertEquals(await publishSite(reports, `${reports}/site`), ["index.html"]);
 * await Deno.remove(reports, { recursive: true });
 * ```
 */
export async function publishSite(
  reports: string,
  site: string,
  skipped: Skipped = () => {},
): Promise<string[]> {
  await Deno.mkdir(dirname(site), { recursive: true });
  const built = await Deno.makeTempDir({ dir: dirname(site), prefix: `.${basename(site)}-` });
  try {
    // A temporary folder is its owner's alone; a host must be able to read it.
    if (Deno.build.os !== "windows") await Deno.chmod(built, 0o755);
    const pages = await buildPages(reports, built, skipped);
    const documents = await copyDocuments(reports, built, pages);
    const files = [...pages, ...documents].sort();
    await checkLinks(built, pages, new Set(files));
    await putInPlace(built, site);
    return files;
  } catch (error) {
    await Deno.remove(built, { recursive: true }).catch(() => {});
    throw error;
  }
}

/** Copies the JSON and the figures that stand behind the pages that were built. */
async function copyDocuments(
  reports: string,
  built: string,
  pages: readonly string[],
): Promise<string[]> {
  const copied: string[] = [];
  for (const page of pages) {
    const folder = dirname(page);
    for (const name of await documentsOf(reports, page)) {
      const path = `${folder}/${name}`;
      await writeWhole(join(built, path), await Deno.readFile(join(reports, path)));
      copied.push(path);
    }
  }
  return copied;
}

/** Paths of the documents behind a page, relative to its folder. */
async function documentsOf(reports: string, page: string): Promise<string[]> {
  const [, , run, file] = page.split("/");
  if (file === "sweep.html") return ["sweep.json"];
  if (run === "report.html") return ["summary.json"];
  if (file !== "report.html") return [];
  return ["manifest.json", "result.json", ...await intactFigures(join(reports, dirname(page)))];
}

async function checkLinks(
  built: string,
  pages: readonly string[],
  files: ReadonlySet<string>,
): Promise<void> {
  for (const page of pages) {
    for (const address of references(await Deno.readTextFile(join(built, page)))) {
      if (address.startsWith("#") || address.startsWith("data:")) continue;
      const path = localPath(page, address);
      if (path === null || !files.has(path)) {
        throw new InputError(
          `Cannot publish ${page}: it points to "${address}", which is ${
            path === null ? "outside the site" : `not part of the site (no ${path})`
          }. A published page holds relative links to the site's own files only; run ` +
            `"deno task report", and report this as a fault of Assay when it stays.`,
        );
      }
    }
  }
}

/**
 * The addresses a page's markup and style refer to. The contents of scripts are left out: the content
 * security policy keeps them from loading anything.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(references('<a href="a.html">x</a><style>b{background:url(c.png)}</style>'), [
 *   "a.html",
 *   "c.png",
 * ]);
 * ```
 */
export function references(page: string): string[] {
  const visible = page.replace(/(<script\b[^>]*>)[\s\S]*?<\/script>/gi, "$1");
  const attributes = visible.matchAll(
    /<[^>]*?\s(?:href|src|srcset|action|formaction|poster|data|xlink:href)="([^"]*)"/gi,
  );
  const styles = visible.matchAll(/(?:url\(\s*|@import\s+)["']?([^"')\s]+)/gi);
  return [...attributes, ...styles].map(([, address]) => address!);
}

/** The file that a link leads to, relative to the site; `null` when it leaves the site. */
function localPath(page: string, address: string): string | null {
  const root = "http://site.invalid/";
  const url = new URL(address, root + page);
  const inside = url.href.startsWith(root) && !/^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(address);
  // More ".." than there are folders would stop at the root unseen.
  const climbs = address.split("/").filter((part) => part === "..").length;
  if (!inside || climbs >= page.split("/").length) return null;
  return decodeURIComponent(url.pathname.slice(1));
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
