/**
 * A metric over one key of a sweep: a point a value, with its interval over the seeds.
 *
 * @module
 */

import type { Figure } from "../../experiment/types.ts";
import { tones } from "../theme.ts";
import { $schema, extent, type FigureText, metricSlug, rounded } from "./figure.ts";

/** A metric over the values of a key. */
export interface MetricByValue {
  readonly metric: string;
  readonly unit: string;
  readonly key: string;
  /** In the order asked for; numbers are drawn where they lie, all else side by side. */
  readonly points: readonly {
    readonly value: number | string;
    /** Mean over the seeds. */
    readonly mean: number;
    readonly interval: { readonly low: number | null; readonly high: number | null };
  }[];
}

/** Values that span more than this are spread by their logarithm. */
const widest = 8;

/**
 * Points with their intervals; joined by a line where the key's values are numbers.
 *
 * @throws {RangeError} Without points.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const interval = { low: null, high: null };
 * const figure = metricByValue({
 *   metric: "test/r",
 *   unit: "",
 *   key: "rate",
 *   points: [{ value: 0.1, mean: 0.9, interval }, { value: 1, mean: 0.7, interval }],
 * });
 * assertEquals(figure.name, "by-value-test-r");
 * ```
 */
export function metricByValue(
  { metric, unit, key, points }: MetricByValue,
  text: FigureText = {},
): Figure {
  if (points.length === 0) throw new RangeError(`Cannot draw ${metric} by ${key}: no cell has it`);
  const numeric = points.every(({ value }) => typeof value === "number");
  const rows = points.map(({ value, mean, interval: { low, high } }) => ({
    value,
    mean: rounded(mean),
    low: rounded(low ?? mean),
    high: rounded(high ?? mean),
  }));
  const values = rows.map(({ value }) => value);
  const x = {
    field: "value",
    title: key,
    ...numeric ? numberAxis(values as number[]) : {
      type: "nominal",
      sort: values,
      axis: { labelAngle: 0 },
      scale: { padding: 0.5 },
    },
  };
  const y = {
    field: "mean",
    type: "quantitative",
    title: unit === "" ? metric : `${metric} (${unit})`,
    scale: { zero: false, padding: 8 },
  };
  const spread = points.some(({ interval: { low } }) => low !== null);
  return {
    name: text.name ?? `by-value-${metricSlug(metric)}`,
    title: text.title ?? `${metric} by ${key}`,
    caption: text.caption ??
      (spread ? "Means over the seeds with their one-sided 95 % bounds." : "One seed a point."),
    spec: {
      $schema,
      width: 560,
      height: 260,
      data: { values: rows },
      layer: [
        ...numeric ? [{ mark: { type: "line", opacity: 0.5 }, encoding: { x, y } }] : [],
        ...spread
          ? [{
            mark: { type: "rule", strokeWidth: 2, color: tones.blue.light },
            encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
          }]
          : [],
        {
          mark: { type: "point", filled: true, size: 60, opacity: 1 },
          encoding: {
            x,
            y,
            tooltip: ["value", "mean", "low", "high"].map((field) => ({ field })),
          },
        },
      ],
    },
  };
}

function numberAxis(values: readonly number[]): Record<string, unknown> {
  const { low, high } = extent(values);
  const type = low > 0 && high / low > widest ? "log" : "linear";
  // The values of the sweep, and no others, are worth a tick.
  return {
    type: "quantitative",
    scale: { type, nice: false, padding: 16, ...type === "linear" && { zero: false } },
    axis: { values, format: "~g", labelOverlap: true },
  };
}
