/**
 * The figures of a page: those that compare seeds, built here from the record, and the experiment's own.
 *
 * @module
 */

import type { Bound, Figure } from "../../experiment/types.ts";
import type { Event, Result, Summary } from "../../run/schema.ts";
import { type FitHistory, learningCurves } from "../figures/learning_curves.ts";
import { metricAgainstReferences } from "../figures/metric_against_references.ts";
import { seedsStrip } from "../figures/seeds_strip.ts";
import { Html, markup, scriptJson } from "../html.ts";
import { renderFigure } from "../render.ts";
import { themed } from "../theme.ts";
import { section } from "./marks.ts";

/** What a run brings to the figures. */
interface Recorded {
  readonly result: Result;
  readonly events: readonly Event[];
}

/** The figures over all seeds: targets and claims against their references, seeds, learning curves. */
export function figuresOverSeeds(summary: Summary, runs: readonly Recorded[]): Figure[] {
  const figures: Figure[] = [];
  const referenced = ({ metric, unit, value, interval, bound, ceiling, bestBaseline }:
    | Summary["targets"][number]
    | Summary["claims"][number]) => ({
      metric,
      unit,
      value,
      interval,
      bound: bound as Bound,
      ceiling,
      baselines: bestBaseline ? [bestBaseline] : [],
    });
  const plot = (items: Summary["targets"] | Summary["claims"], name: string, title: string) => {
    if (items.every(({ value }) => value === null)) return;
    figures.push(metricAgainstReferences(items.map(referenced), { name, title }));
  };
  plot(summary.targets, "targets", "Targets against bound, ceiling and best baseline");
  const strips = summary.targets.map(({ metric, unit, bound }) => ({
    metric,
    unit,
    bound: bound as Bound,
    seeds: runs.flatMap(({ result: { seed, metrics } }) =>
      metric in metrics ? [{ seed, value: metrics[metric]! }] : []
    ),
  }));
  if (runs.length > 1 && strips.some(({ seeds }) => seeds.length > 0)) {
    figures.push(seedsStrip(strips, { title: "Every seed against the bound" }));
  }
  plot(summary.claims, "claims", "Claims against ceiling and best baseline");
  const histories = runs.flatMap(({ result, events }) => fitHistories(result.seed, events));
  if (histories.length > 0) figures.push(learningCurves(histories));
  return figures;
}

/**
 * The histories in a run's events: each fit logs `<fit>/train/loss` and `<fit>/validation/loss` once
 * an epoch. Epochs that lack one of the two, or whose value is not a number, are left out.
 */
export function fitHistories(seed: number, events: readonly Event[]): FitHistory[] {
  const fits = new Map<string, Map<number, { train?: number; validation?: number }>>();
  for (const { tag, epoch, value } of events) {
    const [, fit, part] = /^(.+)\/(train|validation)\/loss$/.exec(tag) ?? [];
    if (fit === undefined || epoch === undefined || value === null) continue;
    const epochs = fits.get(fit) ?? new Map();
    fits.set(fit, epochs.set(epoch, { ...epochs.get(epoch), [part!]: value }));
  }
  return [...fits].map(([fit, epochs]) => ({
    fit,
    seed,
    epochs: [...epochs].flatMap(([epoch, { train, validation }]) =>
      train === undefined || validation === undefined
        ? []
        : [{ epoch, trainLoss: train, validationLoss: validation }]
    ),
  })).filter(({ epochs }) => epochs.length > 0);
}

/** A heading and the figures below it. */
export interface FigureGroup {
  /** `null` for figures right below the section's heading. */
  readonly heading: string | null;
  /** A line below the heading. */
  readonly note: Html | null;
  readonly figures: readonly Figure[];
}

/** The section of figures, drawn, with their specifications beside them for the script. */
export async function figuresSection(groups: readonly FigureGroup[]): Promise<Html | null> {
  const filled = groups.filter(({ figures }) => figures.length > 0);
  if (filled.length === 0) return null;
  const parts: Html[] = [];
  let number = 0;
  for (const { heading, note, figures } of filled) {
    if (heading !== null) parts.push(markup`<h3>${heading}</h3>`);
    if (note !== null) parts.push(markup`<p class="note">${note}</p>`);
    for (const figure of figures) parts.push(await drawn(figure, ++number));
  }
  return section("figures", "Figures", ...parts);
}

async function drawn(figure: Figure, number: number): Promise<Html> {
  const id = `figure-${number}`;
  // Two groups may hold figures of one name; the number keeps identifiers in the page apart.
  const svg = await renderFigure({ ...figure, name: `${figure.name}-${number}` })
    .catch((error) => {
      error.message = error.message.replace(`"${figure.name}-${number}"`, `"${figure.name}"`);
      throw error;
    });
  const live = { name: figure.name, spec: themed({ description: figure.title, ...figure.spec }) };
  return markup`<figure id="${id}" aria-labelledby="${id}-caption">
<div class="plot" data-spec="${id}-spec" tabindex="0" role="group" aria-labelledby="${id}-caption">${new Html(
    svg,
  )}</div>
<figcaption id="${id}-caption"><b>Figure ${number}.</b> <strong>${
    closed(figure.title)
  }</strong> ${figure.caption}</figcaption>
<script type="application/json" id="${id}-spec">${new Html(scriptJson(live))}</script>
</figure>
`;
}

function closed(title: string): string {
  return /[.!?]$/.test(title) ? title : `${title}.`;
}
