/**
 * A training under way as the prefix of a history, if the predictor was trained for such.
 *
 * @module
 */

import { InputError, z } from "assay";
import { short } from "assay/cli";
import {
  CONTEXT_FEATURES,
  DOCUMENT_FEATURES,
  documentFeatures,
  parseConfiguration,
  PLAN_FEATURES,
  planFeatures,
  runContext,
  STEP_FEATURES,
  stepFeatures,
} from "../../data/som.ts";
import {
  accepted,
  checkPlaces,
  isSame,
  type Learned,
  listed,
  type Refuse,
} from "./command_accepted.ts";
import type { PartialSequence } from "./command_sequence.ts";
import type { MapHistories } from "./histories.ts";
import type { Prefixes } from "./prefixes.ts";

/** What of a configuration says which map it is. */
const mapSchema = z.object({
  rows: z.int().min(1),
  columns: z.int().min(1),
  topology: z.enum(["square", "hex"]),
});

/** A sequence that a predictor can be asked about. */
export interface FramedSequence {
  /** As the only run. */
  readonly maps: MapHistories;
  /** The sequence without its last checkpoint, where that was learned too, and as it is. */
  readonly prefixes: Prefixes;
  /** Share of the training that is done. */
  readonly progress: number;
  /** What was not learned from, though it can be read: a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Takes of a sequence what a predictor reads.
 *
 * @throws {InputError} When it was trained on other sequences: what was found and what it accepts.
 */
export function framedSequence(sequence: PartialSequence, learned: Learned): FramedSequence {
  const { steps } = sequence;
  const refuse: Refuse = (found) => {
    throw new InputError(
      `Cannot predict how the training in ${sequence.source} will end: ${found}. ${
        accepted(learned)
      }`,
    );
  };
  const initialMqe = steps[0]!.mqe;
  if (initialMqe === 0) refuse("its first mqe is 0, so that nothing is left to learn");
  const progress = progressOf(sequence, learned, refuse);
  const values = valuesOf(sequence, progress, learned, refuse);
  const context = contextOf(sequence, learned, refuse);
  checkPlaces(sequence, progress, learned, refuse);
  const { features, targets, current, isRatio } = learned;
  const maps = {
    features,
    context: learned.context,
    targets,
    current,
    isRatio,
    initialMqe: Float64Array.of(initialMqe),
    // How it ends is not known, and not read.
    runs: [{
      dataset: "",
      configuration: "",
      progress,
      values,
      context,
      targets: learned.targets.map(() => 0),
    }],
  };
  const counts = [steps.length - 1, steps.length].filter((count) => count >= learned.steps.least);
  return {
    maps,
    prefixes: {
      histories: maps,
      run: Int32Array.from(counts, () => 0),
      share: Float64Array.from(counts, (count) => progress[count - 1]!),
      steps: Int32Array.from(counts),
    },
    progress: progress.at(-1)!,
    notes: [
      ...outside(learned.features, values, learned.ranges.features),
      ...outside(learned.context, context, learned.ranges.context),
    ],
  };
}

/** The share of the training that was done at each checkpoint. */
function progressOf(
  { steps, further }: PartialSequence,
  { totalEpochs }: Learned,
  refuse: Refuse,
): readonly number[] {
  if (further.progress !== undefined) return further.progress;
  const total = further.total_epochs ?? totalEpochs;
  if (total === null) {
    return refuse(
      "it has neither progress nor total_epochs, and without them steps that are spaced otherwise look the same",
    );
  }
  const last = steps.at(-1)!.epoch;
  if (last > total) refuse(`it goes to epoch ${last} of a training of ${total}`);
  return steps.map(({ epoch }) => epoch / total);
}

/** `[steps, features]`. */
function valuesOf(
  { steps, further }: PartialSequence,
  progress: readonly number[],
  { features, name }: Learned,
  refuse: Refuse,
): Float32Array {
  const values = (() => {
    if (isSame(features, DOCUMENT_FEATURES)) return documentFeatures(steps);
    if (!isSame(features, STEP_FEATURES)) {
      return refuse(`the predictor "${name}" reads ${features.join(", ")}, and not a map's errors`);
    }
    const { learning_rate: rates, radius: radii } = further;
    if (rates === undefined || radii === undefined) {
      return refuse(`it lacks ${missing({ learning_rate: rates, radius: radii })}`);
    }
    return stepFeatures(steps.map((step, i) => ({
      ...step,
      progress: progress[i]!,
      learningRate: rates[i]!,
      radius: radii[i]!,
    })));
  })();
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    refuse(
      `${features[bad % features.length]} at its checkpoint ${
        Math.floor(bad / features.length) + 1
      } is beyond ` +
        `single precision`,
    );
  }
  return values;
}

/** `[context]`. */
function contextOf(
  { source, further: { samples, dimensions, configuration } }: PartialSequence,
  { context, name }: Learned,
  refuse: Refuse,
): number[] {
  if (context.length === 0) return [];
  const hasPlan = isSame(context, [...CONTEXT_FEATURES, ...PLAN_FEATURES]);
  if (!hasPlan && !isSame(context, CONTEXT_FEATURES)) {
    return refuse(`the predictor "${name}" is told ${context.join(", ")}, and not of a map`);
  }
  if (samples === undefined || dimensions === undefined || configuration === undefined) {
    return refuse(`it lacks ${missing({ samples, dimensions, configuration })}`);
  }
  if (hasPlan) {
    const plan = parseConfiguration(configuration, `configuration in ${source}`);
    const run = { samples, dimensions, configuration: plan };
    return [...runContext(run), ...planFeatures(run)];
  }
  const { data: map, error } = mapSchema.safeParse(configuration);
  if (map !== undefined) return [...runContext({ samples, dimensions, configuration: map })];
  const { path, message } = error.issues[0]!;
  return refuse(`${["configuration", ...path].join(".")}: ${message}`);
}

/** What lies outside of what was learned from, the first of each column. */
function outside(
  columns: readonly string[],
  values: ArrayLike<number>,
  { least, most }: Learned["ranges"]["features"],
): string[] {
  const rows = Array.from(values);
  return columns.flatMap((column, c) => {
    const own = rows.filter((_, at) => at % columns.length === c);
    const stray = own.find((value) => value < least[c]! || value > most[c]!);
    return stray === undefined ? [] : [
      `${column} is ${short(stray)}; it learned from ${short(least[c]!)} to ${
        short(most[c]!)
      } only.`,
    ];
  });
}

/** The names of what is not there. */
function missing(needed: Readonly<Record<string, unknown>>): string {
  return listed(Object.keys(needed).filter((name) => needed[name] === undefined));
}
