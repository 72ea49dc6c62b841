/**
 * The parts of a comparison's page: the outcome at the head, then all in which two runs differ.
 *
 * @module
 */

import type { Change, ComparedParting, Comparison } from "../../run/compare/comparison.ts";
import { differingParts, headline, judgement } from "../../run/compare/text.ts";
import { count, measured, withUnit } from "../format.ts";
import { type Html, markup } from "../html.ts";
import { cards, icon, metricName, none, number, scrolling, section } from "./marks.ts";

/** Names of variables in a line at most. */
const mostGroups = 6;

/** The outcome, what to make of it, and the facts of the parting. */
export function outcomeHead(comparison: Comparison): Html {
  const { same, parting, licence } = comparison;
  const broken = !same && licence.licensed && differingParts(comparison).length === 0;
  const facts: [string, string][] = [
    ...(parting === null ? [] : partingFacts(parting)),
    ["Equal", equalDigests(comparison)],
    ["Promise", licence.licensed ? "the same bits" : "no equality"],
  ];
  return markup`<section class="verdict ${
    same ? "good" : broken ? "bad" : "warn"
  }" aria-labelledby="verdict">
<h2 id="verdict">${icon(same ? "reproduced" : "refuted")}<span>${title(comparison)}</span></h2>
<div>
<p>${parting === null ? null : markup`${headline(comparison)}. ${parting.means} `}${
    judgement(comparison)
  }</p>
</div>
<dl class="facts">${
    facts.map(([term, value]) => markup`<div><dt>${term}</dt><dd>${value}</dd></div>`)
  }</dl>
</section>
`;
}

/** The outcome in as few words as there are. */
function title(comparison: Comparison): string {
  const { parting } = comparison;
  if (parting === null) return headline(comparison);
  return parting.step === 0 ? "Apart from the start" : `Parted at step ${parting.step}`;
}

function partingFacts({ loop, groups, groupsStep, loss }: ComparedParting) {
  const facts: [string, string][] = [
    ["Loop", loop],
  ];
  if (groupsStep !== null) {
    const when = groupsStep === 0 ? "before step 1" : `after step ${groupsStep}`;
    facts.push([`Weights that differ ${when}`, groupNames(groups)]);
  }
  if (loss !== null) {
    const size = loss.difference === null ? "not a number" : measured(loss.difference);
    facts.push([`Losses of step ${loss.step} are apart by`, size]);
  }
  return facts;
}

/** Names of variables in a line; of many the first few. */
export function groupNames(groups: readonly string[]): string {
  const more = groups.length - mostGroups;
  return more > 0
    ? `${groups.slice(0, mostGroups).join(", ")} and ${more} more`
    : groups.join(", ");
}

function equalDigests({ digests }: Comparison): string {
  return (["data", "weights", "history"] as const).filter((name) => digests[name]).join(", ") ||
    "nothing";
}

/** What is wrong with the files, `null` when nothing is. */
export function damageSection({ altered, unread }: Comparison): Html | null {
  const found = [
    ...altered.a.map((what) => `A: ${what}.`),
    ...altered.b.map((what) => `B: ${what}.`),
    ...unread,
  ];
  if (found.length === 0) return null;
  return section(
    "files",
    "Files",
    markup`<p class="note">Not all files are as they were written, by the checksums beside them; the comparison is of what is there now.</p>
<ul class="findings">${
      found.map((what) =>
        markup`<li><p><span class="severity warning">warning</span> ${what}</p></li>`
      )
    }</ul>`,
  );
}

/** The two runs beside one another; `hrefs` lead to their pages where there are any. */
export function runsSection(
  { runs: { a, b } }: Comparison,
  hrefs: { readonly a: string | null; readonly b: string | null },
): Html {
  const id = (runId: string, href: string | null) =>
    href === null
      ? markup`<code>${runId}</code>`
      : markup`<a href="${href}"><code>${runId}</code></a>`;
  const row = (term: string, own: string | number, other: string | number) => [
    markup`${term}`,
    markup`${own}`,
    markup`${other}`,
  ];
  return section(
    "runs",
    "Runs",
    cards("Runs", ["", "A", "B"], [
      [markup`run`, id(a.runId, hrefs.a), id(b.runId, hrefs.b)],
      row("profile", a.profile, b.profile),
      row("seed", a.seed, b.seed),
      row("contract", contractText(a), contractText(b)),
      row("device", a.contract.device, b.contract.device),
      row("started (UTC)", started(a), started(b)),
    ]),
  );
}

function contractText({ contract: { promise, backend, numerics } }: Comparison["runs"]["a"]) {
  return `${promise} · ${backend} · ${numerics}`;
}

function started({ startedAt }: Comparison["runs"]["a"]): string {
  return startedAt.slice(0, 16).replace("T", " ");
}

/** Settings, configuration, code, packages and environment, each with what differs. */
export function differencesSection({ identity, environment, licence }: Comparison): Html {
  const { settings, config, modules, dependencies } = identity;
  const parts: [string, readonly Change[]][] = [
    ["Seed, backend, numerics", settings],
    ["Configuration", config],
    ["Code", modules],
    ["Locked packages", dependencies],
    ["Environment", environment],
  ];
  const equal = parts.filter(([, changes]) => changes.length === 0)
    .map(([name]) => name.toLowerCase());
  return section(
    "differences",
    "Differences",
    markup`<p class="note">${licence.because}${
      equal.length > 0 && ` Nothing differs in: ${equal.join("; ")}.`
    }</p>`,
    ...parts.filter(([, changes]) => changes.length > 0).map(([name, changes]) =>
      markup`<h3>${name}</h3>${
        cards(
          name,
          ["Name", "A", "B"],
          changes.map((change) => [
            markup`<code class="metric">${change.name}</code>`,
            changed(change.a),
            changed(change.b),
          ]),
        )
      }`
    ),
  );
}

function changed(value: unknown): Html {
  return value === null ? none("It has none of this name") : markup`${shortValue(value)}`;
}

/** A value in a table's cell: digests by their beginning. */
export function shortValue(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const [, kind, digest] = /^(sha256:|sha512-|)([0-9a-f]{64}|[\w+/]{86}==)$/.exec(text) ?? [];
  return digest === undefined ? text : `${kind}${digest.slice(0, 12)}…`;
}

/** Each loop: its steps, where it parts, how far losses and final weights are apart. */
export function loopsSection({ loops }: Comparison): Html | null {
  if (loops.length === 0) return null;
  const table = cards(
    "Loops",
    ["Loop", "Steps of A", "Steps of B", "First different", "Last loss of A", "Last loss of B"],
    loops.map(({ loop, steps, parting, lastLoss }) => [
      markup`<b>${loop}</b>${parting && markup`<span class="sub">${parting.means}</span>`}`,
      number(steps.a, "", "It has no readable history of this loop"),
      number(steps.b, "", "It has no readable history of this loop"),
      parting === null
        ? markup`${steps.a === null || steps.b === null ? none("Not comparable") : "never"}`
        : markup`<span class="num">${
          parting.step === 0 ? "before step 1" : `step ${parting.step}`
        }</span>`,
      number(lastLoss.a, "", "Its last step has no loss"),
      number(lastLoss.b, "", "Its last step has no loss"),
    ]),
  );
  return section("loops", "Loops", table, ...loops.map(weightsTable));
}

function weightsTable({ loop, weights }: Comparison["loops"][number]): Html | null {
  const apart = weights.filter(({ differing }) => differing !== 0);
  if (weights.length === 0) return null;
  if (apart.length === 0) {
    return markup`<p class="note">The final weights of ${loop} are equal, bit for bit.</p>`;
  }
  const equal = weights.length - apart.length;
  const other = "Their shapes differ, or one run lacks it";
  const rows = apart.map(({ group, shapes, differing, largest, relative }) =>
    markup`<tr><th scope="row"><code>${group}</code></th>${
      [
        shapeText(shapes),
        differing === null ? none(other) : markup`${differing}`,
        number(largest, "", differing === null ? other : "Not a finite number"),
        number(relative, "", differing === null ? other : "Not a finite number"),
      ].map((cell) => markup`<td>${cell}</td>`)
    }</tr>
`
  );
  return scrolling(
    `Final weights of ${loop}`,
    markup`<table class="grid flat">
<caption>Final weights of ${loop}${
      equal > 0 && ` (${count(equal, "other variable")} equal)`
    }</caption>
<thead><tr>${
      ["variable", "shape", "elements that differ", "largest difference", "of the largest weight"]
        .map((head) => markup`<th scope="col">${head}</th>`)
    }</tr></thead>
<tbody>
${rows}</tbody></table>`,
  );
}

function shapeText({ a, b }: Comparison["loops"][number]["weights"][number]["shapes"]): Html {
  const text = (shape: readonly number[] | null) => shape === null ? "–" : `[${shape.join(", ")}]`;
  return markup`${text(a)}${text(a) !== text(b) && ` | ${text(b)}`}`;
}

/** Every metric of both runs. */
export function metricsOfBoth({ metrics }: Comparison): Html | null {
  if (metrics.length === 0) return null;
  const missing = "The run does not report it";
  return section(
    "metrics",
    "Metrics",
    cards(
      "Metrics",
      ["Metric", "A", "B", "B − A"],
      metrics.map(({ metric, unit, a, b, difference }) => [
        metricName(metric),
        number(a, unit, missing),
        number(b, unit, missing),
        difference === 0
          ? markup`equal`
          : markup`<span class="num">${
            difference === null ? none(missing) : signed(difference, unit)
          }</span>`,
      ]),
    ),
  );
}

function signed(difference: number, unit: string): string {
  return withUnit(`${difference > 0 ? "+" : ""}${measured(difference)}`, unit);
}
