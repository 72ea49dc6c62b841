/**
 * Small pieces that every section uses: verdict badges, references, numbers as HTML.
 *
 * @module
 */

import { chosen, meanTexts, measured, withUnit } from "../format.ts";
import { type Html, markup } from "../html.ts";

/** Every verdict of a target, a claim or an experiment; `not yet` where nothing has finished that could be judged. */
export type Verdict =
  | "not yet"
  | "pass"
  | "fail"
  | "not enough evidence"
  | "reproduced"
  | "refuted"
  | "not testable";

interface Mark {
  /** Class that gives the colour. */
  readonly tone: "good" | "bad" | "warn" | "refuted" | "quiet";
  /** Path in a 16 × 16 box: shape tells the verdict where colour does not. */
  readonly path: string;
}

const marks: Readonly<Record<Verdict, Mark>> = {
  "not yet": { tone: "quiet", path: "M8 2.5a5.5 5.5 0 1 0 .1 0M8 5v3.200l2.200 1.300" },
  "pass": { tone: "good", path: "M3 8.5l3.4 3.4L13 4.8" },
  "fail": { tone: "bad", path: "M4 4l8 8M12 4l-8 8" },
  "not enough evidence": {
    tone: "warn",
    path: "M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.700 8 9.100 8 10M8 12.400v.2",
  },
  "reproduced": { tone: "good", path: "M3 6h10M3 10h10" },
  "refuted": { tone: "refuted", path: "M3 6h10M3 10h10M10.500 3l-5 10" },
  "not testable": { tone: "quiet", path: "M4 8h8" },
};

/** The shape of a verdict, hidden from screen readers: the word always stands beside it. */
export function icon(verdict: Verdict): Html {
  const { path } = marks[verdict];
  return markup`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="${path}"/></svg>`;
}

/** Class of a verdict's colour. */
export function tone(verdict: Verdict): string {
  return marks[verdict].tone;
}

/**
 * A verdict as icon and word.
 *
 * @param place Its name among the verdicts of the page, for the page to find it when it computes them again.
 */
export function badge(verdict: Verdict, place?: string): Html {
  return markup`<span class="badge ${tone(verdict)}"${
    place !== undefined && markup` data-place="${place}"`
  }>${icon(verdict)}${verdict}</span>`;
}

/** A number that is not there. */
export function none(why: string): Html {
  return markup`<span class="none" title="${why}">–</span>`;
}

/** Why a ceiling is missing. */
export const noCeiling = "No ceiling is known for this metric";

/** The two ends of a mean, `null` with a single seed. */
interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

/** A mean over the seeds with its unit, and ± to its bounds when it has them. */
export function mean(value: number | null, interval: Interval, unit: string): Html {
  if (value === null) return none("No run reports this number");
  return markup`<span class="num">${withUnit(meanTexts(value, interval).join(" "), unit)}</span>`;
}

/** The same on two lines, for tables with many columns. */
export function stackedMean(value: number, interval: Interval, unit: string): Html {
  const [text, half] = meanTexts(value, interval);
  return markup`<span class="num">${withUnit(text, unit)}</span>${
    half !== undefined && markup`<span class="sub num">${half}</span>`
  }`;
}

/** A single number with its unit, or a dash that says why there is none. */
export function number(value: number | null | undefined, unit: string, why: string): Html {
  if (value === null || value === undefined) return none(why);
  return markup`<span class="num">${withUnit(measured(value), unit)}</span>`;
}

/** The best baseline's number, its name below. */
export function baseline(
  best: { readonly name: string; readonly value: number } | null,
  unit: string,
): Html {
  if (best === null) return none("No baseline was scored on this metric");
  return markup`${number(best.value, unit, "")} <span class="sub">${best.name}</span>`;
}

/** A bound: `≥ 0.98`, `≤ 5 %`, `0.305 to 0.325`, `= 540 516`. */
export function boundText(
  bound: { readonly atLeast?: number | undefined; readonly atMost?: number | undefined },
  unit: string,
): string {
  const { atLeast: low, atMost: high } = bound;
  if (low !== undefined && high !== undefined) {
    return withUnit(low === high ? `= ${chosen(low)}` : `${chosen(low)} to ${chosen(high)}`, unit);
  }
  return withUnit(low !== undefined ? `≥ ${chosen(low)}` : `≤ ${chosen(high!)}`, unit);
}

/** A metric's name, with places to break a line after each `/` and `_`. */
export function metricName(name: string): Html {
  const parts = name.split(/(?<=[/_])/);
  return markup`<code class="metric">${
    parts.map((part, i) => [i > 0 && markup`<wbr>`, part])
  }</code>`;
}

/** A titled section of the page. */
export function section(
  id: string,
  title: string,
  ...content: readonly (Html | false | null)[]
): Html {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>
`;
}

/** A box that scrolls sideways when the table in it is wider than the window; keys can reach it. */
export function scrolling(label: string, table: Html): Html {
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="${label}">${table}</div>`;
}

/**
 * A table that becomes a list of cards in a narrow window. Its roles are spelt out because a table
 * that is not laid out as one loses them in some browsers.
 */
export function cards(
  label: string,
  heads: readonly string[],
  rows: readonly (readonly Html[])[],
): Html {
  return markup`<table class="cards" role="table" aria-label="${label}">
<thead role="rowgroup"><tr role="row">${
    heads.map((head) => markup`<th role="columnheader" scope="col">${head}</th>`)
  }</tr></thead>
<tbody role="rowgroup">
${
    rows.map(([first, ...cells]) =>
      markup`<tr role="row"><th role="rowheader" scope="row">${first!}</th>${
        cells.map((cell, i) =>
          markup`<td role="cell" data-label="${heads[i + 1]!}"><div>${cell}</div></td>`
        )
      }</tr>
`
    )
  }</tbody></table>`;
}
