/**
 * Whether the page of a sweep is the one that would be written now, told by its last line: what draws pages takes
 * a while to load, and a sweep that is complete is asked for again and again.
 *
 * @module
 */

import { fromFileUrl, join } from "@std/path";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { sha256Hex } from "../numeric/digest.ts";
import { namesIn } from "../run/files.ts";
import { type Sweep, sweepPlace, sweepRuns } from "../run/sweep_schema.ts";

const here = fromFileUrl(new URL(".", import.meta.url));
/** Besides this folder, what pages depend on. */
const others = ["../run/sweep_schema.ts", "../run/events.ts", "../../deno.lock"];

/** The last line of a sweep's page: a digest of what it was made from, the sweep and the code that draws. */
export function madeFrom(sweep: Sweep): string {
  const files = [...sourcesUnder(""), ...others];
  const code = files.map((path) => sha256Hex(Deno.readTextFileSync(join(here, path))));
  return `<!-- made from ${sha256Hex(canonicalJson({ sweep, code }))} -->\n`;
}

/** Whether nothing of a sweep's pages has to be written again. */
export function isFresh(reports: string, sweep: Sweep): boolean {
  const { experiment, profile } = sweep;
  const pages = sweepRuns(sweep).filter(({ failure }) => failure === null)
    .map(({ runId }) => `${experiment}/${profile}/${runId}/report.html`);
  try {
    for (const path of ["index.html", ...pages]) Deno.statSync(join(reports, path));
    const page = Deno.readTextFileSync(join(reports, sweepPlace(sweep), "sweep.html"));
    return page.endsWith(madeFrom(sweep));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Paths of the modules in this folder, sorted. */
function sourcesUnder(below: string): string[] {
  const own = namesIn(
    join(here, below),
    ({ isFile, name }) => isFile && /(?<!_test)\.ts$/.test(name),
  );
  const folders = namesIn(join(here, below), ({ isDirectory }) => isDirectory);
  return [
    ...own.map((name) => below + name),
    ...folders.flatMap((name) => sourcesUnder(`${below}${name}/`)),
  ];
}
