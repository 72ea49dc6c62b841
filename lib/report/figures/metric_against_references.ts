/**
 * Where a metric stands among the numbers it is read against: its bound, the ceiling, baselines.
 *
 * @module
 */

import type { Bound, Figure } from "../../experiment/types.ts";
import { tones } from "../theme.ts";
import { $schema, type FigureText, rounded } from "./figure.ts";

/** A metric with its references; `null` for what is not known. */
export interface ReferencedMetric {
  readonly metric: string;
  readonly unit: string;
  readonly value: number | null;
  readonly interval: { readonly low: number | null; readonly high: number | null };
  readonly bound: Bound;
  readonly ceiling: number | null;
  readonly baselines: readonly { readonly name: string; readonly value: number }[];
}

interface Row {
  metric: string;
  role: string;
  name: string;
  value: number;
}

const roles = ["measured", "bound", "ceiling", "baseline"];

/**
 * A dot plot: one row a metric with the measured mean and its interval, the bound as a bar, the
 * ceiling as a diamond and baselines as squares. Rows that share a unit and lie within a factor of
 * twenty share a panel and its axis. Roles differ in shape as well as in colour.
 *
 * @throws {RangeError} When no metric has a value.
 *
 * @example
 * ```ts
 * import { atLeast, metricAgainstReferences } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const figure = metricAgainstReferences([{
 *   metric: "v2/test/correlation/mean",
 *   unit: "",
 *   value: 0.985,
 *   interval: { low: 0.984, high: 0.986 },
 *   bound: atLeast(0.98),
 *   ceiling: 0.995,
 *   baselines: [{ name: "persistence", value: 0.87 }],
 * }]);
 * assertEquals(figure.name, "against-references");
 * ```
 */
export function metricAgainstReferences(
  metrics: readonly ReferencedMetric[],
  text: FigureText = {},
): Figure {
  const known = metrics.filter(({ value }) => value !== null);
  if (known.length === 0) {
    throw new RangeError(
      `Cannot draw metrics against their references: none of ${metrics.length} metrics has a value`,
    );
  }
  const present = roles.filter((role) =>
    known.some((metric) => rowsOf(metric).some((row) => row.role === role))
  );
  const panels = alike(known).map((group) => panel(group, present));
  return {
    name: text.name ?? "against-references",
    title: text.title ?? "Measured values against bound, ceiling and baseline",
    caption: text.caption ??
      `${
        known.some(({ interval }) => interval.low !== null)
          ? "Means over the seeds with their one-sided 95 % bounds; the"
          : "The"
      } ceiling is the best value any predictor could reach on this data.`,
    spec: { $schema, vconcat: panels },
  };
}

function panel(
  metrics: readonly ReferencedMetric[],
  present: readonly string[],
): Record<string, unknown> {
  // Several statements can be about one metric; a row shows it once, with all their bounds.
  const names = [...new Set(metrics.map(({ metric }) => metric))];
  const rows = unique(metrics.flatMap(rowsOf));
  const places = [...new Set(rows.map(({ value }) => value))];
  const intervals = unique(
    metrics.flatMap(({ metric, interval: { low, high } }) =>
      low === null || high === null ? [] : [{ metric, low: rounded(low), high: rounded(high) }]
    ),
  );
  const y = {
    field: "metric",
    type: "nominal",
    sort: names,
    title: null,
    axis: { grid: true, labelColor: tones.ink.light },
  };
  const x = {
    field: "value",
    type: "quantitative",
    title: metrics[0]!.unit || "value",
    scale: { zero: false, nice: false, padding: 12 },
    // A single place has no distances: its axis names it and nothing else.
    axis: places.length === 1 ? { values: places, format: ",~f" } : {
      tickCount: 7,
      // Ten zeros say less than an exponent.
      ...places.every((place) => Math.abs(place) < 1e-4) ? { format: "~e" } : {},
    },
  };
  const legend = { values: present, symbolFillColor: "transparent" };
  const scale = (range: readonly string[]) => ({ domain: roles, range });
  return {
    width: 640,
    height: { step: 26 },
    layer: [
      ...(intervals.length === 0 ? [] : [{
        data: { values: intervals },
        mark: { type: "rule", strokeWidth: 3, opacity: 0.55, color: tones.blue.light },
        encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" } },
      }]),
      {
        data: { values: rows },
        mark: { type: "point", size: 70, strokeWidth: 2, fillOpacity: 1 },
        encoding: {
          y,
          x,
          shape: {
            field: "role",
            type: "nominal",
            scale: scale(["circle", "M0,-1L0,1", "diamond", "square"]),
            legend,
          },
          stroke: {
            field: "role",
            type: "nominal",
            scale: scale([
              tones.blue.light,
              tones.ink.light,
              tones.green.light,
              tones.vermilion.light,
            ]),
            legend,
          },
          tooltip: ["metric", "role", "name", "value"].map((field) => ({ field })),
        },
      },
    ],
  };
}

function rowsOf({ metric, value, bound, ceiling, baselines }: ReferencedMetric): Row[] {
  const rows = baselines.map((baseline) => ({ metric, role: "baseline", ...baseline }));
  const add = (role: string, name: string, number: number | null | undefined) => {
    if (number !== null && number !== undefined) rows.push({ metric, role, name, value: number });
  };
  add("ceiling", "ceiling", ceiling);
  add("bound", "at least", bound.atLeast);
  add("bound", "at most", bound.atMost);
  add("measured", "mean over the seeds", value);
  return rows.map((row) => ({ ...row, value: rounded(row.value) }));
}

/** Metrics that can share an axis, in the order in which each group first appears. */
function alike(metrics: readonly ReferencedMetric[]): ReferencedMetric[][] {
  const size = (metric: ReferencedMetric) =>
    Math.max(...rowsOf(metric).map(({ value }) => Math.abs(value)));
  const groups: { unit: string; smallest: number; members: ReferencedMetric[] }[] = [];
  for (const metric of [...metrics].sort((a, b) => size(a) - size(b))) {
    const group = groups.findLast(({ unit }) => unit === metric.unit);
    if (group && size(metric) <= 20 * group.smallest) group.members.push(metric);
    else groups.push({ unit: metric.unit, smallest: size(metric), members: [metric] });
  }
  const place = (metric: ReferencedMetric) => metrics.indexOf(metric);
  return groups
    .map(({ members }) => members.sort((a, b) => place(a) - place(b)))
    .sort((a, b) => place(a[0]!) - place(b[0]!));
}

function unique<T>(rows: readonly T[]): T[] {
  const seen = new Map(rows.map((row) => [JSON.stringify(row), row]));
  return [...seen.values()];
}
