/**
 * The three layers as one system: a DQN chooses the provider, a PPO region and memory, an LSTM how many instances
 * are kept ready, and a queue of instances serves what comes.
 *
 * The document calls none of them in its simulation of the hierarchy: it multiplies a reward by random numbers. Here
 * every arm meets the same held-out invocations and pays what they come to.
 */

import {
  addBaseline,
  atLeast,
  claim,
  constantPolicy,
  emptyStudy,
  experiment,
  greedyPolicy,
  type Key,
  type Metric,
  metric,
  randomPolicy,
  type Study,
  target,
  uniform,
  within,
  z,
} from "assay";
import { ANYWHERE } from "../../data/serverless/fleet/anywhere.ts";
import { type Arm, type ArmResult, runArm } from "../../data/serverless/fleet/arms.ts";
import { instancesFor } from "../../data/serverless/fleet/capacity.ts";
import { loadPlan } from "../../data/serverless/fleet/capacity_plans.ts";
import { cheapestPlan } from "../../data/serverless/fleet/cheapest_capacity.ts";
import { evaluate, myopicOracle } from "../../data/serverless/fleet/evaluation.ts";
import type { Part } from "../../data/serverless/fleet/fleet.ts";
import { latencyQuantile, utilisation } from "../../data/serverless/fleet/outcome.ts";
import {
  among,
  atProvidersOf,
  bestConstants,
  byFunctionPlacer,
  isKnown,
  layeredPlacer,
  placedWhere,
  placerOf,
  servedForLess,
  trainConstants,
} from "../../data/serverless/fleet/placers.ts";
import { CONCURRENCY_LIMIT, WORTH_SHARE } from "../../data/serverless/fleet/providers.ts";
import {
  REWARD_BOUNDS,
  VIOLATION_PENALTY,
  weightedScore,
} from "../../data/serverless/fleet/reward.ts";
import { STRATEGIC } from "../../data/serverless/fleet/strategic.ts";
import { PROVIDERS, REGIONS } from "../../data/serverless/invocation_trace.ts";
import { forecastLoads, type Loads } from "./capacity_forecast.ts";
import { seriesConfig } from "./demand_heads.ts";
import { sinceSunday, splitFleet } from "./fleet.ts";
import {
  latencyFigure,
  type Priced,
  type Reached,
  relativeFigure,
  tradeFigure,
} from "./hierarchy_figures.ts";
import { operationalConfig } from "./operational_training.ts";
import {
  strategicConfig,
  tacticalConfig,
  trainStrategic,
  trainTactical,
} from "./placement_study.ts";
import { loadTrace, traceConfig } from "./trace.ts";

const config = z.object({
  ...traceConfig,
  ...strategicConfig,
  ...tacticalConfig,
  ...operationalConfig,
  ...seriesConfig,
});

const document = "claims/000, a three-layer serverless system; its notebook's sections 10 and 11";

/** The notebook's random bonuses: on a reward, and on the reward with that bonus. */
const BONUSES = { tactical: [0.1, 0.15], full: [0.05, 0.1] } as const;

export default experiment({
  name: "serverless-hierarchy",
  title: "Provider, placement and capacity: three layers on one fleet",
  source: document,
  summary:
    "The document's simulation of its hierarchy calls no layer: it multiplies rewards by random numbers, and their " +
    "means, 12.5 and 20.9 %, are the gains that it reports; the rewards exceed 1, which its definition rules out. " +
    "Here a DQN, a PPO and an LSTM decide for one fleet, and every arm is served the same held-out invocations. " +
    "The layers earn more reward than the best placement that is the same for all functions, by the choice of " +
    "provider; the tactical layer adds little to that. But more reward is not a smaller bill with fewer broken limits: " +
    "it counts hours of functions and costs relative to each, where a bill counts dollars and most of them are a few " +
    "functions', and at its price of a violation even an oracle pays more and breaks more limits than the best constant. " +
    "So a function is handed to a layer only after a probation, in which it broke no more of its limits and cost less; " +
    "what is left is a saving of a percent or two at no more broken limits. The operational layer finds next to no " +
    "minute in which provisioning pays, where one who knew every arrival would save a tenth of the bill; without " +
    "probation it costs more than it saves, and rounding up what the asymmetric loss asks for multiplies the bill.",
  config,
  profiles: {
    quick: {
      invocations: 600_000,
      dqnUpdates: 3000,
      dqnDecay: 1200,
      dqnEvery: 500,
      ppoRollouts: 40,
      ppoDecisions: 4096,
      ppoEvery: 4,
      lstm: [32, 16],
      dense: 16,
      functions: 24,
      seriesEpochs: 2,
      seriesWindows: 16_000,
    },
    full: {},
  },
  seeds: { quick: 2, full: 5 },
  targets: [
    target("gain/full/dominates", atLeast(1), {
      because:
        "on every seed three layers must cost less than the best placement that is the same for all functions, and " +
        "break no more limits: the means of both differences say nothing of one arm that has them together",
    }),
  ],
  claims: [
    claim("document/bonus/tactical", within(12.4, 12.6), {
      says: "strategic + tactical: +12.50 %, arithmetic of a random bonus of 10 to 15 %",
      source: "notebook, section 10: reward × (1 + U(0.10, 0.15)), no layer is called",
      expect: "reproduced",
    }),
    claim("document/bonus/full", within(20.8, 21.05), {
      says: "full hierarchy: +20.92 %, arithmetic of a further bonus of 5 to 10 %",
      source: "notebook, section 10: that × (1 + U(0.05, 0.10)), no layer is called",
      expect: "reproduced",
    }),
    claim("layers/tactical/score", within(12, 13), {
      says: "the tactical layer adds 12.5 % to the strategic layer's reward",
      source: "notebook, section 11",
      expect: "refuted",
    }),
    claim("layers/full/score", within(20.4, 21.4), {
      says: "the full hierarchy adds 20.9 % to it",
      source: "notebook, section 11",
      expect: "refuted",
    }),
    claim("full/score", atLeast(1.1804), {
      says: "mean reward 1.1804 to 1.1828 with all layers",
      source: "notebook, section 11; by its definition no reward exceeds 1",
      expect: "refuted",
    }),
  ],

  async run(ctx) {
    const study = emptyStudy();
    const trace = sinceSunday(await loadTrace(ctx));
    const fleet = splitFleet(trace);
    judgeBonuses(ctx.key("bonuses"), study);

    const strategic = await trainStrategic(ctx, fleet);
    const provider = greedyPolicy(strategic.network);
    // The document trains its tactical layer at providers drawn by a hash, not at those it will be given.
    const tactical = await trainTactical(ctx, await atProvidersOf(fleet, provider));
    const rest = greedyPolicy(tactical.network);
    const constants = await trainConstants(fleet);
    const best = bestConstants(fleet, constants);
    const constant = () => placerOf(ANYWHERE, constantPolicy(best.overall));
    const placed = () => placedWhere(isKnown, layeredPlacer(provider, rest), constant());
    // The reward is a mean over hours of functions, a limit is kept or broken by an invocation: what earns more
    // reward may break more limits. So a function is handed over only after a probation, in both parts before the test.
    const onProbation = async (part: Part, than: ArmResult) =>
      servedForLess(await runArm(fleet, part, { place: placed() }), than);
    const trained = await onProbation("train", constants[best.overall]!);
    const held = await onProbation(
      "validation",
      await runArm(fleet, "validation", { place: constant() }),
    );
    const passed = among(trained.intersection(held));
    const guarded = () => placedWhere(passed, placed(), constant());

    const loads = await forecastLoads(ctx, trace, fleet);
    const asForecast = (loads: Loads): Arm => ({
      place: guarded(),
      capacity: loadPlan(fleet, loads, (load) => instancesFor(load, WORTH_SHARE)),
    });
    // Capacity is handed over likewise; the training part has been learned from.
    const paying = servedForLess(
      await runArm(fleet, "validation", asForecast(loads.mean)),
      await runArm(fleet, "validation", { place: guarded() }),
    );
    const proven = new Map([...loads.mean].filter(([f]) => paying.has(f)));

    const run = (arm: Arm) => runArm(fleet, "test", arm);
    const arms: Arms = {
      random: await run({
        place: placerOf(ANYWHERE, randomPolicy(ctx.key("random"), ANYWHERE.actions)),
      }),
      constant: await run({ place: constant() }),
      strategic: await run({
        place: placedWhere(isKnown, placerOf(STRATEGIC, provider), constant()),
      }),
      tactical: await run({ place: placed() }),
      guarded: await run({ place: guarded() }),
      forecast: await run(asForecast(loads.mean)),
      full: await run(asForecast(proven)),
      provisioned: await run({
        place: guarded(),
        capacity: loadPlan(fleet, loads.expectile, wholeInstances),
      }),
    };
    const priced: Priced[] = [];
    for (const penalty of PENALTIES) {
      const { byFunction } = bestConstants(fleet, constants, penalty);
      priced.push({ penalty, result: await run({ place: byFunctionPlacer(byFunction) }) });
    }
    const lookup = priced.find(({ penalty }) => penalty === VIOLATION_PENALTY)!.result;
    const hindsight = await run({ place: guarded(), capacity: cheapestPlan(fleet) });
    const oracle = await evaluate(fleet, ANYWHERE, "test", myopicOracle);
    strategic.dispose();
    tactical.dispose();

    const { provider: cloud, region, memoryMb } = ANYWHERE.placement(
      fleet.profiles[0]!,
      best.overall,
    );
    ctx.note(`best constant: ${PROVIDERS[cloud]}, ${REGIONS[region]}, ${memoryMb} MB`);
    scoreArms(study, arms);
    compareArms(study, arms, hindsight);
    Object.assign(study.metrics, differences("gain/oracle", arms.constant, oracle));
    for (const { penalty, result } of priced) {
      Object.assign(study.metrics, differences(`prices/${penalty}`, arms.constant, result));
    }
    addBaseline(study, "each function's best constant", scores("full", lookup));
    addBaseline(study, "cheapest capacity in hindsight", scores("full", hindsight));
    addBaseline(study, "myopic oracle", scores("full", oracle));
    const shown = { ...arms, lookup, hindsight, oracle };
    study.figures.push(tradeFigure(shown, priced), relativeFigure(shown), latencyFigure(shown));
    return study;
  },
});

/**
 * The document's arms, placement and capacity each after a probation; and beside them capacity for all functions, as
 * the forecast and as the asymmetric loss ask for it.
 */
type Arms = Readonly<Record<(typeof ARMS)[number], ArmResult>>;

const ARMS = [
  "random",
  "constant",
  "strategic",
  "tactical",
  "guarded",
  "forecast",
  "full",
  "provisioned",
] as const;

/** What a violation is taken to cost where each function gets its best constant; the reward's own is among them. */
const PENALTIES = [0, 1, VIOLATION_PENALTY, 5, 10, 20, 50];

/** The bonuses alone, in percent: what the notebook prints as gains of layers, from keys. */
function judgeBonuses(key: Key, { metrics }: Study): void {
  const draws = 100_000;
  const factors = (name: keyof typeof BONUSES) =>
    Float64Array.from(uniform(key.key(name), draws, ...BONUSES[name]), (bonus) => 1 + bonus);
  const tactical = factors("tactical");
  const full = factors("full").map((factor, i) => factor * tactical[i]!);
  metrics["document/bonus/tactical"] = metric(100 * (meanOf(tactical) - 1), "higher", "%");
  metrics["document/bonus/full"] = metric(100 * (meanOf(full) - 1), "higher", "%");
}

/** Every arm's own figures. */
function scoreArms(study: Study, arms: Arms): void {
  for (const name of ARMS) {
    Object.assign(study.metrics, scores(name, arms[name]));
    const { meanScores } = arms[name];
    study.metrics[`${name}/score`] = metric(weightedScore(meanScores), "higher");
    for (const part of ["cost", "performance", "carbon"] as const) {
      study.metrics[`${name}/score/${part}`] = metric(meanScores[part], "higher");
    }
  }
  const largest = Math.max(...ARMS.map((name) => arms[name].largestReward));
  study.metrics["reward/largest"] = metric(largest, "higher");
  for (const path of ["reward/largest", "full/reward", "full/score"]) {
    study.ceilings[path] = REWARD_BOUNDS.high;
  }
}

function scores(name: string, { outcome, meanReward }: Reached): Record<string, Metric> {
  const percent = (count: number) => metric(100 * count / outcome.invocations, "lower", "%");
  const latency = (part: number) => metric(latencyQuantile(outcome, part), "lower", "s");
  return {
    [`${name}/cost`]: metric(outcome.costUsd, "lower", "USD"),
    [`${name}/latency/p50`]: latency(0.5),
    [`${name}/latency/p95`]: latency(0.95),
    [`${name}/latency/p99`]: latency(0.99),
    [`${name}/violations`]: percent(outcome.violations),
    [`${name}/cold-starts`]: percent(outcome.coldStarts),
    [`${name}/carbon`]: metric(outcome.carbonGrams, "lower", "g"),
    [`${name}/utilisation`]: metric(100 * utilisation(outcome), "higher", "%"),
    [`${name}/reward`]: metric(meanReward, "higher"),
  };
}

/** What the layers are worth. */
function compareArms({ metrics, ceilings }: Study, arms: Arms, hindsight: ArmResult): void {
  const { constant, strategic, tactical, guarded, forecast, full, provisioned } = arms;
  const layers = { strategic, tactical, guarded, forecast, full, provisioned };
  for (const [name, result] of Object.entries(layers)) {
    Object.assign(metrics, differences(`gain/${name}`, constant, result));
  }
  for (
    const [name, result] of Object.entries({
      operational: full,
      forecast,
      provisioning: provisioned,
    })
  ) {
    Object.assign(metrics, differences(`layers/${name}`, guarded, result));
    const most = differences(`layers/${name}`, guarded, hindsight);
    ceilings[`layers/${name}/cost`] = most[`layers/${name}/cost`]!.value;
  }
  const { costUsd, violations } = full.outcome;
  const dominates = costUsd < constant.outcome.costUsd &&
    violations <= constant.outcome.violations;
  metrics["gain/full/dominates"] = metric(dominates ? 1 : 0, "higher");
  // A percentage of this reward means something: without the penalty it is never near zero.
  const score = ({ meanScores }: ArmResult) => weightedScore(meanScores);
  for (const [name, result] of Object.entries({ tactical, full })) {
    const gain = 100 * (score(result) / score(strategic) - 1);
    metrics[`layers/${name}/score`] = metric(gain, "higher", "%");
  }
}

/** What one arm is better by than another; both met the same invocations. */
function differences(path: string, from: Reached, to: Reached): Record<string, Metric> {
  const saved = (of: "costUsd" | "carbonGrams") =>
    metric(100 * (1 - to.outcome[of] / from.outcome[of]), "higher", "%");
  const share = ({ outcome }: Reached, of: "violations" | "coldStarts") =>
    100 * outcome[of] / outcome.invocations;
  const fewer = (of: "violations" | "coldStarts") =>
    metric(share(from, of) - share(to, of), "higher", "points");
  return {
    [`${path}/cost`]: saved("costUsd"),
    [`${path}/violations`]: fewer("violations"),
    [`${path}/cold-starts`]: fewer("coldStarts"),
    [`${path}/carbon`]: saved("carbonGrams"),
    [`${path}/reward`]: metric(to.meanReward - from.meanReward, "higher"),
  };
}

/** The document provides what its asymmetric loss asks for; of an instance there is no part. */
function wholeInstances(load: number): number {
  return Math.min(Math.ceil(load), CONCURRENCY_LIMIT);
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
