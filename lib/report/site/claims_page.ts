/**
 * The claims of all documents in one table: what was said, where, what came of it.
 *
 * @module
 */

import type { Bound } from "../../experiment/types.ts";
import { htmlDocument } from "../document.ts";
import { count } from "../format.ts";
import { type Html, markup } from "../html.ts";
import {
  badge,
  baseline,
  boundText,
  cards,
  mean,
  metricName,
  noCeiling,
  number,
} from "../sections/marks.ts";
import type { ClaimsDocument } from "./documents.ts";

const verdicts = ["reproduced", "refuted", "not testable"] as const;

/** Builds `claims.html`. The same claims give the same bytes. */
export function renderClaims(document: ClaimsDocument): Promise<string> {
  const { claims } = document;
  const sources = [...new Set(claims.map(documentOf))].sort();
  const counts = verdicts
    .map((verdict) =>
      [claims.filter((claim) => claim.verdict === verdict).length, verdict] as const
    )
    .filter(([number]) => number > 0).map(([number, verdict]) => `${number} ${verdict}`);
  const changed = claims.filter(({ verdict, expected }) => verdict !== expected).length;
  const lead = claims.length === 0
    ? "No statement of a document has been put to the test yet."
    : `${count(claims.length, "statement")} of ${
      count(sources.length, "document")
    } put to the test: ${counts.join(", ")}.${
      changed > 0 ? ` ${count(changed, "verdict")} changed against the record.` : ""
    }`;
  return htmlDocument({
    title: "Assay: claims",
    live: false,
    documents: [{ name: "claims.json", value: document, href: "api/claims.json" }],
    scripts: [filterScript],
    site: { up: "", here: "claims.html" },
    head: markup`<h1>Claims</h1>
<p class="lead">${lead}</p>
`,
    body: claims.length === 0 ? markup`` : markup`<section aria-label="Claims">
${filters(sources)}
<p class="note">Each verdict is judged over the runs of an experiment; its page has the figures, and computes the verdict again from the runs. A refuted claim is a finding, not a failure.</p>
${claimsTable(claims)}
</section>
`,
  });
}

function documentOf({ document, experiment }: ClaimsDocument["claims"][number]): string {
  return document ?? experiment;
}

function filters(sources: readonly string[]): Html {
  const options = (values: readonly string[], all: string) =>
    markup`<option value="">${all}</option>${
      values.map((value) => markup`<option>${value}</option>`)
    }`;
  return markup`<form class="filters" id="filters" aria-label="Filter the claims" hidden>
<div><label for="filter-verdict">Verdict</label><select id="filter-verdict">${
    options(verdicts, "any")
  }</select></div>
<div><label for="filter-document">Document</label><select id="filter-document">${
    options(sources, "all")
  }</select></div>
<div><label for="search-text">Words</label><input type="search" id="search-text" autocomplete="off"></div>
<p role="status" id="filter-count"></p>
</form>`;
}

function claimsTable(claims: ClaimsDocument["claims"]): Html {
  return cards(
    "Claims",
    ["Statement", "Claimed", "Measured", "Ceiling", "Best baseline", "Verdict and evidence"],
    claims.map((claim, i) => [
      markup`<q>${claim.says}</q><span class="sub">${claim.source}</span><span class="sub"><a href="${claim.page}#claims">${claim.experiment}, ${claim.profile}</a></span>${
        metricName(claim.metric)
      }`,
      markup`<span class="num">${boundText(claim.bound as Bound, claim.unit)}</span>`,
      mean(claim.value, claim.interval, claim.unit),
      number(claim.ceiling, claim.unit, noCeiling),
      baseline(claim.bestBaseline, claim.unit),
      markup`${badge(claim.verdict, `claim-${i}`)}${
        claim.verdict !== claim.expected &&
        markup`<strong class="changed">On record: ${claim.expected}. The verdict changed.</strong>`
      }<span class="sub">${claim.evidence}</span>`,
    ]),
  );
}

/** Shows the rows that are asked for. The rows of the table are the claims of the document, in its order. */
const filterScript = `
"use strict";
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const { claims } = JSON.parse(document.querySelector("script.carried").textContent);
  const rows = document.querySelectorAll("table.cards tbody tr");
  const field = (id) => document.getElementById(id);
  const look = () => {
    const verdict = field("filter-verdict").value;
    const source = field("filter-document").value;
    const words = field("search-text").value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    claims.forEach((claim, i) => {
      const text = rows[i].textContent.toLowerCase();
      const wanted = (verdict === "" || claim.verdict === verdict) &&
        (source === "" || (claim.document ?? claim.experiment) === source) &&
        words.every((word) => text.includes(word));
      rows[i].hidden = !wanted;
      if (wanted) shown++;
    });
    field("filter-count").textContent = shown + " of " + claims.length + " shown";
  };
  form.addEventListener("input", look);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  look();
})();
`;
