/**
 * Which checkpoints of its first fifth tell how a run will end.
 *
 * @module
 */

import { type Context, metric, pow, type Study, z } from "assay";
import { collectRuns } from "../../data/som.ts";
import { ridgeBaseline } from "./baselines.ts";
import { mapHistories, TARGETS } from "./histories.ts";
import { finalValues, type Histories, prefixesOf } from "./prefixes.ts";
import { splitByDataset } from "./splits.ts";
import { errorScores } from "./study.ts";

/** Settings of this part. */
export const placementConfig = {
  placementDataSets: z.number().int().min(20).default(400)
    .describe("data sets of the runs with dense checkpoints"),
};

type PlacementConfig = z.output<z.ZodObject<typeof placementConfig>> & {
  readonly runsPerDataSet: number;
};

/** Shares of a run at which it is logged until the first check; the shortest has 100 iterations. */
// deno-fmt-ignore
const GRID = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2];
const [FIRST, LAST] = [GRID[0]!, GRID.at(-1)!];

/** As many checkpoints as the document's example has. */
const DOCUMENTED = 6;

/** A choice of checkpoints. */
export interface Placement {
  readonly by: "elimination" | "linear" | "logarithmic";
  readonly checkpoints: readonly number[];
  readonly mae: number;
}

/**
 * Mean errors of ridge regression on what runs log at some of these checkpoints, by how many and which: those that
 * remain when the one is struck that is missed least (by the validation runs), at equal distances, at equal ratios.
 */
export function placement<Config extends PlacementConfig>(
  ctx: Context<Config>,
  study: Study,
): Placement[] {
  const { placementDataSets: dataSets, runsPerDataSet } = ctx.config;
  const runs = collectRuns(ctx.key("placement/runs"), {
    dataSets,
    runsPerDataSet,
    checkpoints: [0, ...GRID, 1],
  });
  const maps = mapHistories([...runs], { features: 6, context: "none" });
  const split = splitByDataset(maps, ctx.key("placement/split"));
  const error = (checkpoints: readonly number[], side: "validation" | "test") => {
    const histories = loggedAt(maps, checkpoints.map((share) => 1 + GRID.indexOf(share)));
    const [train, validation, judged] = [split.train, split.validation, split[side]]
      .map((runs) => prefixesOf(histories, runs, [1]));
    const ridge = ridgeBaseline(train!, validation!, { readsPrefix: true, readsContext: false });
    const scores = errorScores("", finalValues(judged!), Float64Array.from(ridge(judged!)));
    return scores["/mae"]!.value;
  };

  const placements: Placement[] = [];
  const place = (by: Placement["by"], checkpoints: readonly number[]) => {
    const mae = error(checkpoints, "test");
    placements.push({ by, checkpoints, mae });
    study.metrics[`placement/${checkpoints.length}/${by}/mae`] = metric(mae, "lower");
    return mae;
  };
  let left: readonly number[] = GRID;
  place("elimination", left);
  while (left.length > 1) {
    const without = left.map((struck) => left.filter((share) => share !== struck));
    const errors = without.map((checkpoints) => error(checkpoints, "validation"));
    left = without[errors.indexOf(Math.min(...errors))]!;
    place("elimination", left);
  }
  for (let count = 2; count <= 10; count++) {
    const linear = place("linear", spaced(count, (i) => LAST * i / count));
    const ratio = place(
      "logarithmic",
      spaced(count, (i) => FIRST * pow(LAST / FIRST, (i - 1) / (count - 1))),
    );
    if (count === DOCUMENTED) {
      study.metrics["placement/gain/logarithmic"] = metric(linear - ratio, "higher");
    }
  }
  return placements;
}

/** The places of the grid nearest to those wanted, each once; of those taken, the next. */
function spaced(count: number, place: (i: number) => number): number[] {
  const free = new Set(GRID);
  return Array.from({ length: count }, (_, i) => {
    const wanted = place(i + 1);
    const nearest = [...free].reduce((a, b) => Math.abs(b - wanted) < Math.abs(a - wanted) ? b : a);
    free.delete(nearest);
    return nearest;
  }).sort((a, b) => a - b);
}

/** Histories with some checkpoints, and of them the errors alone. */
function loggedAt(maps: Histories, rows: readonly number[]): Histories {
  const width = maps.features.length;
  return {
    ...maps,
    features: TARGETS,
    current: TARGETS.map((_, t) => t),
    runs: maps.runs.map((run) => ({
      ...run,
      progress: rows.map((row) => run.progress[row]!),
      values: rows.flatMap((row) => maps.current.map((f) => run.values[row * width + f]!)),
    })),
  };
}
