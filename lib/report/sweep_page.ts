/**
 * The page of a sweep: what was asked, figures of the metrics shown, rounds, every cell with the way to its runs.
 *
 * @module
 */

import type { Sweep } from "../run/sweep_schema.ts";
import { htmlDocument } from "./document.ts";
import { type Html, markup } from "./html.ts";
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
 * @param learnt Histories of cells whose learning curves are drawn.
 */
export async function renderSweep(
  sweep: Sweep,
  pages: ReadonlySet<string>,
  learnt: readonly LearntCell[] = [],
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
    head:
      markup`<p class="kicker"><span><b>Assay</b> · ${experiment} · profile ${profile} · sweep ${sweepId}</span><a href="../../../index.html">All experiments</a></p>
<h1>${title}: a sweep over ${keys}</h1>
${source !== undefined && markup`<p class="source">On trial: ${source}</p>`}
`,
    body: markup`${sweepHead(sweep)}
<nav class="contents" aria-label="On this page"><ul>${
      present.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)
    }</ul></nav>
${present.map(([, , content]) => content)}`,
  });
}
