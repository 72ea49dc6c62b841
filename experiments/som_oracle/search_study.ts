/**
 * The search experiment: the same searches with and without an oracle that ends trainings, from the same seeds, with as
 * many updates to spend, on data that no predictor has seen.
 *
 * @module
 */

import { type Context, type Study, together, z } from "assay";
import { type Oracle, stopAbove, stopWorst } from "./oracle_stopping.ts";
import {
  type Arms,
  bestFound,
  frontFigures,
  frontPoints,
  savingsAgainstRegret,
} from "./search_comparison.ts";
import { SearchField } from "./search_field.ts";
import { foundFigure, frontMetricsFigure, frontsFigure, savingsFigure } from "./search_figures.ts";
import { addCommon, addNoise, addScores, COMMON, type Kind, NONE } from "./search_metrics.ts";
import { type MapSearchName, mapSearchNames } from "./search_problem.ts";
import { bestScore } from "./search_scores.ts";

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

/** What ends trainings. */
export interface SearchOracles {
  /** By name. The first is judged, the others are baselines. */
  readonly oracles: Readonly<Record<string, Oracle>>;
  /** A quantile of the training runs' scores: what is foretold above it is stopped if all data have one threshold. */
  readonly threshold: number;
}

/** Generations of a search with an oracle at most, over those of one without: it hardly saves four fifths. */
const MOST_GENERATIONS = 5;
/**
 * Makes the searches in the loop `search`, a generation a step, and adds metrics, baselines and figures of what they
 * came to. The metrics of each kind of search, `search/KIND/...`, are those of the first oracle, the means over the
 * data sets:
 *
 * | metric | what it says |
 * | --- | --- |
 * | `saved/share` | updates not spent, as a share of what the configurations tried would have taken |
 * | `saved/bad` | the same for the 30 % of them that end worst |
 * | `regret` | how far the best score of all is below that of those not stopped |
 * | `best` | the latter |
 * | `gain` | how far it is below that without an oracle, the budget being the same |
 * | `configurations`, `updates` | what was tried within the budget, and spent of it |
 * | `hypervolume` | of the feasible front, scaled to what was found with any oracle or without |
 *
 * Beside `regret` and `gain` stand their one-sided 95 % bounds, `low` and `high`. Under `search/KIND/common/`, for the
 * first kind, is what becomes of as many generations when the threshold is the same for all data; `empty` is the share
 * of searches in which it stopped everything. `search/noise` is the standard deviation of the score of a best
 * configuration between trainings that differ in nothing but their keys.
 */
export async function searchStudy<Config extends SearchSettings>(
  ctx: Context<Config>,
  study: Study,
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
  const noise = addNoise(study, fields, kinds[0]!);

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
  const { searchSeeds } = ctx.config;
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
    steps: all.reduce((sum, { arm }) => sum + arm.generations, 0),
    async step(n, trace) {
      const { name, arm } = all.find(({ arm }) => !arm.over)!;
      await arm.step();
      ctx.log(`search/${name}/best`, n, bestScore(arm.trials));
      trace.add(null);
      return all.every(({ arm }) => arm.over);
    },
  });
}
