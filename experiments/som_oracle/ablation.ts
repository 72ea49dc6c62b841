/**
 * What a predictor's inputs are worth, and what was changed about the document's: the beginning of a run, what is known
 * before it, or both; three features or six; another network, another answer.
 *
 * @module
 */

import { type Context, metric, type Study, z } from "assay";
import { ridgeBaseline } from "./baselines.ts";
import type { Collection } from "./collection.ts";
import { asRatios, type HistoriesOptions, mapHistories } from "./histories.ts";
import { finalValues } from "./prefixes.ts";
import { type PredictorConfig, sidesOf, train, trainingOptions } from "./rivals.ts";
import type { RunSplit } from "./splits.ts";
import { errorScores, percent, rowsOf } from "./study.ts";
import type { TrainingOptions } from "./training.ts";

/** Settings of this part. */
export const ablationConfig = {
  ablationEpochs: z.number().int().min(0).default(30)
    .describe("passes of each network of the ablation; 0: ridge alone"),
};

type AblationConfig = z.output<z.ZodObject<typeof ablationConfig>> & PredictorConfig;

/** Shares of a run that its cells are asked about, and learn from. */
const ASKED = [0.05, 0.2, 0.5];

/** What a cell reads, and what it has of its own. */
interface Cell extends HistoriesOptions {
  readonly name: string;
  readonly readsPrefix: boolean;
  readonly change?: Partial<TrainingOptions>;
}

const whole = { features: 6, context: "plan", readsPrefix: true } as const;

const CELLS: readonly Cell[] = [
  // Without a prefix there is no last value to go on from.
  { ...whole, name: "map", context: "map", readsPrefix: false, change: { answer: "value" } },
  { ...whole, name: "plan", readsPrefix: false, change: { answer: "value" } },
  { ...whole, name: "prefix-3", features: 3, context: "none" },
  { ...whole, name: "prefix-6", context: "none" },
  { ...whole, name: "prefix-3-plan", features: 3 },
  { ...whole, name: "prefix-6-map", context: "map" },
  { ...whole, name: "prefix-6-plan" },
  { ...whole, name: "prefix-6-plan-value", change: { answer: "value" } },
  { ...whole, name: "prefix-6-plan-bidirectional", change: { network: "bidirectional" } },
  { ...whole, name: "prefix-6-plan-lite", change: { network: "lite" } },
];

/** A cell's error at a share of the runs. */
export interface AblationRow {
  readonly cell: string;
  readonly rival: "LSTM" | "ridge";
  readonly share: number;
  readonly mae: number;
}

/**
 * Mean errors of every cell on test runs, quantisation errors over their first. Ridge has no cell of its own where only
 * the network is changed.
 */
export async function ablation<Config extends AblationConfig>(
  ctx: Context<Config>,
  study: Study,
  { runs }: Collection,
  split: RunSplit,
): Promise<AblationRow[]> {
  const { ablationEpochs: epochs } = ctx.config;
  const rows: AblationRow[] = [];
  for (const { name, readsPrefix, change, ...options } of CELLS) {
    const maps = mapHistories(runs, options);
    const sides = sidesOf(maps, split, ASKED);
    const { run, share } = sides.test;
    const actual = asRatios(maps, run, finalValues(sides.test));
    const score = (rival: AblationRow["rival"], foretold: ArrayLike<number>) => {
      const said = asRatios(maps, run, foretold);
      for (const at of ASKED) {
        const own = Int32Array.from(share.keys()).filter((i) => share[i] === at);
        const mae = errorScores("", rowsOf(actual, own), rowsOf(said, own))["/mae"]!.value;
        const path = `ablation/${rival.toLowerCase()}/${name}/${percent(at)}/mae`;
        study.metrics[path] = metric(mae, "lower");
        rows.push({ cell: name, rival, share: at, mae });
      }
    };
    if (change === undefined || !readsPrefix) {
      const readsContext = options.context !== "none";
      const ridge = ridgeBaseline(sides.train, sides.validation, { readsPrefix, readsContext });
      score("ridge", ridge(sides.test));
    }
    if (epochs === 0) continue;
    const predictor = await train(ctx, `ablation/${name}`, sides, {
      ...trainingOptions(ctx.config, epochs, maps),
      readsPrefix,
      ...change,
    });
    score("LSTM", await predictor.foretell(sides.test));
    predictor.dispose();
  }
  return rows;
}
