/**
 * A driver that learns from pixels, gate by gate: a gate that it does not pass is the last.
 */

import {
  type Context,
  DDPG,
  type Metric,
  metric,
  type Metrics,
  readBack,
  type Study,
  z,
} from "assay";
import { driverConfig } from "./driver_config.ts";
import { inspectEncoder } from "./encoder_check.ts";
import { type DriverOptions, trainDriver, type TrainedDriver } from "./driver_training.ts";
import {
  atGate,
  GATE_TRANSITIONS,
  type GateLine,
  gateReached,
  judgeGate,
  type References,
  type TrainingGate,
} from "./gates.ts";
import { TAGS } from "./readings.ts";

/** Settings of the driver and its gates. */
export const gateConfig = {
  gate: z.number().int().min(0).max(4).default(3)
    .describe("last gate: 0 the module, 1 100 transitions, 2 5,000, 3 50,000, 4 1,000,000"),
  force: z.boolean().default(false).describe("whether a later gate starts though one failed"),
  ...driverConfig,
  layerNorm: z.boolean().default(true).describe("whether the encoder's layers are normalised"),
  learningRate: z.number().positive().default(1e-4)
    .describe(
      "Adam's step size; TD3's 3e-4 learned less in 10,000 transitions on numbers, on roads of neither part",
    ),
  warmUp: z.number().int().min(1).default(2000)
    .describe("transitions by a driver that wanders, before anything is learned"),
  every: z.number().int().min(100).max(GATE_TRANSITIONS[2]).default(2500)
    .describe("transitions from one evaluation to the next"),
};

type Settings = z.output<z.ZodObject<typeof gateConfig>>;

/** Transitions of the second gate, a few of which are driven without having learned. */
const TRIAL = { transitions: 100, warmUp: 32, batch: 32, readEvery: 16 } as const;

/** Leads a driver through its gates, and gives the one that learned longest; `null` where none has begun to. */
export async function passGates<Config extends Settings>(
  ctx: Context<Config>,
  { metrics }: Study,
  references: References,
): Promise<TrainedDriver | null> {
  const { gate: last, force } = ctx.config;
  metrics["gate"] = metric(-1, "higher");
  const passes = (gate: GateLine["gate"], found: Metrics) => {
    Object.assign(metrics, found);
    const { lines, failed } = judgeGate(gate, found);
    // Those of a training were told when it stood there.
    if (gate < 2) lines.forEach((line) => ctx.note(line));
    if (failed.length === 0) metrics["gate"] = metric(gate, "higher");
    else {
      ctx.report({
        rule: "gate",
        severity: "error",
        evidence: `Gate G${gate} is not passed: ${failed.join("; ")}.`,
        advice: force
          ? "Later gates start nevertheless, as --force says."
          : "Later gates do not start. Change what fails, or start them with --force.",
      });
    }
    return failed.length === 0 || force;
  };
  if (!passes(0, await moduleGate(ctx)) || last === 0) return null;
  if (!passes(1, await trialGate(ctx)) || last === 1) return null;
  const driver = await train(ctx, "pixels", references);
  const reached = TRAINING_GATES.filter((gate) => driver.transitions >= GATE_TRANSITIONS[gate]);
  for (const gate of reached) {
    const found = { ...atGate(gate, driver, references) };
    if (gate === 4) found["g4/gain/ddpg"] = await gainOverDdpg(ctx, driver, references);
    passes(gate, found);
  }
  return driver;
}

const TRAINING_GATES = [2, 3, 4] as const satisfies readonly TrainingGate[];

/** Trains up to the last gate, or to the first that is not passed. */
function train<Config extends Settings>(
  ctx: Context<Config>,
  name: string,
  references: References,
  learner: DriverOptions["learner"] = {},
): Promise<TrainedDriver> {
  const { gate: last, force, learningRate, warmUp, every } = ctx.config;
  const gates = TRAINING_GATES.filter((gate) => gate <= last);
  return trainDriver(ctx, name, {
    ...optionsOf(ctx.config),
    learner: { ...learner, learningRate },
    ...{ warmUp, every },
    transitions: GATE_TRANSITIONS[gates.at(-1)!],
    goOn(history) {
      const gate = gateReached(gates, history.evaluations);
      if (gate === undefined) return true;
      const { lines, failed } = judgeGate(gate, atGate(gate, history, references));
      lines.forEach((line) => ctx.note(line));
      return failed.length === 0 || force;
    },
  });
}

function optionsOf({ mode, encoder, layerNorm, hidden, batch, alerts }: Settings) {
  return { mode, encoder, layerNorm, hidden, batch, alerts };
}

/** Images of noise through the document's encoder, before anything is learned. */
async function moduleGate<Config>(ctx: Context<Config>): Promise<Metrics> {
  const key = ctx.key("module");
  const normalised = await inspectEncoder("nature84", true, key);
  const plain = await inspectEncoder("nature84", false, key);
  return {
    "g0/norm": metric(normalised.norm, "lower"),
    "g0/mean": metric(normalised.mean, "lower"),
    "g0/sd": metric(normalised.sd, "lower"),
    "g0/scaled-input": metric(normalised.scaledInput, "lower"),
    "g0/plain/scaled-input": metric(plain.scaledInput, "higher"),
  };
}

/** A hundred transitions, most of them learned from, twice. */
async function trialGate<Config extends Settings>(ctx: Context<Config>): Promise<Metrics> {
  const trial = async (name: string) => {
    const learner = { learningRate: ctx.config.learningRate };
    const driver = await trainDriver(ctx, name, { ...optionsOf(ctx.config), ...TRIAL, learner });
    const weights = await readBack(driver.weights.map(({ variable }) => variable));
    driver.dispose();
    return { driver, weights: weights.flatMap((values) => [...values]) };
  };
  const [first, again] = [await trial("trial"), await trial("trial-again")];
  const { driver: { readings, updates }, weights } = first;
  const read = TAGS.flatMap((tag) => readings.of(tag).values);
  const [, norm] = readings.range("debug/cnn_features_l2_norm");
  const count = (test: (value: number, i: number) => boolean, of = weights) =>
    of.filter(test).length;
  const infinite = (value: number) => !Number.isFinite(value);
  return {
    "g1/updates": metric(updates, "higher"),
    "g1/non-finite": metric(count(infinite) + count(infinite, read), "lower"),
    "g1/norm": metric(norm, "lower"),
    "g1/differing-weights": metric(
      count((weight, i) => !Object.is(weight, again.weights[i])),
      "lower",
    ),
  };
}

/** By how much TD3 earns more than DDPG that learned as long. */
async function gainOverDdpg<Config extends Settings>(
  ctx: Context<Config>,
  driver: TrainedDriver,
  references: References,
): Promise<Metric> {
  const ddpg = await train(ctx, "pixels-ddpg", references, DDPG);
  ddpg.dispose();
  const gain = driver.evaluations.late().totalReward - ddpg.evaluations.late().totalReward;
  return metric(gain, "higher");
}
