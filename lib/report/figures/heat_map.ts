/**
 * A metric over two keys of a sweep: a cell a combination, its shade how good it is.
 *
 * @module
 */

import type { Figure } from "../../experiment/types.ts";
import type { Direction } from "../../metrics/types.ts";
import { meanTexts, withUnit } from "../format.ts";
import { shades, tones } from "../theme.ts";
import { $schema, extent, type FigureText, metricSlug, rounded } from "./figure.ts";

/** A metric over the cells of a grid with two keys. */
export interface HeatMap {
  readonly metric: string;
  readonly unit: string;
  readonly better: Direction;
  /** The key whose values are the rows, from top to bottom. */
  readonly rows: { readonly key: string; readonly values: readonly string[] };
  /** The key whose values are the columns, from left to right. */
  readonly columns: { readonly key: string; readonly values: readonly string[] };
  readonly cells: readonly HeatMapCell[];
}

/** A cell of a {@linkcode HeatMap}. */
export interface HeatMapCell {
  readonly row: string;
  readonly column: string;
  /** Mean over the seeds; `null` where a run failed. */
  readonly value: number | null;
  readonly interval: { readonly low: number | null; readonly high: number | null };
}

/**
 * A heat map that can be read without its colours: each cell shows its number. The stronger of the shades is
 * the better, whichever way the metric improves; the best cell has a frame.
 *
 * @throws {RangeError} When no cell has a value.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const interval = { low: null, high: null };
 * const figure = heatMap({
 *   metric: "test/r",
 *   unit: "",
 *   better: "higher",
 *   rows: { key: "rate", values: ["0.1", "1"] },
 *   columns: { key: "batch", values: ["32"] },
 *   cells: [
 *     { row: "0.1", column: "32", value: 0.9, interval },
 *     { row: "1", column: "32", value: 0.7, interval },
 *   ],
 * });
 * assertEquals(figure.name, "heat-map-test-r");
 * ```
 */
export function heatMap(map: HeatMap, text: FigureText = {}): Figure {
  const { metric, unit, better, rows, columns, cells } = map;
  const known = cells.flatMap(({ value, ...cell }) => value === null ? [] : [{ ...cell, value }]);
  if (known.length === 0) {
    throw new RangeError(
      `Cannot draw a heat map of ${metric}: none of ${cells.length} cells has a value`,
    );
  }
  const { low, high } = extent(known.map(({ value }) => value));
  const best = better === "higher" ? high : low;
  const worst = better === "higher" ? low : high;
  const drawn = known.map(({ row, column, value, interval }) => {
    const [number, spread = ""] = meanTexts(value, interval);
    const share = best === worst ? 1 : (value - worst) / (best - worst);
    return {
      row,
      column,
      value: rounded(value),
      shade: Math.min(shades.length - 1, Math.floor(share * shades.length)),
      number: withUnit(number, unit),
      spread,
    };
  });
  const failed = cells.filter(({ value }) => value === null)
    .map(({ row, column }) => ({ row, column, number: "failed" }));
  const place = (field: string, { key, values }: HeatMap["rows"]) => ({
    field,
    type: "ordinal",
    title: key,
    sort: values,
    scale: { domain: values, paddingInner: 0.04, paddingOuter: 0 },
  });
  const x = { ...place("column", columns), axis: { labelAngle: 0, domain: false, ticks: false } };
  const y = place("row", rows);
  const frame = drawn.filter(({ value }) => value === rounded(best)).slice(0, 1);
  const words = (field: string, more: Record<string, unknown>) => ({
    mark: { type: "text", baseline: "middle", color: tones.ink.light, ...more },
    encoding: { x, y, text: { field, type: "nominal" } },
  });
  const hasSpread = drawn.some(({ spread }) => spread !== "");
  return {
    name: text.name ?? `heat-map-${metricSlug(metric)}`,
    title: text.title ?? `${metric} by ${rows.key} and ${columns.key}`,
    caption: text.caption ??
      `The stronger the shade, the better (the ${better}); the frame is around the best.${
        hasSpread ? " Means over the seeds, ± to their one-sided 95 % bounds." : ""
      }`,
    spec: {
      $schema,
      width: Math.max(240, Math.min(720, 160 * columns.values.length)),
      height: { step: hasSpread ? 52 : 44 },
      layer: [
        {
          data: { values: drawn },
          layer: [
            {
              mark: { type: "rect" },
              encoding: {
                x,
                y,
                fill: {
                  field: "shade",
                  type: "ordinal",
                  scale: {
                    domain: [...shades.keys()],
                    range: shades.map(({ light }) => light),
                  },
                  legend: null,
                },
                tooltip: ["row", "column", "value", "spread"].map((field) => ({ field })),
              },
            },
            words("number", { fontSize: 13, ...hasSpread && { dy: -8 } }),
            ...hasSpread ? [words("spread", { fontSize: 11, dy: 9 })] : [],
          ],
        },
        {
          data: { values: frame },
          mark: { type: "rect", filled: false, stroke: tones.ink.light, strokeWidth: 2 },
          encoding: { x, y },
        },
        ...failed.length === 0 ? [] : [{
          data: { values: failed },
          ...words("number", { fontSize: 12, fontStyle: "italic", color: tones.faint.light }),
        }],
      ],
    },
  };
}
