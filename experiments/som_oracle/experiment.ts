/**
 * The Oracle: how a training of a self-organising map will end, foretold from its beginning, and the bad ones stopped.
 *
 * First the document as it stands: its three networks, its simulated histories, its absolute errors. Then what it was
 * for: histories of maps that were really trained, on data sets that no predictor has seen, every network beside ridge
 * regression, the last value and the median, and what decisions by what they foretell are worth; searches with and
 * without such decisions. Then what the inputs are worth, which checkpoints, what attention looks at, and horizons
 * before the end.
 *
 * Over 400 lines because it is one thing, read from top to bottom: what is declared and claimed, then the parts.
 */

import {
  atLeast,
  atMost,
  claim,
  type ConfigOf,
  type Context,
  emptyStudy,
  experiment,
  metric,
  type Study,
  target,
  within,
  z,
} from "assay";
import { isSomRun, type SomRun } from "../../data/som.ts";
import { ablation, ablationConfig } from "./ablation.ts";
import { attentionByDecile } from "./attention_study.ts";
import { collect, type Collection, collectionConfig } from "./collection.ts";
import { calibration, scoreDecisions } from "./decision_study.ts";
import { quantile, scoresOf, STOPPED_ABOVE } from "./decisions.ts";
import {
  countParameters,
  documentConfig,
  realHistories,
  scoreSign,
  simulatedHistories,
} from "./document_study.ts";
import { scoreErrors } from "./evaluation.ts";
import { calibrationFigure, errorByPrefix, historiesFan, tradeoffFigure } from "./figures.ts";
import { asRatios, mapHistories } from "./histories.ts";
import { AHEAD, scoreHorizons } from "./horizons.ts";
import { oracleOf } from "./oracle_stopping.ts";
import { placement, placementConfig } from "./placement.ts";
import { prefixesOf } from "./prefixes.ts";
import {
  FIRST_CHECK,
  forecast,
  type Forecasts,
  type Foretell,
  LAST_CHECK,
  predictorConfig,
  type Rivals,
  rivalsOf,
  sidesOf,
  train,
  trainingOptions,
} from "./rivals.ts";
import { savePredictor } from "./saved_predictor.ts";
import { searchConfig, searchQuick, searchStudy } from "./search_study.ts";
import { type RunSplit, splitByConfiguration, splitByDataset } from "./splits.ts";
import { scoreStopping } from "./stopping_study.ts";
import {
  ablationFigure,
  attentionFigure,
  horizonsFigure,
  placementFigure,
} from "./study_figures.ts";
import type { Predictor } from "./training.ts";

const parts = [
  "document",
  "evaluation",
  "search",
  "known",
  "ablation",
  "placement",
  "attention",
  "horizons",
] as const;

const config = z.object({
  parts: z.array(z.enum(parts)).min(1).default([...parts]).describe("parts of the study"),
  ...collectionConfig,
  ...predictorConfig,
  variantEpochs: z.number().int().min(1).default(30)
    .describe(
      "passes of the networks beside the main one: on known data sets, attention, horizons",
    ),
  ...documentConfig,
  ...ablationConfig,
  ...placementConfig,
  ...searchConfig,
});

type Config = ConfigOf<typeof config>;

const has = (part: Config["parts"][number]) => ({ parts }: Config) => parts.includes(part);
const isReal = ({ source }: Config) => source === "real";
const judged = (config: Config) => has("evaluation")(config) && isReal(config);
const searched = (config: Config) =>
  has("search")(config) && isReal(config) && config.searches.includes("nsga2");
const asDocumented = (config: Config) => has("document")(config) && isReal(config);

const document = "claims/001, the LSTM Oracle of a self-organising map's training";

/** Parameters, as claimed and within a tenth of it. */
const PARAMETERS = [
  ["standard", 150_000, "refuted"],
  ["bidirectional", 80_000, "reproduced"],
  ["lite", 40_000, "refuted"],
] as const;

export default experiment({
  name: "som-oracle",
  title: "How the training of a self-organising map will end, foretold from its beginning",
  source: document,
  summary:
    "A recurrent network reads the first checkpoints of a map's training and says how it will end, so that bad trainings " +
    "can be stopped. The document's histories were made up from the very ends that were then asked for: their first two " +
    "checkpoints give the quantisation error exactly, ridge regression on whole ones errs half as much as the network, " +
    "and asked after 100 epochs the network, which has learned from whole histories alone, errs twice as much as it may. " +
    "Trained on beginnings of trainings that were really made, it does what was promised, and so does ridge regression. " +
    "To be better than that it takes some thousand runs, the plan of each run to read, and the change that is left " +
    "instead of the end to foretell; then it errs a quarter less on data sets that it has not seen. A decision by one " +
    "threshold for all data is nearly always right, but hardly about the run: the mean of other runs on the same data " +
    "decides nearly as well. Where a search chooses, between runs on the same data, four pairs of five are foretold in " +
    "the right order from a fifth of the run.",
  config,
  profiles: {
    quick: {
      // Where checkpoints are best placed, some hundred runs do not tell.
      parts: ["document", "evaluation", "search", "known", "ablation", "attention", "horizons"],
      dataSets: 400,
      runsPerDataSet: 3,
      network: "lite",
      dropout: 0,
      shares: [0.1, 0.2, 0.3, 0.5, 0.7],
      epochs: 12,
      variantEpochs: 5,
      documentEpochs: 30,
      ablationEpochs: 0,
      ...searchQuick,
    },
    // Some half an hour a seed on two cores; the document's 100 passes would be more than an hour.
    full: { epochs: 40, variantEpochs: 15, ablationEpochs: 10 },
  },
  seeds: { quick: 3, full: 5 },
  targets: [
    target("document/leak", atMost(1e-12), {
      because:
        "two simulated checkpoints give the end away exactly, so nothing learned from them counts",
      when: has("document"),
    }),
    target("score/sign", atLeast(0), {
      because: "a map that was trained well must score lower than one with random weights",
      when: has("document"),
    }),
    target("unseen/20%/skill/simple", atLeast(0.25), {
      because:
        "whatever it is trained on, a predictor must err a quarter less than the better of the last value and the median",
      when: judgedAt(0.2),
    }),
    target("unseen/padding", atMost(0), {
      because: "what a run has not come to yet must not change a bit of what is foretold",
      when: has("evaluation"),
    }),
    target("horizons/grows", atLeast(1), {
      because: "what is further away must be harder to foretell",
      when: (config) => has("horizons")(config) && isReal(config),
    }),
    ...[0.2, 0.3].map((share) =>
      target(`unseen/${100 * share}%/gain/ridge/low`, atLeast(0), {
        because:
          `${
            100 * share
          } % into runs on unseen data sets it must be better than ridge regression, by more than chance ` +
          "in the choice of data sets explains",
        profile: "full",
        when: judgedAt(share),
      })
    ),
    target("unseen/20%/decision/accuracy", atLeast(0.83), {
      because: "ridge regression on a prototype's runs decides as often right",
      profile: "full",
      when: judgedAt(0.2),
    }),
    target("unseen/20%/decision/gain/ridge", atLeast(0), {
      because: "and it must decide right more often than ridge does here",
      profile: "full",
      when: judgedAt(0.2),
    }),
    target("search/nsga2/saved/share", atLeast(0.15), {
      because: "what ends trainings early must save a share of a search that one notices",
      profile: "full",
      when: searched,
    }),
    target("search/nsga2/regret/low", atMost(0), {
      because: "and what it costs in the best map must not be told from nothing",
      profile: "full",
      when: searched,
    }),
  ],
  claims: [
    ...PARAMETERS.map(([name, count, expect]) =>
      claim(`parameters/${name}`, within(0.9 * count, 1.1 * count), {
        says: `${name} network: ~${count / 1000}K parameters (a tenth either way)`,
        source: "Architecture",
        expect,
        when: has("document"),
      })
    ),
    claim("document/simulated/whole/mae", atMost(0.06), {
      says: "MAE: 0.02 - 0.06 (simulated histories, read whole)",
      source: "Performance Expectations",
      expect: "reproduced",
      when: has("document"),
    }),
    claim("document/simulated/whole/rmse", atMost(0.1), {
      says: "RMSE: 0.03 - 0.10 (simulated histories, read whole)",
      source: "Performance Expectations",
      expect: "reproduced",
      when: has("document"),
    }),
    claim("document/simulated/after-100/mqe/mae", atMost(0.05), {
      says: "MAE < 0.05 for MQE prediction after 100 epochs (simulated histories)",
      source: "Good Performance Indicators",
      expect: "refuted",
      when: has("document"),
    }),
    claim("document/real/10%/mae", atMost(0.06), {
      says: "MAE: 0.02 - 0.06 (real histories, a tenth seen)",
      source: "Performance Expectations",
      expect: "reproduced",
      when: documentedAt(0.1),
    }),
    claim("document/real/10%/mqe/mae", atMost(0.05), {
      says: "MAE < 0.05 for MQE prediction after 100 epochs (real histories, a tenth seen)",
      source: "Good Performance Indicators",
      expect: "reproduced",
      when: documentedAt(0.1),
    }),
    claim("document/real/10%/stop/accuracy", atLeast(0.8), {
      says:
        "early stopping accuracy > 80 % (of the runs that score above 1 with errors as they are: never to stop is as good)",
      source: "Good Performance Indicators; Integration with SOM Training",
      expect: "reproduced",
      when: documentedAt(0.1),
    }),
    claim("unseen/10%/decision/accuracy", atLeast(0.8), {
      says: "early stopping accuracy > 80 % (of the runs that end in the worst 30 %)",
      source: "Good Performance Indicators",
      expect: "reproduced",
      when: judgedAt(0.1),
    }),
    claim("search/nsga2/saved/share", within(0.5, 0.9), {
      says: "saving 50-90 % of training time (of an evolutionary search)",
      source: "Overview",
      expect: "refuted",
      when: searched,
    }),
    claim("search/nsga2/saved/bad", within(0.5, 0.9), {
      says: "saving 50-90 % of training time (of the worst 30 % of its configurations)",
      source: "Overview",
      expect: "refuted",
      profile: "full",
      when: searched,
    }),
  ],

  async run(ctx) {
    const study = emptyStudy();
    const includes = (part: Config["parts"][number]) => ctx.config.parts.includes(part);
    if (includes("document")) {
      countParameters(study, ctx.key("parameters"));
      study.metrics["score/sign"] = metric(scoreSign(ctx.key("sign")), "higher");
      await simulatedHistories(ctx, study);
    }

    const collection = await collect(ctx);
    const { maps, runs } = collection;
    const split = splitByDataset(maps, ctx.key("split"));
    ctx.note(
      `${runs.length} runs: ${split.train.length} to learn from, ${split.validation.length} to choose on, ` +
        `${split.test.length} to judge on`,
    );
    study.figures.push(historiesFan(maps));
    // The document's way needs no origin, but a split by data sets does.
    if (includes("document") && runs.every(isSomRun)) await realHistories(ctx, study, runs, split);
    const usable = runs.every(isSomRun) && maps.isRatio;
    if (includes("evaluation") || (includes("search") && usable)) {
      const trained = await oracle(ctx, collection, split);
      if (includes("evaluation")) await evaluation(ctx, study, collection, split, trained);
      if (includes("search") && usable) await search(ctx, study, trained);
      trained.predictor.dispose();
    }
    if (includes("known")) await knownDataSets(ctx, study, collection);
    if (includes("ablation") && runs.every(isSomRun)) {
      study.figures.push(ablationFigure(await ablation(ctx, study, collection, split)));
    }
    if (includes("placement") && isReal(ctx.config)) {
      study.figures.push(placementFigure(placement(ctx, study)));
    }
    if (includes("attention")) await attention(ctx, study, collection, split);
    if (includes("horizons")) await horizons(ctx, study, collection, split);
    return study;
  },
});

/** The predictor that the study is about, with what it is compared with and decides by. */
interface Trained {
  readonly predictor: Predictor;
  readonly rivals: Rivals;
  /** Scores in which the training runs ended. */
  readonly trainScores: Float64Array;
  /** Runs that are foretold to end above it are not worth finishing. */
  readonly threshold: number;
}

/** Trains on the training data sets, and leaves the predictor in the run's folder. */
async function oracle(
  ctx: Context<Config>,
  { maps }: Collection,
  split: RunSplit,
): Promise<Trained> {
  const { source, shares, epochs } = ctx.config;
  const sides = sidesOf(maps, split, shares);
  const predictor = await train(ctx, "oracle", sides, trainingOptions(ctx.config, epochs, maps));
  const rivals = rivalsOf(maps, split, predictor, shares);
  const ends = split.train.flatMap((run) => Array.from(maps.runs[run]!.targets));
  const trainScores = scoresOf(asRatios(maps, split.train, ends));
  const threshold = quantile(trainScores, STOPPED_ABOVE);
  ctx.note(`runs that score above ${threshold.toFixed(3)} are not worth finishing`);
  await savePredictor(ctx, "oracle", predictor, {
    maps,
    ...sides,
    source: source === "real" || source === "simulated" ? source : "a file",
    totalEpochs: null,
    rule: {
      kind: "percentile",
      threshold,
      percentile: STOPPED_ABOVE,
      runs: split.train.length,
      firstShare: FIRST_CHECK,
    },
  });
  return { predictor, rivals, trainScores, threshold };
}

/** Data sets that nothing was learned or chosen on: errors, decisions, and what stopping would have come to. */
async function evaluation(
  ctx: Context<Config>,
  study: Study,
  { maps }: Collection,
  split: RunSplit,
  { rivals, trainScores, threshold }: Trained,
): Promise<void> {
  const { shares } = ctx.config;
  const path = "unseen", key = ctx.key(path);
  const { test } = sidesOf(maps, split, shares);
  const forecasts = await forecast(rivals, test);
  const padding = await paddingMatters(rivals.LSTM, forecasts);
  study.metrics[`${path}/padding`] = metric(padding, "lower");

  const points = scoreErrors(study, path, forecasts, key.key("errors"));
  scoreDecisions(study, path, forecasts, threshold, key.key("decisions"));
  const share = shares.includes(0.2) ? 0.2 : shares[0]!;
  const bins = calibration(study, path, forecasts, threshold, share);
  const tradeoffs = await scoreStopping(study, path, maps, split.test, rivals, {
    threshold,
    trainScores,
    key: key.key("stopping"),
  });
  const groups = new Set(split.test.map((run) => maps.runs[run]!.dataset)).size;
  study.figures.push(
    errorByPrefix(points, { name: "error-by-prefix", title: "Unseen data sets", groups }),
    calibrationFigure(bins, { threshold, share }),
    tradeoffFigure(tradeoffs),
  );
}

/** Searches for good configurations with and without the predictor that ends trainings, on data that it has not seen. */
async function search(
  ctx: Context<Config>,
  study: Study,
  { rivals, threshold }: Trained,
): Promise<void> {
  const { context } = ctx.config;
  const reads = (runs: readonly SomRun[]) => mapHistories(runs, { features: 6, context });
  await searchStudy(ctx, study, {
    oracles: { LSTM: oracleOf(reads, rivals.LSTM), ridge: oracleOf(reads, rivals.ridge) },
    threshold,
  });
}

/** Configurations that nothing was learned from, on data sets that something was: the same errors and decisions. */
async function knownDataSets(
  ctx: Context<Config>,
  study: Study,
  { maps }: Collection,
): Promise<void> {
  const { shares, epochs } = ctx.config;
  const path = "known", key = ctx.key(path);
  const split = splitByConfiguration(maps, key.key("split"));
  const sides = sidesOf(maps, split, shares);
  const options = trainingOptions(ctx.config, epochs, maps);
  const predictor = await train(ctx, path, sides, options);
  const forecasts = await forecast(rivalsOf(maps, split, predictor, shares), sides.test);
  scoreErrors(study, path, forecasts, key.key("errors"));
  predictor.dispose();
}

/** A predictor with attention over the steps. */
async function attention(
  ctx: Context<Config>,
  study: Study,
  { maps }: Collection,
  split: RunSplit,
): Promise<void> {
  const { shares, variantEpochs } = ctx.config;
  const sides = sidesOf(maps, split, shares);
  const options = trainingOptions(ctx.config, variantEpochs, maps);
  const predictor = await train(ctx, "attention", sides, { ...options, attention: true });
  const forecasts = await forecast(rivalsOf(maps, split, predictor, shares), sides.test);
  scoreErrors(study, "attention", forecasts, ctx.key("attention/errors"));
  const long = prefixesOf(maps, split.test, [LAST_CHECK]);
  const deciles = await attentionByDecile(predictor, long);
  for (const { from, weight, even } of deciles) {
    study.metrics[`attention/weight/${Math.round(100 * from)}%`] = metric(weight / even, "higher");
  }
  predictor.dispose();
  study.figures.push(attentionFigure(deciles));
}

/** A predictor that foretells horizons before the end too. */
async function horizons(
  ctx: Context<Config>,
  study: Study,
  { maps }: Collection,
  split: RunSplit,
): Promise<void> {
  const { shares, variantEpochs } = ctx.config;
  const sides = sidesOf(maps, split, shares);
  const options = trainingOptions(ctx.config, variantEpochs, maps);
  const predictor = await train(ctx, "horizons", sides, { ...options, ahead: AHEAD });
  const errors = await scoreHorizons(study, maps, sides.test, predictor);
  predictor.dispose();
  study.figures.push(horizonsFigure(errors));
}

/** The largest difference it makes to the shortest prefixes that they are foretold beside longer ones. */
async function paddingMatters(foretell: Foretell, { prefixes, by }: Forecasts): Promise<number> {
  const { share, run, histories } = prefixes, least = Math.min(...new Set(share));
  const runs = run.filter((_, i) => share[i] === least);
  const alone = await foretell(prefixesOf(histories, runs, [least]));
  const among = by.LSTM.filter((_, at) => share[Math.floor(at / 3)] === least);
  return among.reduce((most, value, at) => Math.max(most, Math.abs(value - alone[at]!)), 0);
}

function judgedAt(share: number) {
  return (config: Config): boolean => judged(config) && config.shares.includes(share);
}

function documentedAt(share: number) {
  return (config: Config): boolean => asDocumented(config) && config.shares.includes(share);
}
