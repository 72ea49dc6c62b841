/**
 * The training in its plainest form, unit by unit: what the tests hold the kernel against, bit for bit,
 * and the rival of `tests/bench/som.bench.ts`.
 *
 * @module
 */

import { exp, type Key } from "assay";
import { Batches } from "./batches.ts";
import { coursesOf, iterationsOf, type SomConfiguration } from "./configuration.ts";
import { Grid } from "./grid.ts";
import { type Checkpoint, linearCheckpoints } from "./history.ts";
import type { ScaledData } from "./scaled_data.ts";
import { scheduleValue } from "./schedules.ts";
import { initialWeights } from "./training.ts";

/** What {@linkcode plainTraining} ends with. */
export interface PlainTraining {
  readonly history: readonly Checkpoint[];
  /** `[units, dimensions]`. */
  readonly weights: Float32Array;
}

/** Trains a map as `SomTraining` does, over {@linkcode linearCheckpoints}. */
export function plainTraining(
  key: Key,
  data: ScaledData,
  configuration: SomConfiguration,
): PlainTraining {
  const { samples, dimensions: d, values, mask } = data;
  const grid = new Grid(configuration.topology, configuration.rows, configuration.columns);
  const { units } = grid;
  const iterations = iterationsOf(configuration, samples);
  const courses = coursesOf(configuration);
  const batches = new Batches(key.key("batches"), { samples, ...configuration });
  const weights = initialWeights(key.key("weights"), data, units);
  const batch = new Uint32Array(samples);

  const squared = (unit: number, sample: number) => {
    let sum = 0;
    for (let j = 0; j < d; j++) {
      if (mask?.[sample * d + j]) continue;
      const e = Math.fround(values[sample * d + j]! - weights[unit * d + j]!);
      sum = Math.fround(sum + Math.fround(e * e));
    }
    return sum;
  };
  /** The unit nearest to a sample, without `other`. */
  const nearest = (sample: number, other = -1) => {
    let best = -1, least = Infinity;
    for (let unit = 0; unit < units; unit++) {
      const distance = unit === other ? Infinity : squared(unit, sample);
      if (distance < least) [best, least] = [unit, distance];
    }
    return best;
  };
  const at = (course: keyof typeof courses, t: number) =>
    scheduleValue(courses[course], t, iterations);

  let t = 0, updates = 0;
  const history = linearCheckpoints().map((progress): Checkpoint => {
    for (const end = Math.round(progress * iterations); t < end; t++) {
      const count = batches.draw(at("batch", t), batch), radius = at("radius", t);
      updates += count;
      for (const sample of batch.subarray(0, count)) {
        const best = nearest(sample);
        for (let unit = 0; unit < units; unit++) {
          const exponent = grid.distance(unit, best) ** 2 / (2 * radius * radius + 1e-8);
          if (exponent > 40 * Math.LN2) continue;
          const rate = Math.fround(at("learningRate", t) * exp(-exponent));
          for (let j = 0; j < d; j++) {
            if (mask?.[sample * d + j]) continue;
            const w = weights[unit * d + j]!;
            weights[unit * d + j] = w +
              Math.fround(rate * Math.fround(values[sample * d + j]! - w));
          }
        }
      }
      if (configuration.normaliseWeights) normalise(weights, d);
    }
    const best = Array.from({ length: samples }, (_, sample) => nearest(sample));
    const apart = best.filter((unit, i) => !grid.adjacent(unit, nearest(i, unit))).length;
    const next = Math.min(t, iterations - 1);
    return {
      epoch: t,
      mqe: best.reduce((sum, unit, i) => sum + Math.sqrt(squared(unit, i)), 0) / samples,
      topographicError: apart / samples,
      deadNeuronRatio: 1 - new Set(best).size / units,
      progress: t / iterations,
      learningRate: at("learningRate", next),
      radius: at("radius", next),
      updates,
    };
  });
  return { history, weights };
}

function normalise(weights: Float32Array, d: number): void {
  for (let from = 0; from < weights.length; from += d) {
    let sum = 0;
    for (const w of weights.subarray(from, from + d)) sum += w * w;
    if (sum > 0) { for (let j = 0; j < d; j++) weights[from + j]! /= Math.sqrt(sum); }
  }
}
