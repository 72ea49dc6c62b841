/**
 * All metrics as tables: for each data set the targets one by one, then their averages, with the
 * baselines' scores and the ceilings beside the model's.
 *
 * @module
 */

import { meanInterval } from "../../metrics/stats/mean_interval.ts";
import type { Result } from "../../run/schema.ts";
import { type Html, markup } from "../html.ts";
import {
  mean,
  metricName,
  noCeiling,
  none,
  number,
  scrolling,
  section,
  stackedMean,
} from "./marks.ts";

/** Scores that everyone expects first and in this order, as the field writes them; others follow by name. */
const printed: Readonly<Record<string, string>> = {
  correlation: "correlation",
  r2: "R²",
  mae: "MAE",
  rmse: "RMSE",
  mape: "MAPE",
  smape: "sMAPE",
};
const usualScores = Object.keys(printed);

/** A metric's name taken apart: `v2/test/rtt_ms/mae`, or `v2/test/mae/mean` for an average. */
interface Place {
  readonly metric: string;
  /** `v2/test` */
  readonly set: string;
  /** Target, or `mean`. */
  readonly row: string;
  readonly score: string;
}

/** The tables, `null` when no run has a metric. `order` names metrics whose data sets come first. */
export function metricsSection(results: readonly Result[], order: readonly string[]): Html | null {
  const names = [...new Set(results.flatMap(({ metrics }) => Object.keys(metrics)))].sort();
  if (names.length === 0) return null;
  const places = arrange(names);
  const placed = new Set(places.map(({ metric }) => metric));
  const rank = (set: string) => {
    const at = order.findIndex((metric) => metric.startsWith(`${set}/`));
    return at < 0 ? order.length : at;
  };
  const sets = [...new Set(places.map(({ set }) => set))]
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return section(
    "metrics",
    "Metrics",
    markup`<p class="note">Computed on held-out data with frozen weights${
      results.length > 1 &&
      `: the mean over ${results.length} seeds, ± to its one-sided 95 % bounds`
    }. The best of model and baselines in a column is set in bold.</p>`,
    ...sets.map((set) => setTable(set, places.filter((place) => place.set === set), results)),
    others(names.filter((name) => !placed.has(name)), results),
  );
}

/**
 * Finds the names that make a grid. A score is known by its average `<set>/<part>/<score>/mean` or by
 * standing under several targets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const places = arrange(["v2/test/rtt/mae", "v2/test/jitter/mae", "v2/test/skill/ridge", "loss"]);
 * assertEquals(places.map(({ row, score }) => `${row} ${score}`), ["rtt mae", "jitter mae"]);
 * ```
 */
export function arrange(names: readonly string[]): Place[] {
  const split = names.flatMap((metric) => {
    const [a, b, c, d, ...rest] = metric.split("/");
    return d === undefined || rest.length > 0 ? [] : [{ metric, set: `${a}/${b}`, c: c!, d }];
  });
  const averaged = new Set(
    split.filter(({ d }) => d === "mean").map(({ set, c }) => `${set} ${c}`),
  );
  const users = new Map<string, number>();
  for (const { set, d } of split) users.set(`${set} ${d}`, (users.get(`${set} ${d}`) ?? 0) + 1);
  return split.flatMap(({ metric, set, c, d }) => {
    if (d === "mean") return [{ metric, set, row: "mean", score: c }];
    if (averaged.has(`${set} ${c}`)) return [];
    const isScore = averaged.has(`${set} ${d}`) || users.get(`${set} ${d}`)! > 1;
    return isScore ? [{ metric, set, row: c, score: d }] : [];
  });
}

function setTable(set: string, places: readonly Place[], results: readonly Result[]): Html {
  const scores = [...new Set(places.map(({ score }) => score))].sort((a, b) => {
    const [i, j] = [a, b].map((score) => usualScores.indexOf(score) >>> 0) as [number, number];
    return i - j || (a < b ? -1 : 1);
  });
  const rows = [...new Set(places.map(({ row }) => row))]
    .sort((a, b) => Number(a === "mean") - Number(b === "mean") || (a < b ? -1 : 1));
  const table = markup`<table class="grid metrics">
<caption>${set}</caption>
<thead><tr><th scope="col">target</th><th scope="col">predictor</th>${
    scores.map((score) => markup`<th scope="col">${printed[score] ?? score}</th>`)
  }</tr></thead>
${
    rows.map((row) =>
      rowGroup(
        row,
        scores.map((score) => places.find((place) => place.row === row && place.score === score)),
        results,
      )
    )
  }</table>`;
  return scrolling(`Metrics of ${set}`, table);
}

/** The model's row of a target, the baselines' and the ceilings'. */
function rowGroup(
  row: string,
  places: readonly (Place | undefined)[],
  results: readonly Result[],
): Html {
  const metrics = places.map((place) => place?.metric);
  const names = [...new Set(results.flatMap(({ baselines }) => Object.keys(baselines)))].sort()
    .filter((name) => metrics.some((metric) => metric && over(results, baselineOf(name, metric))));
  const lines = [
    {
      name: "model",
      kind: "model",
      read: (metric: string) => (result: Result) => result.metrics[metric],
    },
    ...names.map((name) => ({
      name,
      kind: "baseline",
      read: (metric: string) => baselineOf(name, metric),
    })),
  ];
  const ceilings = metrics.map((metric) =>
    metric === undefined ? null : over(results, ({ ceilings }) => ceilings[metric])
  );
  const best = metrics.map((metric) => {
    if (metric === undefined) return null;
    const values = lines.flatMap(({ read }) => over(results, read(metric))?.mean ?? []);
    return better(results, metric) === "higher" ? Math.max(...values) : Math.min(...values);
  });
  const height = lines.length + (ceilings.some((ceiling) => ceiling) ? 1 : 0);
  const head = markup`<th scope="rowgroup" rowspan="${height}">${
    row === "mean" ? "mean over targets" : row
  }</th>`;
  const cell = (kind: string, read: (typeof lines)[number]["read"], column: number): Html => {
    const metric = metrics[column];
    const spread = metric === undefined ? null : over(results, read(metric));
    if (metric === undefined || spread === null) return markup`<td></td>`;
    const unit = unitOf(results, metric);
    const text = kind === "model"
      ? stackedMean(spread.mean, spread, unit)
      : number(spread.mean, unit, "");
    const leads = lines.length > 1 && spread.mean === best[column];
    return markup`<td>${leads ? markup`<b>${text}</b>` : text}</td>`;
  };
  return markup`<tbody>
${
    lines.map(({ name, kind, read }, i) =>
      markup`<tr class="${kind}">${i === 0 && head}<th scope="row">${name}</th>${
        metrics.map((_, column) => cell(kind, read, column))
      }</tr>
`
    )
  }${height > lines.length && ceilingRow(metrics, ceilings, results)}</tbody>`;
}

function ceilingRow(
  metrics: readonly (string | undefined)[],
  ceilings: readonly ({ mean: number } | null)[],
  results: readonly Result[],
): Html {
  const cells = metrics.map((metric, column) => {
    const ceiling = ceilings[column];
    if (metric === undefined || !ceiling) return markup`<td></td>`;
    return markup`<td>${number(ceiling.mean, unitOf(results, metric), "")}</td>`;
  });
  return markup`<tr class="ceiling"><th scope="row">ceiling</th>${cells}</tr>
`;
}

/** Metrics that are not part of a grid, one a line. */
function others(names: readonly string[], results: readonly Result[]): Html | null {
  if (names.length === 0) return null;
  const rows = names.map((name) => {
    const spread = over(results, ({ metrics }) => metrics[name]);
    const unit = unitOf(results, name);
    const ceiling = over(results, ({ ceilings }) => ceilings[name]);
    return markup`<tr><th scope="row">${metricName(name)}</th><td>${
      spread ? mean(spread.mean, spread, unit) : none("Not every run reports this number")
    }</td><td>${number(ceiling?.mean, unit, noCeiling)}</td></tr>
`;
  });
  return scrolling(
    "Other metrics",
    markup`<table class="grid flat">
<caption>Other metrics</caption>
<thead><tr><th scope="col">metric</th><th scope="col">model</th><th scope="col">ceiling</th></tr></thead>
<tbody>
${rows}</tbody></table>`,
  );
}

/** Mean over the runs of a number that all of them have, else `null`. */
function over(
  results: readonly Result[],
  read: (result: Result) => number | undefined,
): { mean: number; low: number | null; high: number | null } | null {
  const values = results.map(read).filter((value) => value !== undefined);
  return values.length === results.length && values.length > 0 ? meanInterval(values) : null;
}

function baselineOf(name: string, metric: string): (result: Result) => number | undefined {
  return ({ baselines }) => baselines[name]?.[metric];
}

function unitOf(results: readonly Result[], metric: string): string {
  return results.find(({ units }) => metric in units)?.units[metric]?.unit ?? "";
}

function better(results: readonly Result[], metric: string): "higher" | "lower" {
  return results.find(({ units }) => metric in units)?.units[metric]?.better ?? "higher";
}
