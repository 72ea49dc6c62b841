/**
 * The charts of the curves: one for the losses of each training, one for each other tag, with a line a run.
 *
 * @module
 */

import { $schema } from "../report/figures/figure.ts";
import { palette, themed, tones } from "../report/theme.ts";
import { type FolderView, type GroupView, isLive, runKey } from "./view.ts";
import type { WatchedRun } from "./watched_run.ts";

/** Charts of a profile at most; what is logged beyond that is counted. */
const MOST_CHARTS = 24;

/** A line of a chart. */
export interface ChartLine {
  /** Names the curve among all. */
  readonly curve: string;
  readonly run: WatchedRun;
  readonly tag: string;
  /** The line in words, such as `seed 2`. */
  readonly name: string;
  /** What of a training: `training`, `validation`, or nothing. */
  readonly part: string;
  /** What sets the line's group apart. */
  readonly group: string;
}

/** A chart. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  /** What the numbers are, for the axis. */
  readonly measure: string;
  readonly lines: readonly ChartLine[];
}

/** The charts of a profile, and how many tags are left without one. */
export function chartsOf(folder: FolderView): { charts: Chart[]; left: number } {
  const drawn = folder.groups.filter(({ drawn }) => drawn);
  const byChart = new Map<string, { chart: Omit<Chart, "lines">; lines: ChartLine[] }>();
  for (const group of drawn) {
    for (const run of group.runs) {
      for (const tag of run.curves.keys()) {
        const { part, ...chart } = placeOf(tag);
        const id = `${folder.experiment}/${folder.profile} ${chart.id}`;
        const known = byChart.get(id) ?? { chart: { ...chart, id }, lines: [] };
        byChart.set(id, known);
        known.lines.push({
          curve: `${runKey(folder, run)} ${tag}`,
          run,
          tag,
          name: nameOf(group, run),
          part,
          group: group.label,
        });
      }
    }
  }
  const charts = [...byChart.values()].map(({ chart, lines }) => ({ ...chart, lines }))
    .sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  return { charts: charts.slice(0, MOST_CHARTS), left: Math.max(0, charts.length - MOST_CHARTS) };
}

/** The chart that a tag is drawn in. */
function placeOf(tag: string): Omit<Chart, "lines"> & { readonly part: string } {
  const [, loop, part] = /^(.+)\/(train|validation)\/loss$/.exec(tag) ?? [];
  if (loop !== undefined) {
    return {
      id: `${loop}/loss`,
      title: `${loop}: loss`,
      measure: "loss",
      part: part === "train" ? "training" : "validation",
    };
  }
  const [, of, rate] = /^(.+)\/(learning_rate)$/.exec(tag) ?? [];
  if (of !== undefined) {
    return { id: `~${tag}`, title: `${of}: learning rate`, measure: "learning rate", part: "" };
  }
  return { id: tag, title: tag, measure: rate ?? tag.split("/").at(-1)!, part: "" };
}

/** Losses first, learning rates last. */
function rank({ measure }: Chart): number {
  return measure === "loss" ? 0 : measure === "learning rate" ? 2 : 1;
}

function nameOf({ label }: GroupView, { seed }: WatchedRun): string {
  return label === "" ? `seed ${seed}` : `${label}, seed ${seed}`;
}

/** What a page needs to draw a chart. */
export interface DrawnChart {
  readonly id: string;
  /** Vega-Lite, with the data set `points` to be filled. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** A row of the data takes these and `step`, `value`. */
  readonly lines: readonly {
    readonly curve: string;
    readonly name: string;
    readonly part: string;
    readonly group: string;
    readonly live: boolean;
  }[];
}

/** A chart as a specification and its lines. */
export function drawn({ id, title, measure, lines }: Chart): DrawnChart {
  const groups = [...new Set(lines.map(({ group }) => group))];
  const parts = [...new Set(lines.map(({ part }) => part))].sort();
  const colour = groups.length > 1
    ? { field: "group", type: "nominal", scale: { domain: groups, range: palette }, legend }
    : parts.length > 1
    ? {
      field: "part",
      type: "nominal",
      scale: { domain: parts, range: [tones.blue.light, tones.vermilion.light] },
      legend,
    }
    : { value: tones.blue.light };
  const decades = spansDecades(lines);
  const x = { field: "step", type: "quantitative", title: "step", scale: { zero: false } };
  const y = {
    field: "value",
    type: "quantitative",
    title: measure,
    scale: decades ? { type: "log", nice: false } : { zero: false },
    axis: { tickCount: decades ? 2 : 5 },
  };
  const spec = {
    $schema,
    description: title,
    width: 470,
    height: 270,
    // The numbers of an axis need other room when they have changed.
    autosize: { type: "fit", contains: "padding", resize: true },
    data: { name: "points" },
    layer: [
      {
        mark: { type: "line", clip: true },
        encoding: {
          x,
          y,
          color: colour,
          detail: { field: "curve" },
          opacity: { condition: { test: "datum.live", value: 1 }, value: 0.5 },
          ...(parts.length > 1
            ? {
              strokeDash: {
                field: "part",
                type: "nominal",
                scale: { domain: parts, range: [[1, 0], [5, 3]] },
                legend: groups.length > 1 ? { ...legend, offset: 8 } : undefined,
              },
            }
            : {}),
        },
      },
      {
        // A first point makes no line yet; the others are for the pointer.
        transform: [{ filter: "datum.pointed" }],
        mark: { type: "point", filled: true, size: 14 },
        encoding: {
          x,
          y,
          color: colour,
          opacity: { condition: { test: "datum.alone", value: 1 }, value: 0 },
          tooltip: [
            { field: "name", title: "run" },
            ...(parts.length > 1 ? [{ field: "part" }] : []),
            { field: "step" },
            { field: "value" },
          ],
        },
      },
    ],
  };
  return {
    id,
    spec: themed(JSON.parse(JSON.stringify(spec))),
    lines: lines.map(({ curve, name, part, group, run }) => ({
      curve,
      name,
      part,
      group,
      live: isLive(run),
    })),
  };
}

const legend = { symbolType: "stroke", symbolSize: 300, symbolOpacity: 1, offset: 28 };

/** Whether the values are positive and some more than ten times others, so that a line would hide the small ones. */
function spansDecades(lines: readonly ChartLine[]): boolean {
  const ranges = lines.flatMap(({ run, tag }) => run.curves.get(tag)!.range ?? []);
  const low = Math.min(...ranges.map(({ low }) => low));
  const high = Math.max(...ranges.map(({ high }) => high));
  return low > 0 && high / low > 10;
}
