/**
 * How a driver is trained: TD3 or DDPG in 16 worlds side by side, judged now and then on roads that it does not
 * learn on.
 */

import {
  actorPolicy,
  type Context,
  exp,
  type GradientLimits,
  type NamedVariable,
  type Resumable,
  type SavedState,
  type State,
  Td3,
  type Td3LearnerOptions,
  together,
} from "assay";
import {
  type Driver,
  DrivingWorlds,
  evaluateDriver,
  EVALUATION_TRACKS,
  type ObservationMode,
  Wandering,
} from "../../data/driving.ts";
import { type DriveScores, driveScores, jointScores } from "./drive_scores.ts";
import { drivingNetworks, type EncoderName, encoders } from "./networks.ts";
import { Readings } from "./readings.ts";

/** Worlds that are driven in side by side. */
const WORLDS = 16;

/** No reward is larger, so that with γ = 0.99 no value is beyond 9 either way, the end off the road apart. */
export const VALUE_BOUND = 9;

/**
 * Standard deviation of the noise on actions: the document's, which begins large. With TD3's 0.1 alone, some learners
 * took to the brakes for thousands of transitions.
 */
const exploration = (transitions: number) => 0.1 + 0.2 * exp(-transitions / 4000);

/** What is trained, and how long. */
export interface DriverOptions {
  readonly mode: ObservationMode;
  /** `null` in the mode `vector`. */
  readonly encoder: EncoderName | null;
  readonly layerNorm: boolean;
  /** Units of the hidden layers of actor and critics. */
  readonly hidden: readonly number[];
  /** Transitions of a minibatch. */
  readonly batch: number;
  /** What makes it TD3 or DDPG, correctly wired or as documented. */
  readonly learner?: Pick<
    Td3LearnerOptions,
    "wiring" | "critics" | "policyDelay" | "targetNoise" | "learningRate"
  >;
  /** Transitions by a driver that wanders, before anything is learned. */
  readonly warmUp: number;
  /** Transitions in all. */
  readonly transitions: number;
  /** Transitions from one evaluation to the next; there is one at the end too, and none where it is left out. */
  readonly every?: number;
  /** From where on a gradient is alarming. */
  readonly alerts: GradientLimits;
  /** Updates from one reading to the next. Default 100. */
  readonly readEvery?: number;
  /** Asked after every evaluation whether it is worth going on. Default: always. */
  readonly goOn?: (history: TrainingHistory) => boolean;
}

/** What is known of a training. */
export interface TrainingHistory {
  readonly readings: Readings;
  readonly evaluations: Evaluations;
}

/** What a driver came to on held-out roads. */
export interface Evaluated extends DriveScores {
  readonly transitions: number;
}

/** A driver that has learned. */
export interface TrainedDriver extends TrainingHistory {
  /** What it does, without noise. */
  readonly driver: Driver;
  /** Transitions that were collected, and updates that were made of them. */
  readonly transitions: number;
  readonly updates: number;
  /** Seconds that it took. */
  readonly seconds: number;
  /** All that learned. */
  readonly weights: readonly NamedVariable[];
  /** Releases the networks. */
  dispose(): void;
}

/**
 * Worlds to be judged in, one a held-out road: the same episodes for every driver of a run.
 *
 * @param frameSide Pixels; without meaning in the mode `vector`.
 */
export function heldOutWorlds<Config>(
  ctx: Context<Config>,
  mode: ObservationMode,
  frameSide: 84 | 42,
): DrivingWorlds {
  return new DrivingWorlds({
    ...{ key: ctx.key("held-out"), count: EVALUATION_TRACKS.length, tracks: EVALUATION_TRACKS },
    ...{ mode, frameSide },
  });
}

/**
 * Trains a driver in the loop `name`. Those of a run begin with the same weights, worlds and draws, whatever their
 * name, so that they differ in what they are told to differ in.
 */
export async function trainDriver<Config>(
  ctx: Context<Config>,
  name: string,
  options: DriverOptions,
): Promise<TrainedDriver> {
  const { mode, encoder, layerNorm, hidden, batch, warmUp, transitions, alerts } = options;
  const { every = Infinity } = options;
  const frameSide = encoder === null ? 84 : encoders[encoder].side;
  const wandering = new Wandering(ctx.key("wandering"), WORLDS);
  const environment = new DrivingWorlds({
    ...{ key: ctx.key("worlds"), count: WORLDS, mode, frameSide },
  });
  const readings = new Readings();
  const agent = new Td3({
    networks: drivingNetworks({ encoder, layerNorm, stateSize: environment.stateSize, hidden }),
    environment,
    key: ctx.key("agent"),
    ...options.learner,
    batchSize: batch,
    exploration,
    capacity: Math.min(transitions + WORLDS, CAPACITY),
    warmUp: { transitions: warmUp, policy: (_, actions) => wandering.act(actions) },
    diagnostics: {
      valueBound: VALUE_BOUND,
      gradientLimits: alerts,
      ...options.readEvery === undefined ? {} : { every: options.readEvery },
      log(tag, at, value) {
        readings.add(tag, at, value);
        ctx.log(`${name}/${tag}`, at, value);
      },
    },
  });
  const driver = actorPolicy(agent.learner) as Driver;
  const heldOut = heldOutWorlds(ctx, mode, frameSide);
  const evaluations = new Evaluations();
  const steps = agent.stepsFor(transitions);
  const { steps: updates, seconds } = await ctx.loop(name, {
    state: together({ agent, wandering, readings, evaluations }),
    weights: agent.weights,
    steps,
    fingerprintEvery: 64,
    async step(n, trace) {
      await agent.step(n, trace);
      const at = agent.collected.transitions;
      // What was collected last has been learned from.
      const isWhole = n % WORLDS === 0;
      const isDue = isWhole && at >= every * (evaluations.all.length + 1);
      const isLast = n === steps && every < Infinity;
      if (!isDue && !isLast) return false;
      const scores = driveScores(await evaluateDriver(driver, heldOut, 1));
      evaluations.add({ transitions: at, ...scores });
      for (const tag of ["success", "totalReward"] as const) {
        ctx.log(`${name}/eval/${tag}`, at, scores[tag]);
      }
      return options.goOn?.({ readings, evaluations }) === false;
    },
  });
  return {
    ...{ driver, readings, evaluations, updates, seconds },
    transitions: agent.collected.transitions,
    weights: agent.weights,
    dispose: () => agent.dispose(),
  };
}

/** Moments that are remembered at most. */
const CAPACITY = 100_000;

const SCORES = [
  "transitions",
  "episodes",
  "successes",
  "success",
  "totalReward",
  "progress",
  "meanSpeed",
  "meanAbsOffset",
  "meanAbsJerk",
] as const satisfies readonly (keyof Evaluated)[];

/** What came of the evaluations of a training, in their order. */
export class Evaluations implements Resumable {
  readonly #all: Evaluated[] = [];

  get all(): readonly Evaluated[] {
    return this.#all;
  }

  add(evaluated: Evaluated): void {
    this.#all.push(evaluated);
  }

  /** Those up to the first after so many transitions. */
  upTo(transitions: number): Evaluations {
    const earlier = new Evaluations();
    for (const evaluated of this.#all) {
      earlier.add(evaluated);
      if (evaluated.transitions >= transitions) break;
    }
    return earlier;
  }

  /** The last three as one: a single evaluation jumps. */
  late(): DriveScores {
    return jointScores(this.#all.slice(-3));
  }

  state(): State {
    const rows = this.#all.map((evaluated) => SCORES.map((score) => evaluated[score]));
    const data = Float64Array.from(rows.flat());
    return { evaluations: { shape: [rows.length, SCORES.length], data } };
  }

  restore(saved: SavedState): void {
    const values = saved.numbers("evaluations");
    this.#all.length = 0;
    for (let at = 0; at < values.length; at += SCORES.length) {
      const row = SCORES.map((score, i) => [score, values[at + i]!]);
      this.#all.push(Object.fromEntries(row) as unknown as Evaluated);
    }
  }
}
