/**
 * The figures of the search experiment.
 *
 * @module
 */

import { $schema, type Figure, type FrontMetrics, rounded, tones } from "assay";

const { gray, blue, vermilion, green, purple, ochre } = tones;
/** Colours of searches by what ends their trainings: nothing, then the oracles, then the perfect one. */
const COLOURS = [gray, blue, vermilion, green, purple, ochre].map(({ light }) => light);

/** A number over the data sets. */
interface Mean {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** What an oracle saves and loses at one threshold. */
export interface Saving {
  readonly oracle: string;
  /** Share of configurations foretold to be better than what is stopped. */
  readonly share: number;
  readonly saved: number;
  readonly regret: Mean;
}

/** Savings against regret, a line an oracle. */
export function savingsFigure(savings: readonly Saving[], noise: number): Figure {
  const rows = savings.map(({ oracle, share, saved, regret }) => ({
    oracle,
    share,
    saved: rounded(saved),
    regret: rounded(regret.mean),
    low: rounded(Math.max(0, regret.low)),
    high: rounded(regret.high),
  }));
  const x = {
    field: "saved",
    type: "quantitative",
    title: "updates saved",
    axis: { format: "%" },
    scale: { zero: true },
  };
  const y = { field: "regret", type: "quantitative", title: "regret" };
  const own = colourBy("oracle", rows.map(({ oracle }) => oracle), 1);
  // Its own opacity, or the legend would take that of the bounds.
  const color = { ...own, legend: { ...own.legend, symbolOpacity: 1 } };
  return {
    name: "search-savings",
    title: "Savings against regret",
    caption:
      "Random search, every oracle over the same configurations; means over the data sets, with one-sided 95 % " +
      "bounds. To the right an oracle stops more: what is foretold to be worse than the share of configurations " +
      `that the tooltip names. The same configuration trained with other keys varies by ${
        noise.toPrecision(2)
      } (standard deviation).`,
    spec: {
      $schema,
      data: { values: rows },
      width: 480,
      height: 280,
      encoding: { x, color },
      layer: [
        {
          mark: { type: "rule", opacity: 0.35 },
          encoding: { y: { ...y, field: "low" }, y2: { field: "high" } },
        },
        { mark: { type: "line" }, encoding: { y, order: { field: "share" } } },
        {
          mark: { type: "point", filled: true, size: 45, opacity: 1 },
          encoding: {
            y,
            tooltip: ["oracle", "share", "saved", "regret", "low", "high"].map((field) => ({
              field,
            })),
          },
        },
      ],
    },
  };
}

/** The best score found by some share of the budget. */
export interface Found {
  readonly search: string;
  /** What ends its trainings. */
  readonly oracle: string;
  readonly share: number;
  /** Above the best that any search found on the same data, the mean over the data sets. */
  readonly excess: number;
}

/** Best found by updates spent, a panel a search. */
export function foundFigure(found: readonly Found[]): Figure {
  const rows = found.map(({ excess, ...row }) => ({ ...row, excess: rounded(excess) }));
  return {
    name: "search-found",
    title: "Best score found by updates spent",
    caption:
      "How far the best finished training is above the best that any of the searches found on the same data, the " +
      "mean over the data sets. All searches of a panel begin with the same configurations and have the same budget: " +
      "what its generations cost without an oracle.",
    spec: {
      $schema,
      data: { values: rows },
      facet: { column: facetBy("search", rows.map(({ search }) => search)) },
      spec: {
        width: 300,
        height: 240,
        mark: { type: "line", interpolate: "step-after" },
        encoding: {
          x: { field: "share", type: "quantitative", title: "budget spent", axis: { format: "%" } },
          y: { field: "excess", type: "quantitative", title: null },
          color: colourBy("oracle", rows.map(({ oracle }) => oracle), 0),
        },
      },
    },
  };
}

/** A point of a front. */
export interface FrontPoint {
  readonly oracle: string;
  /** From 1. */
  readonly generation: number;
  /** The first two objectives. */
  readonly x: number;
  readonly y: number;
}

/** Areas of the marks of fronts, earlier ones around later ones. */
const SIZES = [170, 80, 25];

/** Fronts by generation, a panel with an oracle and one without. */
export function frontsFigure(
  points: readonly FrontPoint[],
  { search, data, objectives: [x, y] }: {
    readonly search: string;
    readonly data: string;
    readonly objectives: readonly [string, string];
  },
): Figure {
  const rows = points.map(({ x, y, ...row }) => ({ ...row, x: rounded(x), y: rounded(y) }));
  const generations = [...new Set(rows.map(({ generation }) => generation))].sort((a, b) => a - b);
  const by = {
    field: "generation",
    type: "ordinal",
    title: "generation",
    // The title of the y axis stands where the legend would.
    legend: { offset: 30 },
  };
  const axis = (field: "x" | "y", title: string | null) => ({
    field,
    type: "quantitative",
    title,
    scale: { zero: false, nice: true },
  });
  return {
    name: "search-fronts",
    title: "Pareto fronts by generation",
    caption:
      `${x} (across) and ${y} (up) of what ${search} had found on one data set (${data}) after some of its ` +
      "generations: feasible, and dominated by nothing found until then. Objectives that are not drawn count " +
      "too. What stays on the front has the marks of several generations, one in another.",
    spec: {
      $schema,
      data: { values: rows },
      facet: { column: facetBy("oracle", rows.map(({ oracle }) => oracle)) },
      spec: {
        width: 300,
        height: 260,
        mark: { type: "point", filled: true, opacity: 1 },
        encoding: {
          x: axis("x", x),
          y: axis("y", null),
          color: {
            ...by,
            scale: { domain: generations, range: COLOURS.slice(0, generations.length) },
          },
          size: {
            ...by,
            scale: { domain: generations, range: SIZES.slice(0, generations.length) },
          },
        },
      },
    },
  };
}

/** Figures of a front, and whose it is. */
export interface FrontRow extends Pick<FrontMetrics, "hypervolume" | "spacing"> {
  readonly oracle: string;
  /** From 1. */
  readonly generation: number;
  /** Mean over the objectives. */
  readonly spread: number;
}

const MEASURES = ["hypervolume", "spacing", "spread"] as const;

/** Hypervolume, spacing and spread by generation. */
export function frontMetricsFigure(rows: readonly FrontRow[], search: string): Figure {
  const values = MEASURES.flatMap((measure) =>
    rows.map(({ oracle, generation, [measure]: value }) => ({
      measure,
      oracle,
      generation,
      value: rounded(value),
    }))
  );
  return {
    name: "search-front-metrics",
    title: "Fronts in figures",
    caption:
      `Of ${search}, the mean over the data sets. Objectives are scaled to the range that the searches on the same ` +
      "data found feasible; hypervolume to the reference 1.1 (more is better), spacing between neighbours (less is " +
      "more even), spread as the mean extent over the objectives. A search that is over keeps its last figures.",
    spec: {
      $schema,
      data: { values },
      facet: { column: { field: "measure", type: "nominal", sort: null, title: null } },
      resolve: { scale: { y: "independent" } },
      spec: {
        width: 200,
        height: 200,
        mark: { type: "line", point: { size: 20 } },
        encoding: {
          x: {
            field: "generation",
            type: "quantitative",
            title: "generation",
            axis: { tickMinStep: 1, format: "d" },
          },
          y: { field: "value", type: "quantitative", title: null, scale: { zero: false } },
          color: colourBy("oracle", values.map(({ oracle }) => oracle), 0),
        },
      },
    },
  };
}

/** A colour for each name in the order in which they come. */
function colourBy(field: string, names: readonly (string | number)[], first: number) {
  const domain = [...new Set(names)];
  return {
    field,
    type: "nominal",
    title: null,
    sort: null,
    // The title of the y axis stands where the legend would.
    legend: { offset: 30 },
    scale: { domain, range: domain.map((_, i) => COLOURS[(first + i) % COLOURS.length]) },
  };
}

/** A panel for each name in the order in which they come. */
function facetBy(field: string, names: readonly string[]) {
  return { field, type: "nominal", sort: [...new Set(names)], title: null };
}
