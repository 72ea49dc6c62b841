/**
 * The parts of a sweep's page: what was asked, the cells, the best of them, what failed.
 *
 * @module
 */

import { cellName, type Sweep, type SweepCell, valueText } from "../../run/sweep_schema.ts";
import { count, measured, withUnit } from "../format.ts";
import { type Html, markup, type Piece } from "../html.ts";
import { badge, boundText, cards, mean, metricName, none, scrolling, section } from "./marks.ts";

/** Why a cell has no number. */
export const failedCell = "A run of this cell failed";

/** What was swept over, and the facts of it. */
export function sweepHead({ axes, cells, seeds, contract, set, drawn, halving }: Sweep): Html {
  const complete = cells.filter(({ verdict }) => verdict !== null).length;
  const withTargets = cells.some(({ targets }) => targets.length > 0);
  const met = cells.filter(({ verdict }) => verdict === "pass").length;
  const fixed = Object.keys(set).sort().map((key) => `${key} ${valueText(set[key])}`);
  const facts: [string, string][] = [
    ["Cells complete", `${complete} of ${cells.length}`],
    ["Cells that meet all targets", withTargets ? `${met} of ${cells.length}` : "none set"],
    ["Seeds a cell", seeds.join(", ")],
    ...(drawn === undefined ? [] : [["Cells drawn by seed", `${drawn}`] as [string, string]]),
    ...(halving === undefined ? [] : [[
      "Rounds",
      `${halving.key} ${halving.budgets.join(", ")}`,
    ] as [string, string]]),
    ...(fixed.length > 0 ? [["In every cell", fixed.join(", ")] as [string, string]] : []),
    ["Contract", `${contract.promise} · ${contract.backend} · ${contract.numerics}`],
  ];
  return markup`<section class="verdict ${
    complete < cells.length ? "bad" : "quiet"
  }" aria-label="The sweep">
<h2>${count(cells.length, "cell")}</h2>
<div>
<p>${
    axes.map(({ key, values, range }, i) =>
      markup`${i > 0 && (drawn === undefined ? " × " : " · ")}<b>${key}</b> ${
        range
          ? `${range.low} to ${range.high}${range.scale === "log" ? ", log scale" : ""}`
          : values
            .map(valueText).join(", ")
      }`
    )
  }</p>
</div>
<dl class="facts">${
    facts.map(([term, value]) => markup`<div><dt>${term}</dt><dd>${value}</dd></div>`)
  }</dl>
</section>
`;
}

/** Every cell with the metrics shown, its verdict and its runs. `pages` has the runs that have a page. */
export function cellsSection(sweep: Sweep, pages: ReadonlySet<string>): Html {
  const { axes, cells, shown, units, best, profile, seeds } = sweep;
  return section(
    "cells",
    "Cells",
    markup`<p class="note">${
      seeds.length > 1
        ? `Means over ${seeds.length} seeds, ± to their one-sided 95 % bounds (Student t).`
        : "One seed a cell shows no spread: a difference between cells may be the seed's."
    } ${shown.length > 0 && "The best is set in bold."}</p>`,
    cards(
      "Cells",
      ["Cell", ...shown, "Targets", "Runs"],
      cells.map((cell, i) => [
        markup`${cellName(axes, cell.values)}`,
        ...shown.map((metric) => {
          const value = metricOf(cell, metric, units[metric]!.unit);
          const leads = best.some((one) => one.metric === metric && one.cell === i);
          return leads ? markup`<b>${value}</b>` : value;
        }),
        verdictOf(cell, `cell-${i}`),
        markup`${cell.runs.map((run, at) => [at > 0 && ", ", runLink(run, profile, pages)])}`,
      ]),
    ),
  );
}

/** The best cell by each metric that is shown or aimed at, and what such a choice is worth. */
export function bestSection(sweep: Sweep): Html | null {
  const { best, cells, axes, units } = sweep;
  if (best.length === 0 || cells.length < 2) return null;
  return section(
    "best",
    "Best cells",
    markup`<p class="note">${choiceNote(sweep)}</p>`,
    cards(
      "Best cells",
      ["Metric", "Best", "Cell", "Bounds for all at once", "May be the best"],
      best.map(({ metric, cell, interval, contenders }) => {
        const { unit, better } = units[metric]!;
        return [
          markup`${metricName(metric)}<span class="sub">the ${better} the better</span>`,
          metricOf(cells[cell]!, metric, unit),
          markup`${cellName(axes, cells[cell]!.values)}`,
          interval && interval.low !== null && interval.high !== null
            ? markup`<span class="num">${measured(interval.low)} to ${
              withUnit(measured(interval.high), unit)
            }</span>`
            : none("One seed shows no spread"),
          contenders ? contendersOf(sweep, contenders) : none("The seeds do not tell"),
        ];
      }),
    ),
  );
}

/** What the number of a cell is worth that was chosen by it. */
function choiceNote({ best, cells, seeds, halving }: Sweep): string {
  const among = best[0]!.among ?? cells.length;
  return [
    `The best of ${among} cells was chosen by the number it is shown with, so that number is too good: the ` +
    `luck of ${among} draws is in it.`,
    seeds.length === 1
      ? "With one seed a cell, nothing is known of how large that luck is."
      : `Its ± does not know of the choice. The bounds for all at once do: with 95 % confidence none of the ` +
        `${among} means lies below its lower bound, and with 95 % none above its upper one, however one was chosen ` +
        `(Bonferroni: Student t at 0.05 / ${among}).`,
    seeds.length === 1
      ? ""
      : halving
      ? "Which of the cells that were left behind would be better with the last round's budget is not known."
      : `A cell cannot be the best where another beats it over the same seeds (paired one-sided t tests at ` +
        `0.05 / ${among - 1}): with 95 % confidence the best one is among those that may be.`,
    "Run the cell again with seeds that had no part in the choice. A choice made by a number on test data also " +
    "uses that data up; choose by one on validation data.",
  ].filter((text) => text !== "").join(" ");
}

/** Cells that are named before the rest is counted. */
const NAMED = 4;

function contendersOf({ axes, cells }: Sweep, contenders: readonly number[]): Html {
  const names = contenders.slice(0, NAMED).map((place) => cellName(axes, cells[place]!.values));
  const more = contenders.length - names.length;
  return markup`${contenders.length} of ${cells.length}<span class="sub">${names.join("; ")}${
    more > 0 && `; and ${more} more`
  }</span>`;
}

/** The targets of each cell; `null` where there are none. */
export function targetsByCell({ axes, cells }: Sweep): Html | null {
  const all = new Map(
    cells.flatMap(({ targets }) => targets).map((target) => [targetKey(target), target]),
  );
  if (all.size === 0) return null;
  const heads = [...all.values()].map(({ metric, bound, unit }) =>
    markup`<th scope="col">${metricName(metric)}<br><span class="num">${
      boundText(bound, unit)
    }</span></th>`
  );
  const rows = cells.map((cell) => {
    const judged = new Map(cell.targets.map((target) => [targetKey(target), target]));
    return markup`<tr><th scope="row">${cellName(axes, cell.values)}</th>${
      [...all.keys()].map((key) => {
        const target = judged.get(key);
        if (cell.verdict === null) return markup`<td>${none(failedCell)}</td>`;
        if (!target) return markup`<td>${none("The target does not apply to this cell")}</td>`;
        return markup`<td>${mean(target.value, target.interval, target.unit)}<br>${
          badge(target.verdict)
        }</td>`;
      })
    }</tr>
`;
  });
  return section(
    "targets",
    "Targets",
    scrolling(
      "Targets by cell",
      markup`<table class="grid text">
<caption>Targets by cell</caption>
<thead><tr><th scope="col">cell</th>${heads}</tr></thead>
<tbody>
${rows}</tbody></table>`,
    ),
  );
}

/** The runs that failed and why; `null` when none did. */
export function failuresSection({ axes, cells }: Sweep): Html | null {
  const failed = cells.flatMap(({ values, runs }) =>
    runs.filter(({ failure }) => failure !== null).map((run) => ({ values, ...run }))
  );
  if (failed.length === 0) return null;
  return section(
    "failures",
    "Failures",
    markup`<ul class="findings">${
      failed.map(({ values, seed, runId, failure }) =>
        markup`<li><p><span class="severity error">failed</span> <b>${
          cellName(axes, values)
        }</b> <span class="quiet">seed ${seed}, run <code>${runId}</code></span></p><p>${failure}</p></li>
`
      )
    }</ul>`,
  );
}

/** The command that asks for the sweep again. */
export function sweepCommandSection({ command }: Sweep): Html {
  return section(
    "reproduce",
    "Reproduce",
    markup`<p>Runs what is missing and answers with what is there:</p><pre tabindex="0"><code>${command}</code></pre>`,
  );
}

function metricOf({ metrics, verdict }: SweepCell, metric: string, unit: string): Html {
  const found = metrics[metric];
  if (found) return mean(found.mean, found.interval, unit);
  return none(verdict === null ? failedCell : "Not every run of this cell reports this number");
}

function verdictOf({ verdict, targets }: SweepCell, place: string): Html {
  if (verdict === null) {
    return markup`<span class="badge bad" data-place="${place}">failed</span>`;
  }
  if (targets.length === 0) return none("No target is set");
  const met = targets.filter(({ verdict }) => verdict === "pass").length;
  return markup`${badge(verdict, place)}<span class="sub">${met} of ${targets.length} met</span>`;
}

/** A run by its seed, with the way to its page. */
export function runLink(
  { seed, runId, failure }: SweepCell["runs"][number],
  profile: string,
  pages: ReadonlySet<string>,
): Piece {
  if (failure !== null) return markup`<span class="quiet">seed ${seed} failed</span>`;
  if (!pages.has(runId)) return markup`seed ${seed} ${none("The run's files could not be read")}`;
  return markup`<a href="../../${profile}/${runId}/report.html">seed ${seed}</a>`;
}

function targetKey({ metric, bound }: SweepCell["targets"][number]): string {
  return JSON.stringify([metric, bound]);
}
