/**
 * The search experiment: the same searches with and without an oracle that ends trainings, from the same seeds, with as
 * many updates to spend, on data that no predictor has seen.
 *
 * @module
 */

import {
  type Context,
  type Direction,
  type Figure,
  meanInterval,
  type Metric,
  metric,
  metricValues,
  prefixNames,
  together,
  z,
} from "assay";
import { type Oracle, stopAbove, stopWorst } from "./oracle_stopping.ts";
import {
  type Arms,
  bestFound,
  commonRanges,
  frontFigures,
  frontPoints,
  lastFront,
  savingsAgainstRegret,
} from "./search_comparison.ts";
import { SearchField } from "./search_field.ts";
import { foundFigure, frontMetricsFigure, frontsFigure, savingsFigure } from "./search_figures.ts";
import { type MapSearchName, mapSearchNames } from "./search_problem.ts";
import { bestScore, type SearchScores, searchScores } from "./search_scores.ts";

/** Settings of the search experiment. */
export const searchConfig = {
  searches: z.array(z.enum(mapSearchNames)).min(1).default(["random", "nsga2"])
    .describe("searches that are made with oracles and without"),
  searchSeeds: z.number().int().min(2).default(10)
    .describe("searches of each kind, each on data of its own"),
  searchPopulation: z.number().int().min(2).default(20).describe("configurations of a generation"),
  searchGenerations: z.number().int().min(1).default(8)
    .describe("generations of a search without an oracle, whose updates are the budget with one"),
  searchSamples: z.number().int().min(50).max(5000).default(400)
    .describe("samples of the data that maps are searched for"),
  searchShare: z.number().min(0).max(1).default(0.7)
    .describe(
      "share of a search's configurations that what is stopped is foretold to be worse than",
    ),
};

/** What `quick` changes of them. */
export const searchQuick = { searchPopulation: 12, searchGenerations: 4, searchSamples: 200 };

type SearchSettings = z.output<z.ZodObject<typeof searchConfig>>;

/** What the experiment adds to. */
export interface SearchStudy {
  readonly metrics: Record<string, Metric>;
  readonly baselines: Record<string, Record<string, number>>;
  readonly figures: Figure[];
}

/** What ends trainings. */
export interface SearchOracles {
  /** By name. The first is judged, the others are baselines. */
  readonly oracles: Readonly<Record<string, Oracle>>;
  /** A quantile of the scores that the predictors learned from, whatever the data: what is foretold to be above it is stopped. */
  readonly threshold: number;
}

/** Generations of a search with an oracle at most, over those of one without: it hardly saves four fifths. */
const MOST_GENERATIONS = 5;
/** Names of arms beside those of oracles. */
const NONE = "no oracle", COMMON = "common threshold";
/** Trainings of a configuration with other keys. */
const AGAIN = 5;

/** The searches of one kind on every data set. */
interface Kind {
  readonly search: MapSearchName;
  readonly fields: readonly Arms[];
}

/**
 * Makes the searches in the loop `search`, a generation a step, and adds what they came to, of each kind under
 * `search/KIND/`:
 *
 * | metric | the mean over the data sets, of the first oracle, |
 * | --- | --- |
 * | `saved/share` | of the updates that were not spent, in all that the configurations tried would have taken |
 * | `saved/bad` | of the same for the 30 % of them whose scores are worst in the end |
 * | `regret` | of what the best of those not stopped scores above the best of all |
 * | `best` | of the score of the former |
 * | `gain` | of how much lower that is than without an oracle, which has spent as much |
 * | `configurations` | of those tried for it |
 *
 * `regret` and `gain` have their one-sided 95 % bounds, `low` and `high`, beside them. `search/noise` is the standard
 * deviation of the score of a search's best configuration between trainings that differ in nothing but their keys.
 * Under `search/KIND/common/` is, for the first kind, what a threshold does that is the same for all data: `empty` is the
 * share of searches of which it left nothing.
 */
export async function searchStudy<Config extends SearchSettings>(
  ctx: Context<Config>,
  study: SearchStudy,
  given: SearchOracles,
): Promise<void> {
  const { searches, searchSeeds, searchPopulation, searchGenerations, searchSamples } = ctx.config;
  const sizes = { samples: searchSamples, population: searchPopulation };
  const fields = Array.from(
    { length: searchSeeds },
    (_, i) => new SearchField(ctx.key("search").at(i), i, sizes),
  );
  ctx.digestData("search", Object.fromEntries(fields.map(({ data }, i) => [`${i}`, data.values])));
  const kinds = searches.map((search, i) => ({
    search,
    fields: fields.map((field) => armsOf(ctx.config, field, search, given, i === 0)),
  }));
  await makeSearches(ctx, kinds);

  const names = Object.keys(given.oracles);
  for (const kind of kinds) addScores(study, kind, names);
  addCommon(study, kinds[0]!);
  const noise = noiseOf(fields, kinds[0]!);
  study.metrics["search/noise"] = metric(noise, "lower");

  const shown = [NONE, ...names];
  const last = kinds.at(-1)!, [x, y] = last.fields[0]![NONE]!.problem.objectiveNames;
  study.figures.push(
    savingsFigure(await savingsAgainstRegret(fields, given.oracles, searchGenerations), noise),
    foundFigure(kinds.flatMap(({ search, fields }) => bestFound(search, fields, shown))),
    frontsFigure(frontPoints(last.fields[0]!, shown.slice(0, 2)), {
      search: last.search,
      data: fields[0]!.data.name,
      objectives: [x!, y!],
    }),
    frontMetricsFigure(frontFigures(last.fields, shown), last.search),
  );
}

/** A search of a kind with each oracle, and without. */
function armsOf(
  { searchGenerations: generations, searchShare }: SearchSettings,
  field: SearchField,
  name: MapSearchName,
  { oracles, threshold }: SearchOracles,
  hasCommon: boolean,
): Arms {
  const none = field.arm(name, { watch: null, budget: () => Infinity, generations });
  const watched = Object.entries(oracles).map(([oracleName, oracle]) => [
    oracleName,
    field.arm(name, {
      watch: { oracle, stopper: stopWorst(oracle, searchShare) },
      budget: () => none.spent,
      generations: MOST_GENERATIONS * generations,
    }),
  ]);
  const [oracle] = Object.values(oracles);
  const common = hasCommon
    ? {
      [COMMON]: field.arm(name, {
        watch: { oracle: oracle!, stopper: stopAbove(oracle!, threshold) },
        budget: () => Infinity,
        generations,
      }),
    }
    : {};
  return { [NONE]: none, ...Object.fromEntries(watched), ...common };
}

/** Lets every search go to its end, one after the other. */
async function makeSearches<Config extends SearchSettings>(
  ctx: Context<Config>,
  kinds: readonly Kind[],
): Promise<void> {
  const { searchSeeds, searchGenerations } = ctx.config;
  // Data set by data set: the trainings of one are shared.
  const all = Array.from(
    { length: searchSeeds },
    (_, i) =>
      kinds.flatMap(({ search, fields }) =>
        Object.entries(fields[i]!).map(([name, arm]) => ({ name: `${i}/${search}/${name}`, arm }))
      ),
  ).flat();
  await ctx.loop("search", {
    state: together(Object.fromEntries(all.map(({ name, arm }) => [name, arm]))),
    weights: [],
    steps: all.length * MOST_GENERATIONS * searchGenerations,
    async step(n, trace) {
      const { name, arm } = all.find(({ arm }) => !arm.over)!;
      await arm.step();
      ctx.log(`search/${name}/best`, n, bestScore(arm.trials));
      trace.add(null);
      return all.every(({ arm }) => arm.over);
    },
  });
}

function addScores(
  { metrics, baselines }: SearchStudy,
  { search, fields }: Kind,
  names: readonly string[],
): void {
  const prefix = `search/${search}/`;
  const found = fields.map((arms) => {
    const own = [NONE, ...names].map((name) => arms[name]!), ranges = commonRanges(own);
    return own.map((arm) => ({
      ...searchScores(arm.trials),
      hypervolume: lastFront(arm, ranges)?.hypervolume ?? 0,
    }));
  });
  const scoresOf = (at: number) => found.map((byName) => byName[at]!);
  const none = scoresOf(0);
  names.forEach((name, i) => {
    const scores = prefixNames(prefix, compared(scoresOf(i + 1), none));
    if (i === 0) Object.assign(metrics, scores);
    else baselines[name] = { ...baselines[name], ...metricValues(scores) };
  });
  const alone = prefixNames(prefix, metricValues(reached(none)));
  baselines[NONE] = { ...baselines[NONE], ...alone };
}

type FieldScores = SearchScores & { readonly hypervolume: number };

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

function addCommon({ metrics }: SearchStudy, { search, fields }: Kind): void {
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

/** Standard deviation of the score of each data set's best configuration over trainings with other keys, the mean. */
function noiseOf(fields: readonly SearchField[], kind: Kind): number {
  return mean(fields.map((field, i) => {
    const { trials, configurations } = kind.fields[i]![NONE]!;
    const best = trials.reduce((best, { score }, at) => score < trials[best]!.score ? at : best, 0);
    return meanInterval(field.scoresAgain(configurations[best]!, AGAIN)).sd;
  }));
}

function mean(values: readonly number[]): number {
  return meanInterval(values).mean;
}
