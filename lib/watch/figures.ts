/**
 * The figures of a live page: a place for each chart, and beside it the same as a table.
 *
 * @module
 */

import { count, measured } from "../report/format.ts";
import { type Html, markup } from "../report/html.ts";
import { none, scrolling } from "../report/sections/marks.ts";
import type { Chart, ChartLine } from "./charts.ts";

/** Rows of a figure's table at most. */
const MOST_ROWS = 100;

/** The places of charts; a script draws in them. `prefix` begins the identifiers. */
export function figuresOf(
  { charts, left }: { readonly charts: readonly Chart[]; readonly left: number },
  prefix: string,
): Html | null {
  if (charts.length === 0) return null;
  return markup`<div class="charts">${charts.map((chart) => figureOf(chart, prefix))}</div>
${
    left > 0 &&
    markup`<p class="note">${count(left, "more tag")} of the log ${
      left === 1 ? "is" : "are"
    } not drawn.</p>`
  }`;
}

function figureOf({ id, title, lines }: Chart, prefix: string): Html {
  const own = `${prefix}-${slug(id)}`;
  return markup`<figure id="${own}">
<div class="plot" data-chart="${id}" data-keep tabindex="0" role="group" aria-labelledby="${own}-caption"></div>
<figcaption id="${own}-caption"><strong>${title}</strong> ${captionOf(lines)}</figcaption>
<details class="fold values"><summary>Values<span class="hidden"> of ${title}</span></summary>${
    valuesTable(title, lines)
  }</details>
</figure>
`;
}

function captionOf(lines: readonly ChartLine[]): string {
  const runs = new Set(lines.map(({ run }) => run)).size;
  const missing = lines.reduce((sum, { run, tag }) => sum + run.curves.get(tag)!.missing, 0);
  return `${count(runs, "run")}.${
    missing > 0 ? ` ${count(missing, "value")} not a number, left out.` : ""
  }`;
}

function valuesTable(title: string, lines: readonly ChartLine[]): Html {
  const rows = lines.slice(0, MOST_ROWS).map(({ name, part, run, tag }) => {
    const { last, range } = run.curves.get(tag)!;
    const number = (value: number | null | undefined) =>
      value === null || value === undefined ? none("No number yet") : markup`${measured(value)}`;
    return markup`<tr><th scope="row">${name}${part !== "" && `, ${part}`}</th><td>${
      measured(last.step)
    }</td><td>${number(last.value)}</td><td>${number(range?.low)}</td><td>${
      number(range?.high)
    }</td></tr>
`;
  });
  return scrolling(
    `Values of ${title}`,
    markup`<table class="grid flat"><thead><tr><th scope="col">run</th><th scope="col">step</th><th scope="col">last</th><th scope="col">lowest</th><th scope="col">highest</th></tr></thead><tbody>
${rows}</tbody></table>`,
  );
}

/** A chart's name as a part of an identifier: other names, other identifiers. */
function slug(id: string): string {
  return id.replace(/[^A-Za-z0-9]/g, (character) => `_${character.charCodeAt(0).toString(16)}`);
}
