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
 * ceiling as a diamond and baselines as squares; one panel for each unit, so that all rows of a panel share
 * their axis. Roles differ in shape as well as in colour.
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
  const units = [...new Set(known.map(({ unit }) => unit))];
  const panels = units.map((unit, i) =>
    panel(known.filter((metric) => metric.unit === unit), unit, i === 0)
  );
  return {
    name: text.name ?? "against-references",
    title: text.title ?? "Measured values against bound, ceiling and baseline",
    caption: text.caption ??
      "Mean over the seeds with its one-sided 95 % bounds; the ceiling is the best value any predictor " +
        "could reach on this data.",
    spec: { $schema, vconcat: panels },
  };
}

function panel(
  metrics: readonly ReferencedMetric[],
  unit: string,
  legend: boolean,
): Record<string, unknown> {
  // Several statements can be about one metric; a row shows it once, with all their bounds.
  const names = [...new Set(metrics.map(({ metric }) => metric))];
  const rows = unique(metrics.flatMap(rowsOf));
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
    title: unit === "" ? "value" : unit,
    scale: { zero: false, nice: true },
    axis: { tickCount: 7 },
  };
  const scale = (range: readonly string[]) => ({ domain: roles, range });
  const key = legend
    ? {
      symbolFillColor: "transparent",
      values: roles.filter((role) => rows.some((row) => row.role === role)),
    }
    : null;
  return {
    width: 520,
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
            scale: scale(["circle", "M0,-1.3L0,1.3", "diamond", "square"]),
            legend: key,
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
            legend: key,
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

function unique<T>(rows: readonly T[]): T[] {
  const seen = new Map(rows.map((row) => [JSON.stringify(row), row]));
  return [...seen.values()];
}
