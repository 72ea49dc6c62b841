/**
 * Search by text: what can be found, carried by the index page itself, for a page opened from disk may ask nobody.
 *
 * @module
 */

import { cellName } from "../../run/sweep_schema.ts";
import { Html, markup, scriptJson } from "../html.ts";
import { type SiteContent, sweepPage } from "./gather.ts";

/** Something to be found. */
export interface SearchEntry {
  readonly kind: "experiment" | "claim" | "target" | "sweep" | "cell" | "finding";
  readonly title: string;
  /** Found too, and shown below the title. */
  readonly text: string;
  readonly href: string;
}

/** What the index page carries for the search. */
export interface SearchIndex {
  readonly entries: readonly SearchEntry[];
  /** Runs by folder, `[id, seed]` each: there may be thousands. */
  readonly runs: readonly { readonly place: string; readonly runs: readonly [string, number][] }[];
}

/** Everything that can be found. */
export function searchIndex({ reports, sweeps, pages }: SiteContent): SearchIndex {
  const entries = reports.flatMap(({ summary, href }): SearchEntry[] => {
    const { experiment, title, profile, source, about, verdict, targets, claims, runs } = summary;
    const where = `${experiment}, ${profile}`;
    const findings = new Set(
      runs.flatMap(({ findings }) => findings.map(({ rule, evidence }) => `${rule}\n${evidence}`)),
    );
    return [
      {
        kind: "experiment",
        title,
        text: [where, verdict, source, about].filter(Boolean).join(" · "),
        href,
      },
      ...claims.map(({ says, source, metric, verdict, evidence }): SearchEntry => ({
        kind: "claim",
        title: says,
        text: [verdict, evidence, source, metric, where].join(" · "),
        href: `${href}#claims`,
      })),
      ...targets.map(({ metric, because, verdict }): SearchEntry => ({
        kind: "target",
        title: metric,
        text: [verdict, because, where].join(" · "),
        href: `${href}#targets`,
      })),
      ...[...findings].map((finding): SearchEntry => {
        const [rule, evidence] = finding.split("\n");
        return {
          kind: "finding",
          title: rule!,
          text: `${evidence} · ${where}`,
          href: `${href}#findings`,
        };
      }),
    ];
  });
  const swept = sweeps.flatMap((sweep): SearchEntry[] => {
    const { experiment, profile, sweepId, title, axes, cells } = sweep;
    const href = sweepPage(sweep);
    const over = axes.map(({ key }) => key).join(" × ");
    return [
      {
        kind: "sweep",
        title: `${title}: ${over}`,
        text: `${experiment}, ${profile} · sweep ${sweepId}`,
        href,
      },
      ...cells.map(({ values }): SearchEntry => ({
        kind: "cell",
        title: cellName(axes, values),
        text: `${experiment}, ${profile} · sweep ${sweepId} over ${over}`,
        href: `${href}#cells`,
      })),
    ];
  });
  const places = new Map<string, Map<string, number>>();
  const runs = [
    ...reports.map(({ summary }) => summary),
    ...sweeps.map((sweep) => ({ ...sweep, runs: sweep.cells.flatMap(({ runs }) => runs) })),
  ];
  for (const { experiment, profile, runs: own } of runs) {
    const place = `${experiment}/${profile}`;
    for (const { runId, seed } of own) {
      if (!pages.has(`${place}/${runId}/report.html`)) continue;
      places.set(place, (places.get(place) ?? new Map()).set(runId, seed));
    }
  }
  return {
    entries: [...entries, ...swept],
    runs: [...places].map(([place, own]) => ({ place, runs: [...own] })),
  };
}

/** The section with the field. It shows where scripts run. */
export function searchSection(index: SearchIndex): Html {
  return markup`<section id="search" class="search" aria-label="Search" hidden>
<label for="search-text">Search experiments, claims, targets, findings, sweeps and runs</label>
<input type="search" id="search-text" autocomplete="off" spellcheck="false" aria-describedby="search-hint" aria-controls="search-found">
<p class="sub" id="search-hint">Words, all of which have to be there; the key <kbd>/</kbd> leads here from every page.</p>
<p id="search-count" role="status"></p>
<ol id="search-found"></ol>
<script type="application/json" id="search-index">${new Html(scriptJson(index))}</script>
</section>
`;
}

/** The script of the index page. */
export const searchScript = `
"use strict";
(() => {
  const most = 40;
  const { entries, runs } = JSON.parse(document.getElementById("search-index").textContent);
  const plain = (text) => text.normalize("NFKD").replace(/[\\u0300-\\u036f]/g, "").toLowerCase();
  const all = entries.concat(runs.flatMap(({ place, runs }) =>
    runs.map(([id, seed]) => ({
      kind: "run",
      title: "Run " + id,
      text: place.replace("/", ", ") + " · seed " + seed,
      href: place + "/" + id + "/report.html",
    }))
  ));
  let plainly = null;
  const input = document.getElementById("search-text");
  const list = document.getElementById("search-found");
  const status = document.getElementById("search-count");
  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const look = () => {
    plainly ??= all.map(({ kind, title, text }) => [plain(title), plain(kind + " " + text)]);
    const words = plain(input.value).split(/\\s+/).filter(Boolean);
    const found = [];
    if (words.length > 0) {
      plainly.forEach(([title, text], i) => {
        let score = 0;
        for (const word of words) {
          if (title.includes(word)) score += title.startsWith(word) ? 3 : 2;
          else if (text.includes(word)) score += 1;
          else return;
        }
        found.push([score, i]);
      });
      found.sort(([a, i], [b, j]) => b - a || i - j);
    }
    list.replaceChildren(...found.slice(0, most).map(([, i]) => {
      const { kind, title, text, href } = all[i];
      const item = document.createElement("li");
      const link = element("a", title);
      link.href = href;
      item.append(element("span", kind, "kind"), link, element("span", text, "sub"));
      return item;
    }));
    status.textContent = words.length === 0
      ? ""
      : found.length === 0
      ? "Nothing has all of these words."
      : found.length + " found" + (found.length > most ? ", the best " + most + " shown" : "");
  };
  input.addEventListener("input", look);
  input.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    input.value = "";
    look();
  });
  document.getElementById("search").hidden = false;
  const arrive = () => {
    if (location.hash === "#search-text") input.focus();
  };
  addEventListener("hashchange", arrive);
  // The browser has looked for the place that the address names by then.
  addEventListener("load", () => setTimeout(arrive));
  if (input.value) look();
})();
`;
