/**
 * The runs that the study learns from: trained here, made up as the document does, or a user's own.
 *
 * @module
 */

import { type Context, inputFile, type Resumable, type SavedState, type State, z } from "assay";
import {
  areCheckpoints,
  collectRuns,
  isSomRun,
  readRuns,
  type RunRecord,
  simulatedRuns,
} from "../../data/som.ts";
import { type MapHistories, mapHistories } from "./histories.ts";

/** The part of a configuration that says which, and what is taken of them. */
export const collectionConfig = {
  source: inputFile(
    "runs to learn from: real (trained here), simulated (made up as the document does) or a CSV file of runs",
    ["real", "simulated"],
  ),
  dataSets: z.number().int().min(7).max(100_000).default(2000)
    .describe("data sets that maps are trained on"),
  runsPerDataSet: z.number().int().min(1).max(1000).default(5)
    .describe("maps trained on each, or simulated in its place"),
  features: z.literal([3, 6]).default(6)
    .describe("numbers read at a checkpoint; 3: the errors alone, as the document feeds them"),
  context: z.enum(["none", "map", "plan"]).default("plan")
    .describe("what is known before a run; map: data and map, plan: length and schedules too"),
};

type CollectionConfig = z.output<z.ZodObject<typeof collectionConfig>>;

/** Runs, and what predictors learn of them. */
export interface Collection {
  readonly runs: readonly RunRecord[];
  readonly maps: MapHistories;
}

/** Trains, makes up or reads the runs, and adds them to the run's data. */
export async function collect<Config extends CollectionConfig>(
  ctx: Context<Config>,
): Promise<Collection> {
  const { source } = ctx.config;
  const runs = source === "real"
    ? await realRuns(ctx)
    : source === "simulated"
    ? simulatedRuns(ctx.key("simulated"), ctx.config.dataSets * ctx.config.runsPerDataSet)
    : (await readRuns(source)).runs;
  const maps = mapHistories(runs, readable(ctx, runs));
  ctx.digestData("runs", {
    values: Float64Array.from(maps.runs.flatMap(({ values }) => Array.from(values))),
    targets: Float64Array.from(maps.runs.flatMap(({ targets }) => Array.from(targets))),
  });
  return { runs, maps };
}

/** What is asked for, as far as the runs have it. */
function readable<Config extends CollectionConfig>(
  ctx: Context<Config>,
  runs: readonly RunRecord[],
): Pick<CollectionConfig, "features" | "context"> {
  const { features, context } = ctx.config;
  const timed = runs.every(({ history }) => areCheckpoints(history)), known = runs.every(isSomRun);
  if (features === 6 && !timed) {
    ctx.note("the runs say neither time nor schedules: 3 features are read");
  }
  if (context !== "none" && !known) {
    ctx.note("the runs do not say how they were configured: they are read without context");
  }
  return { features: timed ? features : 3, context: known ? context : "none" };
}

/** Trains maps in the loop `collection`, a data set a step. */
async function realRuns<Config extends CollectionConfig>(
  ctx: Context<Config>,
): Promise<readonly RunRecord[]> {
  const { dataSets, runsPerDataSet } = ctx.config;
  const key = ctx.key("runs"), collected = new CollectedRuns();
  await ctx.loop("collection", {
    state: collected,
    weights: [],
    steps: dataSets,
    step(n, trace) {
      const from = (n - 1) * runsPerDataSet;
      collected.runs.push(...collectRuns(key, { dataSets: n, runsPerDataSet, from }));
      trace.add(null);
      return n === dataSets;
    },
  });
  return collected.runs;
}

/** What was collected so far, to be gone on with. */
export class CollectedRuns implements Resumable {
  /** In the order of their numbers. */
  readonly runs: RunRecord[] = [];

  state(): State {
    const data = new TextEncoder().encode(JSON.stringify(this.runs));
    return { runs: { shape: [data.length], data } };
  }

  restore(saved: SavedState): void {
    const text = new TextDecoder().decode(saved.array("runs", Uint8Array));
    this.runs.length = 0;
    for (const run of JSON.parse(text) as RunRecord[]) this.runs.push(run);
  }
}
