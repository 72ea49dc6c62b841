/**
 * The cells of a sweep as lines across its keys, to the metric that they came to.
 *
 * @module
 */

import type { Figure } from "../../experiment/types.ts";
import type { Direction } from "../../metrics/types.ts";
import { tones } from "../theme.ts";
import { $schema, extent, type FigureText, metricSlug, rounded, spread } from "./figure.ts";

/** Cells over several keys, and a metric of each. */
export interface ParallelCoordinates {
  readonly metric: string;
  readonly unit: string;
  readonly better: Direction;
  /** From left to right; the metric comes last. */
  readonly axes: readonly CoordinateAxis[];
  /** The best first. */
  readonly cells: readonly {
    /** What a reader calls it. */
    readonly name: string;
    /** A value an axis. */
    readonly values: readonly (number | string)[];
    readonly metric: number;
  }[];
}

/** An axis of {@linkcode ParallelCoordinates}. */
export interface CoordinateAxis {
  readonly key: string;
  /** Numbers lie where they are, by their logarithm on a `log` scale; words side by side, in their order here. */
  readonly values: readonly (number | string)[];
  readonly scale: "linear" | "log";
}

/** Labels of an axis at most. */
const MOST_LABELS = 8;
/** Labels nearer than this share of the height would touch. */
const APART = 0.055;

const groups = ["the best", "the better quarter", "the others"] as const;
const colours = [tones.vermilion.light, tones.blue.light, tones.gray.light] as const;
/** Pixels. */
const widths = [3, 1.8, 1] as const;

/**
 * A line a cell. The better the metric, the higher it ends; the best line and those of the better quarter stand
 * out by colour, width and order.
 *
 * @throws {RangeError} Without cells.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const figure = parallelCoordinates({
 *   metric: "test/r",
 *   unit: "",
 *   better: "higher",
 *   axes: [
 *     { key: "rate", values: [0.001, 0.1], scale: "log" },
 *     { key: "mode", values: ["a", "b"], scale: "linear" },
 *   ],
 *   cells: [
 *     { name: "rate 0.001, mode a", values: [0.001, "a"], metric: 0.9 },
 *     { name: "rate 0.1, mode b", values: [0.1, "b"], metric: 0.7 },
 *   ],
 * });
 * assertEquals(figure.name, "parallel-test-r");
 * ```
 */
export function parallelCoordinates(
  { metric, unit, better, axes, cells }: ParallelCoordinates,
  text: FigureText = {},
): Figure {
  if (cells.length === 0) {
    throw new RangeError(
      `Cannot draw ${metric} by ${axes.map(({ key }) => key).join(", ")}: no cell has it`,
    );
  }
  const title = unit === "" ? metric : `${metric} (${unit})`;
  const own = axes.map((axis) => ({ key: axis.key, ...placesOn(axis) }));
  const last = { key: title, ...metricPlaces(cells.map((cell) => cell.metric), better) };
  const all = [...own, last];
  const groupAt = (rank: number) => rank === 0 ? 0 : rank < cells.length / 4 ? 1 : 2;
  const lines = cells.flatMap(({ name, values, metric }, rank) =>
    all.map(({ key, at }, i) => ({
      axis: key,
      place: i,
      cell: name,
      line: rank,
      at: rounded(at((values[i] ?? metric) as never)),
      group: groupAt(rank),
      value: rounded(metric),
    }))
  );
  const present = [...groups.keys()].filter((i) => lines.some(({ group }) => group === i));
  const labels = all.flatMap(({ key, labels }) =>
    labels.map(({ at, text }) => ({ axis: key, at: rounded(at), text }))
  );
  const keys = all.map(({ key }) => key);
  const x = {
    field: "axis",
    type: "nominal",
    sort: keys,
    scale: { domain: keys, type: "point", padding: 0.4 },
    axis: {
      orient: "top",
      title: null,
      labelAngle: 0,
      labelColor: tones.ink.light,
      labelFontSize: 12,
      domain: false,
      ticks: false,
      grid: true,
      gridColor: tones.faint.light,
    },
  };
  const y = {
    field: "at",
    type: "quantitative",
    axis: null,
    scale: { domain: [0, 1], nice: false },
  };
  const color = {
    field: "group",
    type: "nominal",
    scale: {
      domain: present.map((i) => groups[i]),
      range: present.map((i) => colours[i]),
    },
    legend: { symbolType: "stroke", symbolSize: 300, symbolOpacity: 1 },
  };
  return {
    name: text.name ?? `parallel-${metricSlug(metric)}`,
    title: text.title ?? `${metric} by ${axes.map(({ key }) => key).join(", ")}`,
    caption: text.caption ??
      `A line a cell, from key to key; the higher it ends on the right, the better (the ${better}).`,
    spec: {
      $schema,
      width: Math.max(420, 170 * (all.length - 1)),
      height: 300,
      layer: [
        // The best is drawn last, above the others.
        ...present.toReversed().map((i) => ({
          data: {
            values: lines.filter(({ group }) => group === i)
              .map((row) => ({ ...row, group: groups[i] })),
          },
          layer: [
            {
              mark: { type: "line", opacity: 0.85, strokeWidth: widths[i], aria: false },
              encoding: {
                x,
                y,
                color,
                detail: { field: "line", type: "ordinal" },
                order: { field: "place", type: "quantitative" },
              },
            },
            {
              mark: { type: "point", filled: true, size: 28, opacity: 1 },
              encoding: { x, y, color, tooltip: [{ field: "cell" }, { field: "value", title }] },
            },
          ],
        })),
        // Below each label a broader one in the colour of the paper, which keeps the lines off it.
        ...[{ stroke: tones.paper.light, strokeWidth: 4 }, {}].map((halo) => ({
          data: { values: labels },
          mark: {
            type: "text",
            align: "right",
            baseline: "middle",
            dx: -7,
            fontSize: 11,
            color: tones.faint.light,
            ...halo,
          },
          encoding: { x, y, text: { field: "text", type: "nominal" } },
        })),
      ],
    },
  };
}

interface Places {
  /** Where a value lies, from 0 at the bottom to 1. */
  at(value: never): number;
  readonly labels: readonly { readonly at: number; readonly text: string }[];
}

function placesOn({ values, scale }: CoordinateAxis): Places {
  if (!values.every((value): value is number => typeof value === "number")) {
    const at = (value: string | number) =>
      values.length < 2 ? 0.5 : values.indexOf(value) / (values.length - 1);
    return {
      at,
      labels: apart(values.map((value) => ({ at: at(value), text: clipped(String(value)) }))),
    };
  }
  const on = scale === "log" ? Math.log : (value: number) => value;
  const { low, high } = extent(values.map(on));
  const at = (value: number) => low === high ? 0.5 : (on(value) - low) / (high - low);
  const ascending = values.toSorted((a, b) => a - b);
  const shown = spread(ascending.length, MOST_LABELS).map((i) => ascending[i]!);
  return {
    at,
    labels: apart(shown.map((value) => ({ at: at(value), text: String(rounded(value)) }))),
  };
}

function metricPlaces(values: readonly number[], better: Direction): Places {
  const { low, high } = extent(values);
  const share = (value: number) => low === high ? 0.5 : (value - low) / (high - low);
  const at = (value: number) => better === "higher" ? share(value) : 1 - share(value);
  const shown = low === high ? [low] : [low, (low + high) / 2, high];
  return {
    at,
    labels: shown.map((value) => ({ at: at(value), text: String(Number(value.toPrecision(4))) })),
  };
}

/** Labels without those that would touch the one below. */
function apart<T extends { readonly at: number }>(labels: readonly T[]): T[] {
  const kept: T[] = [];
  for (const label of labels) {
    if (kept.length === 0 || label.at - kept.at(-1)!.at >= APART) kept.push(label);
  }
  return kept;
}

function clipped(text: string): string {
  return text.length > 18 ? `${text.slice(0, 17)}…` : text;
}
