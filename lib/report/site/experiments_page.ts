/**
 * The experiments of a site: what each is about, how it stands at each profile, its sweeps.
 *
 * @module
 */

import { htmlDocument } from "../document.ts";
import { count } from "../format.ts";
import { type Html, markup } from "../html.ts";
import { badge, cards, none } from "../sections/marks.ts";
import type { ExperimentsDocument, IndexDocument } from "./documents.ts";

type Listed = ExperimentsDocument["experiments"][number];

/** Builds `experiments.html`. The same documents give the same bytes. */
export function renderExperiments(
  document: ExperimentsDocument,
  index: IndexDocument,
): Promise<string> {
  const { experiments } = document;
  const place = new Map(index.reports.map(({ page }, i) => [page, `report-${i}`]));
  return htmlDocument({
    title: "Assay: experiments",
    live: false,
    documents: [
      { name: "experiments.json", value: document, href: "api/experiments.json" },
      { name: "index.json", value: index, href: "api/index.json" },
    ],
    site: { up: "", here: "experiments.html" },
    head: markup`<h1>Experiments</h1>
<p class="lead">${
      experiments.length === 0
        ? "Nothing has been run yet."
        : `${count(experiments.length, "experiment")}: what each is about, and how it stands.`
    }</p>
`,
    body: markup`${experiments.map((one) => experimentSection(one, place))}`,
  });
}

function experimentSection(
  { name, title, source, about, profiles, sweeps }: Listed,
  place: ReadonlyMap<string, string>,
): Html {
  const id = `experiment-${name}`;
  return markup`<section id="${id}" class="index" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<p class="sub">${name}</p>
${source !== null && markup`<p class="source">On trial: ${source}</p>`}
${
    (about ?? "").split(/\n\s*\n/).map((text) => text.trim()).filter(Boolean)
      .map((text) => markup`<p class="about">${text}</p>`)
  }
${
    profiles.length > 0 && cards(
      `Profiles of ${name}`,
      ["Profile", "Verdict", "Targets met", "Claims", "Runs"],
      profiles.map(({ profile, verdict, targets, targetsMet, claims, runs, page }) => [
        markup`<a href="${page}">${profile}</a>`,
        badge(verdict, place.get(page)),
        targets === 0
          ? none("No target is set")
          : markup`<span class="num">${targetsMet} of ${targets}</span>`,
        claimsText(claims),
        markup`<a class="num" href="${page}#provenance">${runs}</a>`,
      ]),
    )
  }
${
    sweeps.length > 0 &&
    markup`<p class="sub">${count(sweeps.length, "sweep")}: ${
      sweeps.map(({ sweepId, page }, i) =>
        markup`${i > 0 && ", "}<a href="${page}"><code>${sweepId}</code></a>`
      )
    }</p>`
  }
</section>
`;
}

function claimsText(claims: Listed["profiles"][number]["claims"]): Html {
  const counts = Object.entries(claims).filter(([, number]) => number > 0);
  if (counts.length === 0) return none("No claim is on trial");
  return markup`${counts.map(([verdict, number]) => `${number} ${verdict}`).join(", ")}`;
}
