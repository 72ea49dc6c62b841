/**
 * The scales a predictor learns in: each number less its mean, by its standard deviation, both of the training
 * prefixes. They belong to the trained model: what it reads is scaled by them, and what it says scaled back.
 *
 * @module
 */

import { fitZScore, scaleValues, type ZScore } from "assay";
import { type Answer, rightAnswers } from "./answers.ts";
import type { Prefixes } from "./prefixes.ts";

/** Scales of what goes in and comes out, to be kept as JSON beside the model. */
export interface Standardisation {
  readonly features: ZScore;
  /** `null` where nothing is known before a run. */
  readonly context: ZScore | null;
  /** Of every answer: of every target at every horizon, the end last. */
  readonly targets: ZScore;
}

/**
 * Scales of training prefixes: a checkpoint counts as often as prefixes show it, a context as often as its run has
 * prefixes, a target where its horizon is reached.
 *
 * @param ahead The horizons before the end, as shares of a run.
 * @param answer What of the targets is scaled. Default: their values.
 * @throws {RangeError} When there is no prefix, or none reaches a horizon.
 */
export function fitStandardisation(
  prefixes: Prefixes,
  ahead: readonly number[],
  answer: Answer = "value",
): Standardisation {
  const { histories: { runs, features, context, targets }, run, steps } = prefixes;
  const shown = new Map<number, number[]>();
  run.forEach((r, i) => shown.set(r, [...shown.get(r) ?? [], steps[i]!]));
  const used = [...shown.keys()].map((r) => runs[r]!);
  const counts = [...shown.values()].flatMap((steps, i) =>
    Array.from(
      used[i]!.progress,
      (_, checkpoint) => steps.filter((steps) => checkpoint < steps).length,
    )
  );
  const { values, reached } = rightAnswers(prefixes, ahead, answer);
  const horizons = ahead.length + 1;
  const ofHorizon = Array.from({ length: horizons }, (_, h) => {
    const named = targets.map((target) => h < ahead.length ? `${target} +${ahead[h]}` : target);
    const own = Array.from(run.keys(), (i) => {
      const from = (i * horizons + h) * targets.length;
      return values.subarray(from, from + targets.length);
    });
    return zScore(named, own, reached.filter((_, at) => at % horizons === h));
  });
  return {
    features: zScore(features, used.map(({ values }) => values), counts),
    context: context.length === 0 ? null : zScore(
      context,
      used.map(({ context }) => context),
      [...shown.values()].map(({ length }) => length),
    ),
    targets: {
      kind: "z-score",
      columns: ofHorizon.flatMap(({ columns }) => columns),
      mean: ofHorizon.flatMap(({ mean }) => mean),
      scale: ofHorizon.flatMap(({ scale }) => scale),
    },
  };
}

/** Scaled inputs of prefixes, row by row. */
export interface PrefixInputs {
  /** Steps of the longest prefix. */
  readonly time: number;
  /** f32 `[count, time, features]`, zeros behind each prefix. */
  readonly steps: Float32Array;
  /** f32 `[count, time]`: 1 for a step, 0 behind. */
  readonly mask: Float32Array;
  /** f32 `[count, context]`. */
  readonly context: Float32Array;
}

/** What a network reads of prefixes. */
export function prefixInputs(
  { histories: { runs, features }, run, steps }: Prefixes,
  standardisation: Standardisation,
): PrefixInputs {
  const time = steps.reduce((most, steps) => Math.max(most, steps), 0);
  const width = features.length, known = standardisation.context?.columns.length ?? 0;
  const inputs = {
    time,
    steps: new Float32Array(run.length * time * width),
    mask: new Float32Array(run.length * time),
    context: new Float32Array(run.length * known),
  };
  run.forEach((r, i) => {
    const { values, context } = runs[r]!;
    const seen = Float64Array.from({ length: steps[i]! * width }, (_, j) => values[j]!);
    inputs.steps.set(scaleValues(standardisation.features, seen), i * time * width);
    inputs.mask.fill(1, i * time, i * time + steps[i]!);
    if (standardisation.context === null) return;
    const own = scaleValues(standardisation.context, Float64Array.from(context));
    inputs.context.set(own, i * known);
  });
  return inputs;
}

/** Scaled targets of prefixes, row by row, `[count, horizons · targets]` each. */
export interface PrefixTargets {
  /** f32; 0 where a horizon is not reached. */
  readonly values: Float32Array;
  /**
   * f32: what each squared error weighs, so that their mean over all is the mean over the prefixes of their mean
   * over the horizons that are reached, in which the end counts twice.
   */
  readonly weights: Float32Array;
}

/** How often the end counts beside a horizon before it. */
const END_WEIGHT = 2;

/** What a network is to say of prefixes. */
export function prefixTargets(
  prefixes: Prefixes,
  standardisation: Standardisation,
  ahead: readonly number[],
  answer: Answer = "value",
): PrefixTargets {
  const { values, reached } = rightAnswers(prefixes, ahead, answer);
  const horizons = ahead.length + 1, targets = prefixes.histories.targets.length;
  const weights = new Float32Array(values.length);
  prefixes.run.forEach((_, i) => {
    const own = Array.from(
      { length: horizons },
      (_, h) => reached[i * horizons + h]! * (h === ahead.length ? END_WEIGHT : 1),
    );
    const sum = own.reduce((sum, weight) => sum + weight, 0);
    own.forEach((weight, h) => {
      const from = (i * horizons + h) * targets;
      weights.fill(weight * horizons / sum, from, from + targets);
    });
  });
  const scaled = scaleValues(standardisation.targets, values)
    .map((value, at) => weights[at] === 0 ? 0 : value);
  return { values: scaled, weights };
}

function zScore(
  columns: readonly string[],
  rows: readonly ArrayLike<number>[],
  counts: ArrayLike<number>,
): ZScore {
  const values = Float32Array.from(rows.flatMap((row) => Array.from(row)));
  return fitZScore({ columns, rows: counts.length, values }, counts);
}
