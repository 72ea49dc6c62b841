/**
 * The links of a site: every one leads to a file of the site.
 *
 * @module
 */

import { join } from "@std/path";
import { InputError } from "../../numeric/errors.ts";

/**
 * Refuses pages that point to anything but files of the site.
 *
 * @param built The site's folder.
 * @param pages Paths of its pages.
 * @param files Paths of all its files.
 * @throws {InputError} On the first address that leads elsewhere or nowhere.
 */
export async function checkLinks(
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
