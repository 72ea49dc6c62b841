/**
 * A small Oracle under its real name: predictors of a few maps, trained for a few epochs and left as the real ones are.
 */

import { experiment, type Key, z } from "assay";
import { collectRuns, type RunRecord, simulatedRuns } from "../../data/som.ts";
import { quantile, scoresOf } from "../../experiments/som_oracle/decisions.ts";
import { type MapHistories, mapHistories } from "../../experiments/som_oracle/histories.ts";
import { finalValues, PREFIX_SHARES } from "../../experiments/som_oracle/prefixes.ts";
import { sidesOf } from "../../experiments/som_oracle/rivals.ts";
import { savePredictor } from "../../experiments/som_oracle/saved_predictor.ts";
import { DOCUMENT_RULE, type ScoreRule } from "../../experiments/som_oracle/saved_schema.ts";
import { splitByDataset } from "../../experiments/som_oracle/splits.ts";
import { trainPredictor } from "../../experiments/som_oracle/training.ts";

/** The predictors by name, and what each reads. */
const predictors = {
  /** All that there is to read. */
  planned: { features: 6, context: "plan" },
  /** What the document's reads. */
  document: { features: 3, context: "none" },
} as const;

/** The histories that a predictor of a run learns from. */
export function historiesFor(key: Key, name: keyof typeof predictors): MapHistories {
  const runs: RunRecord[] = name === "document"
    ? simulatedRuns(key, 60)
    : [...collectRuns(key, { dataSets: 15, runsPerDataSet: 4 })];
  return mapHistories(runs, predictors[name]);
}

export default experiment({
  name: "som-oracle",
  title: "A small Oracle",
  config: z.object({
    predictors: z.array(z.enum(["planned", "document"])).default([])
      .describe("which to leave"),
  }),
  profiles: { quick: {}, full: {} },
  seeds: { quick: 1, full: 1 },
  targets: [],
  claims: [],
  async run(ctx) {
    for (const name of ctx.config.predictors) {
      const maps = historiesFor(ctx.key("runs"), name);
      const split = splitByDataset(maps, ctx.key("split"));
      const { train, validation, test } = sidesOf(maps, split, PREFIX_SHARES);
      const { context } = predictors[name];
      const predictor = await trainPredictor(
        ctx.key("train").key(name),
        { train, validation },
        {
          network: "lite",
          readsPrefix: true,
          readsContext: context !== "none",
          attention: name === "planned",
          ahead: name === "planned" ? [0.1] : [],
          answer: name === "planned" ? "rate" : "value",
          epochs: 3,
        },
        (model, options) => ctx.fit(name, model, options),
      );
      const scores = scoresOf(finalValues(train));
      const rule: ScoreRule = name === "document" ? DOCUMENT_RULE : {
        kind: "percentile",
        threshold: quantile(scores, 0.7),
        percentile: 0.7,
        runs: split.train.length,
        firstShare: 0.2,
      };
      await savePredictor(ctx, name, predictor, {
        maps,
        train,
        validation,
        test,
        rule,
        source: name === "document" ? "simulated" : "real",
        totalEpochs: name === "document" ? 1000 : null,
      });
      const foretold = Array.from(await predictor.foretell(test));
      await ctx.writeFile(`${name}.json`, JSON.stringify({ test: split.test, foretold }));
      predictor.dispose();
    }
    return { metrics: {} };
  },
});
