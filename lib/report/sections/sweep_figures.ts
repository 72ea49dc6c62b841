/**
 * The figures of a sweep's page: what the metrics are over the keys, and how the best cells learnt.
 *
 * @module
 */

import type { Figure } from "../../experiment/types.ts";
import { cellName, roundsReached, type Sweep, valueText } from "../../run/sweep_schema.ts";
import { cellCurves, MOST_CURVES } from "../figures/cell_curves.ts";
import { heatMap } from "../figures/heat_map.ts";
import type { FitHistory } from "../figures/learning_curves.ts";
import { metricByValue } from "../figures/metric_by_value.ts";
import { parallelCoordinates } from "../figures/parallel_coordinates.ts";

/** Numbers that span more than this lie by their logarithm. */
const WIDEST = 8;

/** The histories of a cell's runs. */
export interface LearntCell {
  /** Its place in the sweep. */
  readonly cell: number;
  readonly histories: readonly FitHistory[];
}

/** Places of the cells whose learning curves are drawn: the best by the first metric shown, the best first. */
export function curvedCells(sweep: Sweep): number[] {
  const { cells, shown: [metric], halving } = sweep;
  if (metric === undefined) return [];
  const last = halving?.rounds.at(-1)?.cells.map(({ cell }) => cell) ?? [...cells.keys()];
  return last.filter((place) => metric in cells[place]!.metrics)
    .sort(better(sweep, metric))
    .slice(0, MOST_CURVES);
}

/** Orders places by a metric, the best first; what lacks it comes last. */
function better({ cells, units }: Sweep, metric: string): (a: number, b: number) => number {
  const sign = units[metric]!.better === "higher" ? 1 : -1;
  const worth = (place: number) => {
    const found = cells[place]!.metrics[metric];
    return found === undefined ? -Infinity : sign * found.mean;
  };
  return (a, b) => worth(a) === worth(b) ? a - b : worth(b) - worth(a);
}

/** A figure for each metric shown, and one of the learning curves where there are some. */
export function sweepFigures(sweep: Sweep, learnt: readonly LearntCell[]): Figure[] {
  const { axes, cells, shown } = sweep;
  const drawable = shown.filter((metric) => cells.some(({ metrics }) => metric in metrics));
  const curves = cellCurves(
    learnt.map(({ cell, histories }) => ({ name: cellName(axes, cells[cell]!.values), histories })),
    learnt.length < cells.length
      ? {
        caption: `Validation loss after each epoch, mean over the seeds that reached it, of the ${
          learnt.length === 1 ? "best cell" : `${learnt.length} best cells by ${shown[0]}`
        }${sweep.halving ? " of the last round" : ""}.`,
      }
      : {},
  );
  return [
    ...drawable.map((metric) => figureOf(sweep, metric)),
    ...curves === null ? [] : [curves],
  ];
}

/** One key is a plot, two that are crossed a map, all else lines across the keys. */
function figureOf(sweep: Sweep, metric: string): Figure {
  const { axes: [first, second, ...more], drawn, halving } = sweep;
  if (second === undefined && !halving) return plotOf(sweep, metric, first!.key);
  if (second === undefined || more.length > 0 || drawn !== undefined || halving) {
    return linesOf(sweep, metric);
  }
  return mapOf(sweep, metric, first!, second);
}

function plotOf({ cells, units }: Sweep, metric: string, key: string): Figure {
  const points = cells.flatMap(({ values, metrics }) => {
    const found = metrics[metric];
    return found ? [{ value: placed(values[key]), ...found }] : [];
  });
  return metricByValue({ metric, ...units[metric]!, key, points });
}

function mapOf(
  { cells, units }: Sweep,
  metric: string,
  rows: Sweep["axes"][number],
  columns: Sweep["axes"][number],
): Figure {
  const axis = ({ key, values }: Sweep["axes"][number]) => ({ key, values: values.map(valueText) });
  return heatMap({
    metric,
    ...units[metric]!,
    rows: axis(rows),
    columns: axis(columns),
    cells: cells.map(({ values, metrics }) => ({
      row: valueText(values[rows.key]),
      column: valueText(values[columns.key]),
      value: metrics[metric]?.mean ?? null,
      interval: metrics[metric]?.interval ?? { low: null, high: null },
    })),
  });
}

function linesOf(sweep: Sweep, metric: string): Figure {
  const { axes, cells, units, halving } = sweep;
  const reached = roundsReached(sweep);
  const budgets = halving?.budgets ?? [];
  const coordinates = axes.map(({ key, values, range }) => {
    const own = values.map(placed);
    return { key, values: own, scale: range?.scale ?? scaleOf(own) };
  });
  const byMetric = better(sweep, metric);
  return parallelCoordinates({
    metric,
    ...units[metric]!,
    axes: [
      ...coordinates,
      ...halving ? [{ key: halving.key, values: budgets, scale: scaleOf(budgets) }] : [],
    ],
    // Who came further was better, whatever the others would have come to there.
    cells: [...cells.keys()].sort((a, b) => reached[b]! - reached[a]! || byMetric(a, b)).flatMap(
      (i) => {
        const { values, metrics } = cells[i]!;
        const found = metrics[metric];
        if (!found) return [];
        const own = axes.map(({ key }) => placed(values[key]));
        return [{
          name: cellName(axes, values),
          values: halving ? [...own, budgets[reached[i]!]!] : own,
          metric: found.mean,
        }];
      },
    ),
  });
}

function placed(value: unknown): number | string {
  return typeof value === "number" ? value : valueText(value);
}

function scaleOf(values: readonly (number | string)[]): "linear" | "log" {
  const numbers = values.filter((value) => typeof value === "number");
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return numbers.length === values.length && low > 0 && high / low > WIDEST ? "log" : "linear";
}
