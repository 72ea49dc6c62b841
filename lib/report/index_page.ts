/**
 * The index of all reports: every experiment and profile with its verdict.
 *
 * @module
 */

import type { Summary } from "../run/schema.ts";
import type { Sweep } from "../run/sweep_schema.ts";
import { htmlDocument } from "./document.ts";
import { count } from "./format.ts";
import { type Html, markup } from "./html.ts";
import { claimCounts } from "./sections/judgement.ts";
import { badge, cards, none } from "./sections/marks.ts";
import { indexDocument, type PublishedReport, type SiteContent, sweepPage } from "./site/gather.ts";
import { searchIndex, searchScript, searchSection } from "./site/search.ts";

/**
 * Builds `reports/index.html`, in the order of `entries` and `sweeps`. The same ones give the same bytes.
 *
 * @param site What the index of a site is about: it leads to the site's other pages, and searches them.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * assertStringIncludes(await renderIndex([]), "Nothing has been run yet");
 * ```
 */
export function renderIndex(
  entries: readonly PublishedReport[],
  sweeps: readonly Sweep[] = [],
  site?: SiteContent,
): Promise<string> {
  const document = indexDocument({ reports: entries, sweeps });
  const passed = entries.filter(({ summary }) => summary.verdict === "pass").length;
  const experiments = new Set(entries.map(({ summary }) => summary.experiment)).size;
  const lead = entries.length === 0
    ? sweeps.length === 0
      ? "Nothing has been run yet: deno task experiment"
      : "No experiment has been judged yet, only swept over: deno task experiment"
    : `${count(experiments, "experiment")}, ${count(entries.length, "report")}: ${passed} pass, ${
      entries.length - passed
    } fail.`;
  const table = cards(
    "Experiments",
    ["Experiment", "Profile", "Verdict", "Targets met", "Claims", "Seeds", "Run on"],
    entries.map(({ summary, href, startedAt }, i) => [
      markup`<a class="title" href="${href}">${summary.title}</a><span class="sub">${summary.experiment}</span>`,
      markup`${summary.profile}`,
      badge(summary.verdict, `report-${i}`),
      targetsMet(summary),
      summary.claims.length === 0
        ? none("No claim is on trial")
        : markup`${claimCounts(summary.claims)}`,
      markup`<span class="num">${summary.runs.length}</span>`,
      startedAt === null
        ? none("The manifest could not be read")
        : markup`<span class="num">${startedAt.slice(0, 10)}</span>`,
    ]),
  );
  return htmlDocument({
    title: "Assay: experiments",
    live: false,
    documents: [
      { name: "index.json", value: document, ...(site && { href: "api/index.json" }) },
    ],
    ...(site && { site: { up: "", here: "index.html" }, scripts: [searchScript] }),
    head: markup`${
      !site && markup`<p class="kicker"><span><b>Assay</b></span></p>
`
    }<h1>${site ? "What was claimed, and what came of it" : "Experiments"}</h1>
<p class="lead">${lead}</p>
`,
    body: markup`${site && searchSection(searchIndex(site))}
<section class="index" aria-label="Experiments">${entries.length > 0 && table}</section>
${sweeps.length > 0 && sweepsSection(sweeps)}`,
  });
}

function sweepsSection(sweeps: readonly Sweep[]): Html {
  return markup`<section class="index" aria-labelledby="sweeps"><h2 id="sweeps">Sweeps</h2>${
    cards(
      "Sweeps",
      ["Sweep", "Profile", "Cells complete", "Cells that meet all targets", "Seeds"],
      sweeps.map((sweep) => {
        const { experiment, title, profile, sweepId, axes, cells, seeds } = sweep;
        const complete = cells.filter(({ verdict }) => verdict !== null).length;
        const met = cells.filter(({ verdict }) => verdict === "pass").length;
        const ratio = (some: number) => markup`<span class="num">${some} of ${cells.length}</span>`;
        return [
          markup`<a class="title" href="${sweepPage(sweep)}">${
            axes.map(({ key }) => key).join(" × ")
          }</a><span class="sub">${title}</span><span class="sub">${experiment}, sweep ${sweepId}</span>`,
          markup`${profile}`,
          ratio(complete),
          cells.some(({ targets }) => targets.length > 0) ? ratio(met) : none("No target is set"),
          markup`<span class="num">${seeds.length}</span>`,
        ];
      }),
    )
  }</section>
`;
}

function targetsMet({ targets }: Summary): Html {
  if (targets.length === 0) return none("No target is set");
  const met = targets.filter(({ verdict }) => verdict === "pass").length;
  return markup`<span class="num">${met} of ${targets.length}</span>`;
}
