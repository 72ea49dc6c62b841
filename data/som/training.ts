/**
 * The training of a self-organising map, from checkpoint to checkpoint.
 *
 * @module
 */

import {
  exp,
  type Key,
  type Resumable,
  type SavedState,
  type State,
  together,
  uniform,
} from "assay";
import { Batches } from "./batches.ts";
import {
  configurationFault,
  type Courses,
  coursesOf,
  iterationsOf,
  type SomConfiguration,
} from "./configuration.ts";
import { Grid } from "./grid.ts";
import { checkPlacement, type Checkpoint, linearCheckpoints } from "./history.ts";
import { Workbench } from "./kernel.ts";
import { mapErrors, type MapQuality, mapQuality } from "./quality.ts";
import type { ScaledData } from "./scaled_data.ts";
import { scheduleValue } from "./schedules.ts";

/**
 * 40 ln 2: beyond this exponent, with a neighbourhood below 2⁻⁴⁰, a unit stays where it is. In f32 its way
 * would be lost in the rounding of all but the smallest weights, and numbers too small to be normal are slow.
 */
const FARTHEST = 27.725887222397812;

/**
 * A map in training. Weights begin uniform in [0, 1); then, at each iteration `t`, for one sample `x` of
 * its batch after the other, with `c` the best unit of `x` and `D` the grid distance,
 *
 *     W_k += eta(t) exp(-D(k, c)² / (2 r(t)² + 1e-8)) (x - W_k)     for every unit k.
 *
 * Masked cells count neither in a distance nor in an update, and a column that is masked in all
 * samples has weight 0. Arithmetic is f32 in a fixed order: history and weights depend, to the bit, on
 * key, data, configuration and nothing else.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assert, assertEquals } from "@std/assert";
 * import { dataSet } from "./data_sets.ts";
 * import { sampleConfiguration } from "./sample_configuration.ts";
 *
 * const data = dataSet(rootKey(1), { kind: "blobs", samples: 200, dimensions: 3 });
 * const training = new SomTraining(rootKey(1), data, sampleConfiguration(rootKey(1), 200));
 * while (!training.finished) {
 *   const { progress, deadNeuronRatio } = training.advance();
 *   if (progress >= 0.2 && deadNeuronRatio > 0.9) break;
 * }
 * assertEquals(training.history.length, 21);
 * assert(training.quality().topologicalCorrelation > 0);
 * ```
 */
export class SomTraining implements Resumable {
  /** What it draws from. */
  readonly key: Key;
  readonly data: ScaledData;
  readonly configuration: SomConfiguration;
  readonly grid: Grid;
  /** Iterations from beginning to end. */
  readonly iterations: number;
  /** `[units, dimensions]`: the weights of this moment. */
  readonly weights: Float32Array;
  readonly #checkpoints: readonly number[];
  readonly #courses: Courses;
  readonly #batches: Batches;
  readonly #bench: Workbench;
  #history: Checkpoint[] = [];

  /**
   * @param key The same key gives the same training.
   * @param options `checkpoints`: shares of the training after which it is looked at, rising to 1, rounded to
   * whole iterations. Default: {@linkcode linearCheckpoints}, 21 of them.
   * @throws {RangeError} When the configuration or the checkpoints are none.
   */
  constructor(
    key: Key,
    data: ScaledData,
    configuration: SomConfiguration,
    { checkpoints = linearCheckpoints() }: { readonly checkpoints?: readonly number[] } = {},
  ) {
    const fault = configurationFault(configuration);
    if (fault !== null) throw new RangeError(`Cannot train a map: ${fault}`);
    checkPlacement(checkpoints);
    this.key = key;
    this.data = data;
    this.configuration = configuration;
    this.grid = new Grid(configuration.topology, configuration.rows, configuration.columns);
    this.iterations = iterationsOf(configuration, data.samples);
    this.weights = initialWeights(key.key("weights"), data, this.grid.units);
    this.#checkpoints = checkpoints;
    this.#courses = coursesOf(configuration);
    this.#batches = new Batches(key.key("batches"), { samples: data.samples, ...configuration });
    this.#bench = new Workbench(this.grid, data);
  }

  /** What was logged so far, a checkpoint after the other. */
  get history(): readonly Checkpoint[] {
    return this.#history;
  }

  /** Whether the last checkpoint was reached. */
  get finished(): boolean {
    return this.#history.length === this.#checkpoints.length;
  }

  /**
   * Trains up to the next checkpoint.
   *
   * @returns What was found there; it is the last of `history` now.
   * @throws {RangeError} When the training is finished.
   */
  advance(): Checkpoint {
    const { iterations } = this;
    if (this.finished) throw new RangeError("Cannot train a map further: it is finished");
    const last = this.#history.at(-1);
    const end = Math.round(this.#checkpoints[this.#history.length]! * iterations);
    let updates = last?.updates ?? 0;
    this.#bench.bring(this.weights);
    for (let t = last?.epoch ?? 0; t < end; t++) updates += this.#iterate(t);
    const errors = mapErrors(this.#bench.bestUnits(), this.grid);
    this.#bench.fetch(this.weights);
    const next = Math.min(end, iterations - 1);
    const checkpoint = {
      epoch: end,
      ...errors,
      progress: end / iterations,
      learningRate: scheduleValue(this.#courses.learningRate, next, iterations),
      radius: scheduleValue(this.#courses.radius, next, iterations),
      updates,
    };
    this.#history.push(checkpoint);
    return checkpoint;
  }

  /** How good the map of this moment is. Takes longer than a checkpoint. */
  quality(): MapQuality {
    this.#bench.bring(this.weights);
    return mapQuality(this.weights, this.#bench.bestUnits(), this.grid);
  }

  state(): State {
    const rows = this.#history.flatMap((step) => CHECKPOINT_FIELDS.map((name) => step[name]));
    return {
      weights: { shape: [this.grid.units, this.data.dimensions], data: this.weights },
      history: {
        shape: [this.#history.length, CHECKPOINT_FIELDS.length],
        data: Float64Array.from(rows),
      },
      ...together({ batches: this.#batches }).state(),
    };
  }

  restore(saved: SavedState): void {
    const rows = saved.numbers("history"), width = CHECKPOINT_FIELDS.length;
    const weights = saved.floats("weights");
    if (weights.length !== this.weights.length) {
      throw new RangeError(
        `Cannot go on from a map of ${weights.length} weights: this one has ${this.weights.length}`,
      );
    }
    this.weights.set(weights);
    this.#batches.restore(saved.within("batches"));
    this.#history = Array.from({ length: rows.length / width }, (_, i) =>
      Object.fromEntries(
        CHECKPOINT_FIELDS.map((name, c) => [name, rows[i * width + c]!]),
      ) as Record<keyof Checkpoint, number>);
  }

  /** Takes an iteration; returns how many samples it trained on. */
  #iterate(t: number): number {
    const bench = this.#bench, { iterations } = this;
    const { learningRate, radius, batch } = this.#courses;
    setRates(
      bench.rates,
      bench.squaredDistances,
      scheduleValue(learningRate, t, iterations),
      scheduleValue(radius, t, iterations),
    );
    const count = this.#batches.draw(scheduleValue(batch, t, iterations), bench.batch);
    bench.train(count);
    if (this.configuration.normaliseWeights) bench.normalise();
    return count;
  }
}

/** The numbers of a checkpoint as they are saved. */
const CHECKPOINT_FIELDS = [
  "epoch",
  "mqe",
  "topographicError",
  "deadNeuronRatio",
  "progress",
  "learningRate",
  "radius",
  "updates",
] as const satisfies readonly (keyof Checkpoint)[];

/** Uniform in [0, 1), 0 in columns that no sample knows; `[units, dimensions]`. */
export function initialWeights(
  key: Key,
  { dimensions, mask }: ScaledData,
  units: number,
): Float32Array {
  const weights = Float32Array.from(uniform(key, units * dimensions));
  for (let j = 0; j < dimensions; j++) {
    const known = mask === null || mask.some((cell, at) => cell === 0 && at % dimensions === j);
    if (!known) { for (let at = j; at < weights.length; at += dimensions) weights[at] = 0; }
  }
  return weights;
}

/** The learning rate times the neighbourhood at each squared distance, ascending. */
function setRates(
  rates: Float32Array,
  squaredDistances: Float64Array,
  learningRate: number,
  radius: number,
): void {
  const width = 2 * radius * radius + 1e-8;
  let c = 0;
  for (; c < rates.length; c++) {
    const exponent = squaredDistances[c]! / width;
    if (exponent > FARTHEST) break;
    rates[c] = learningRate * exp(-exponent);
  }
  rates.fill(0, c);
}
