/**
 * The page of a sweep: what was asked, figures of the metrics shown, rounds, every cell with the way to its runs.
 *
 * @module
 */

import type { Sweep } from "../run/sweep_schema.ts";
import type { Result } from "../run/schema.ts";
import { htmlDocument } from "./document.ts";
import { type Html, markup } from "./html.ts";
import { evidenceOf } from "./recheck/evidence.ts";
import type { PageDocument } from "./sections/check.ts";
import { figuresSection } from "./sections/figures.ts";
import {
  bestSection,
  cellsSection,
  failuresSection,
  sweepCommandSection,
  sweepHead,
  targetsByCell,
} from "./sections/sweep.ts";
import { type LearntCell, sweepFigures } from "./sections/sweep_figures.ts";
import { roundsSection } from "./sections/sweep_rounds.ts";

/**
 * Builds the page of a sweep, to stand at `reports/<experiment>/sweeps/<sweep-id>/sweep.html`. The same
 * input gives the same bytes.
 *
 * @param pages Ids of the runs that have a page in their folder.
 * @param known Of its runs, as far as they could be read.
 * @param around Whether the page is part of a site, and has the experiment's report beside it.
 */
export async function renderSweep(
  sweep: Sweep,
  pages: ReadonlySet<string>,
  { results = [], learnt = [] }: KnownRuns = {},
  { site = false, report = null }: SweepSurroundings = {},
): Promise<string> {
  const { experiment, profile, sweepId, title, source, axes } = sweep;
  const figures = sweepFigures(sweep, learnt);
  const sections: [string, string, Html | null][] = [
    ["failures", "Failures", failuresSection(sweep)],
    ["figures", "Figures", await figuresSection([{ heading: null, note: null, figures }])],
    ["rounds", "Rounds", roundsSection(sweep, pages)],
    ["cells", "Cells", cellsSection(sweep, pages)],
    ["best", "Best cells", bestSection(sweep)],
    ["targets", "Targets", targetsByCell(sweep)],
    ["reproduce", "Reproduce", sweepCommandSection(sweep)],
  ];
  const present = sections.filter(([, , content]) => content !== null);
  const keys = axes.map(({ key }) => key).join(" × ");
  return await htmlDocument({
    title: `Sweep over ${keys}: ${experiment} (${profile})`,
    live: figures.length > 0,
    documents: sweepDocuments(sweep, results),
    ...(site && { site: { up: "../../../" } }),
    head: markup`<p class="kicker"><span>${!site && markup`<b>Assay</b> · `}${
      report === null
        ? markup`${experiment} · profile ${profile}`
        : markup`<a href="${report}">${experiment} · profile ${profile}</a>`
    } · sweep ${sweepId}</span>${
      !site && markup`<a href="../../../index.html">All experiments</a>`
    }</p>
<h1>${title}: a sweep over ${keys}</h1>
${source !== undefined && markup`<p class="source">On trial: ${source}</p>`}
`,
    body: markup`${sweepHead(sweep)}
<nav class="contents" aria-label="On this page"><ul>${
      present.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)
    }<li><a href="#check">Check</a></li></ul></nav>
${present.map(([, , content]) => content)}`,
  });
}

/** What is known of the runs of a sweep. */
export interface KnownRuns {
  readonly results?: readonly Result[];
  /** Histories of cells whose learning curves are drawn. */
  readonly learnt?: readonly LearntCell[];
}

/** What surrounds the page of a sweep. */
export interface SweepSurroundings {
  /** The page is part of a site. */
  readonly site?: boolean;
  /** The experiment's report at the profile, relative to the page, where there is one. */
  readonly report?: string | null;
}

/** What the page of a sweep carries. */
export function sweepDocuments(sweep: Sweep, results: readonly Result[]): PageDocument[] {
  const judged = sweep.cells.flatMap(({ targets }) => targets.map(({ metric }) => metric));
  return [
    { name: "sweep.json", value: sweep, href: "sweep.json" },
    { name: "evidence.json", value: evidenceOf(results, [...judged, ...sweep.shown]) },
  ];
}
