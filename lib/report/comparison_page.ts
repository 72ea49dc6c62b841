/**
 * The page of a comparison of two runs: where they part, both curves, all in which they differ.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import { sha256Hex } from "../numeric/digest.ts";
import type { Compared } from "../run/compare/compare.ts";
import type { Comparison } from "../run/compare/comparison.ts";
import { headline } from "../run/compare/text.ts";
import { writeWhole } from "../run/files.ts";
import { htmlDocument } from "./document.ts";
import { bothLosses, lossDifferences, type TwoHistories } from "./figures/two_histories.ts";
import { type Html, markup } from "./html.ts";
import { bisectionSection } from "./sections/bisection.ts";
import {
  damageSection,
  differencesSection,
  loopsSection,
  metricsOfBoth,
  outcomeHead,
  runsSection,
} from "./sections/comparison.ts";
import { figuresSection } from "./sections/figures.ts";

/** Where the page stands. */
export interface ComparisonPlace {
  /** From the page to the index of all reports. */
  readonly index: string;
  /** From the page to the pages of the runs; `null` where there is none. */
  readonly runs: { readonly a: string | null; readonly b: string | null };
}

/**
 * Builds the page of a comparison. The same input gives the same bytes.
 *
 * @throws {InputError} When a figure cannot be rendered strictly, see {@linkcode renderFigure}.
 */
export async function renderComparison(
  { comparison, histories }: Compared,
  { index, runs }: ComparisonPlace,
): Promise<string> {
  const { experiment, runs: { a, b } } = comparison;
  const loops = histories.flatMap(({ loop, a, b }): TwoHistories[] => {
    const parting = comparison.loops.find((one) => one.loop === loop)?.parting?.step ?? null;
    return a && b ? [{ loop, a: a.trace.losses, b: b.trace.losses, parting }] : [];
  });
  const figures = [bothLosses(loops), lossDifferences(loops)].filter((figure) => figure !== null);
  const sections: [string, string, Html | null][] = [
    ["files", "Files", damageSection(comparison)],
    ["figures", "Figures", await figuresSection([{ heading: null, note: null, figures }])],
    ["operation", "First operation", bisectionSection(comparison.bisection)],
    ["differences", "Differences", differencesSection(comparison)],
    ["loops", "Loops", loopsSection(comparison)],
    ["metrics", "Metrics", metricsOfBoth(comparison)],
    ["runs", "Runs", runsSection(comparison, runs)],
  ];
  const present = sections.filter(([, , content]) => content !== null);
  return await htmlDocument({
    title: `${headline(comparison)}: ${experiment}, ${a.runId} and ${b.runId}`,
    live: figures.length > 0,
    head:
      markup`<p class="kicker"><span><b>Assay</b> · ${experiment} · comparison</span><a href="${index}">All experiments</a></p>
<h1>Run A, ${nameOf(a)}, and run B, ${nameOf(b)}</h1>
`,
    body: markup`${outcomeHead(comparison)}
<nav class="contents" aria-label="On this page"><ul>${
      present.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)
    }</ul></nav>
${present.map(([, , content]) => content)}`,
  });
}

function nameOf({ runId, seed }: Comparison["runs"]["a"]): Html {
  return markup`<code>${runId}</code> (seed ${seed})`;
}

/**
 * Writes the page of a comparison under the reports folder, in `compare/<A>-<B>/`.
 *
 * @returns Its path.
 * @throws {InputError} When it cannot be written.
 */
export async function writeComparison(reports: string, compared: Compared): Promise<string> {
  const { experiment, runs: { a, b } } = compared.comparison;
  const placeOf = async ({ profile, runId, directory }: Comparison["runs"]["a"]) => {
    const place = `${experiment}/${profile}/${runId}`;
    const own = resolve(directory) === resolve(reports, place);
    const page = await Deno.stat(join(reports, place, "report.html")).catch(() => null);
    return {
      // Of one run there may be several folders elsewhere.
      name: own ? runId : `${runId}.${sha256Hex(resolve(directory)).slice(0, 8)}`,
      page: own && page ? `../../${place}/report.html` : null,
    };
  };
  const [first, second] = [await placeOf(a), await placeOf(b)];
  const path = join(reports, "compare", `${first.name}-${second.name}`, "report.html");
  const place = { index: "../../index.html", runs: { a: first.page, b: second.page } };
  await writeWhole(path, await renderComparison(compared, place));
  return path;
}
