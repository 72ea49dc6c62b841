/**
 * The metrics of the search experiment.
 *
 * @module
 */

import {
  addBaseline,
  type Direction,
  meanInterval,
  type Metric,
  metric,
  prefixNames,
  type Study,
} from "assay";
import { type Arms, commonRanges, lastFront } from "./search_comparison.ts";
import type { SearchField } from "./search_field.ts";
import type { MapSearchName } from "./search_problem.ts";
import { type SearchScores, searchScores } from "./search_scores.ts";

/** Names of searches beside those with oracles. */
export const NONE = "no oracle", COMMON = "common threshold";

/** Trainings of a configuration with other keys. */
const AGAIN = 5;

/** The searches of one kind on every data set. */
export interface Kind {
  readonly search: MapSearchName;
  readonly fields: readonly Arms[];
}

/** @param names Of the oracles; the first is judged. */
export function addScores(
  study: Study,
  { search, fields }: Kind,
  names: readonly string[],
): void {
  const prefix = `search/${search}/`;
  const found = fields.map((arms) => {
    const own = [NONE, ...names].map((name) => arms[name]!), ranges = commonRanges(own);
    return own.map((arm) => ({
      ...searchScores(arm.trials),
      hypervolume: lastFront(arm, ranges)?.hypervolume ?? 0,
      updates: arm.spent,
    }));
  });
  const scoresOf = (at: number) => found.map((byName) => byName[at]!);
  const none = scoresOf(0);
  names.forEach((name, i) => {
    const scores = prefixNames(prefix, compared(scoresOf(i + 1), none));
    if (i === 0) Object.assign(study.metrics, scores);
    else addBaseline(study, name, scores);
  });
  addBaseline(study, NONE, prefixNames(prefix, reached(none)));
}

/** What a search came to on one data set. */
type FieldScores = SearchScores & { readonly hypervolume: number; readonly updates: number };

/** Searches with an oracle, each beside the same without. */
function compared(
  scores: readonly FieldScores[],
  none: readonly FieldScores[],
): Record<string, Metric> {
  return {
    ...saved(scores),
    ...bounded("regret", "lower", scores.map(({ regret }) => regret)),
    ...bounded("gain", "higher", scores.map(({ best }, i) => none[i]!.best - best)),
    ...reached(scores),
  };
}

function saved(scores: readonly SearchScores[]): Record<string, Metric> {
  return {
    "saved/share": metric(mean(scores.map(({ savedShare }) => savedShare)), "higher"),
    "saved/bad": metric(mean(scores.map(({ savedOfBad }) => savedOfBad)), "higher"),
  };
}

function reached(scores: readonly FieldScores[]): Record<string, Metric> {
  return {
    best: metric(mean(scores.map(({ best }) => best)), "lower"),
    hypervolume: metric(mean(scores.map(({ hypervolume }) => hypervolume)), "higher"),
    configurations: metric(mean(scores.map(({ configurations }) => configurations)), "higher"),
    updates: metric(mean(scores.map(({ updates }) => updates)), "lower"),
  };
}

/** A mean with its one-sided 95 % bounds. */
function bounded(
  name: string,
  better: Direction,
  values: readonly number[],
): Record<string, Metric> {
  const { mean, low, high } = meanInterval(values);
  return {
    [name]: metric(mean, better),
    [`${name}/low`]: metric(low!, better),
    [`${name}/high`]: metric(high!, better),
  };
}

/** What a threshold does that is the same for all data. */
export function addCommon({ metrics }: Study, { search, fields }: Kind): void {
  const scores = fields.map((arms) => searchScores(arms[COMMON]!.trials));
  Object.assign(
    metrics,
    prefixNames(`search/${search}/common/`, {
      ...saved(scores),
      regret: metric(mean(scores.map(({ regret }) => regret)), "lower"),
      empty: metric(mean(scores.map(({ empty }) => empty ? 1 : 0)), "lower"),
    }),
  );
}

/**
 * What chance does to a score.
 *
 * @returns Its standard deviation.
 */
export function addNoise(
  { metrics }: Study,
  fields: readonly SearchField[],
  { fields: searched }: Kind,
): number {
  const noise = mean(fields.map((field, i) => {
    const { trials, configurations } = searched[i]![NONE]!;
    const best = trials.reduce((best, { score }, at) => score < trials[best]!.score ? at : best, 0);
    return meanInterval(field.scoresAgain(configurations[best]!, AGAIN)).sd;
  }));
  metrics["search/noise"] = metric(noise, "lower");
  return noise;
}

function mean(values: readonly number[]): number {
  return meanInterval(values).mean;
}
