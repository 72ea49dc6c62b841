/**
 * Ridge regression on the flattened window: the best linear forecast there is, in closed form.
 *
 * @module
 */

import { solvePositiveDefinite } from "./cholesky.ts";
import { checkTask, type ForecastTask } from "./types.ts";

/** A fitted linear forecast, in original units. */
export interface Ridge {
  /** `[window * columns, targets]` f64, row-major, time before column. */
  readonly weights: Float64Array;
  /** `[targets]` f64. */
  readonly intercept: Float64Array;
}

/** How strongly weights are held back. */
export interface RidgeOptions {
  /** Added to every squared standardised weight's cost, against the sum of squared errors. Default 50. */
  readonly penalty?: number;
}

/** Windows written out at a time. */
const BLOCK = 256;

/**
 * Fits targets on the flattened window by the normal equations (ZᵀZ + penalty · I) w = Zᵀ(y − ȳ), where
 * Z are the inputs standardised over the training windows (a constant input gets weight 0). The
 * intercept is not penalised. f64, sums over ascending windows.
 *
 * Windows are written out a block at a time, so a million of them take no more memory than the
 * matrix: (window · columns)² numbers.
 *
 * @param train First rows of the training windows.
 * @throws {RangeError} When the task does not fit together, there is no training window, a value is
 * not finite, the penalty is negative, or it is too small to decide between inputs that say the same.
 *
 * @example
 * ```ts
 * import { fitRidge, predictRidge } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const values = Float32Array.of(1, 2, 4, 8, 16, 32, 64); // each row doubles the one before
 * const task = { values, columns: 1, window: 1, horizon: 1, targets: [0] };
 * const model = fitRidge(task, Int32Array.of(0, 1, 2, 3, 4), { penalty: 0 });
 * assertAlmostEquals(model.weights[0]!, 2, 1e-12);
 * assertAlmostEquals(predictRidge(model, task, Int32Array.of(5))[0]!, 64, 1e-10);
 * ```
 */
export function fitRidge(
  task: ForecastTask,
  train: Int32Array,
  { penalty = 50 }: RidgeOptions = {},
): Ridge {
  checkTask(task, train);
  if (!(penalty >= 0 && penalty < Infinity) || train.length === 0) {
    throw new RangeError(
      `Cannot fit a ridge regression to ${train.length} windows with penalty ${penalty}: at least one ` +
        `window and a finite penalty from 0 are needed`,
    );
  }
  const { columns, window, targets } = task;
  const inputs = window * columns, outputs = targets.length;
  const { mean, scale } = moments(task, train);
  const meanTarget = targetMeans(task, train);

  const gram = new Float64Array(inputs * inputs);
  const weights = new Float64Array(inputs * outputs);
  const z = new Float64Array(BLOCK * inputs);
  const y = new Float64Array(BLOCK * outputs);
  for (let from = 0; from < train.length; from += BLOCK) {
    const block = train.subarray(from, from + BLOCK);
    block.forEach((start, b) => {
      const first = start * columns;
      for (let i = 0; i < inputs; i++) {
        z[b * inputs + i] = (task.values[first + i]! - mean[i]!) / scale[i]!;
      }
      for (let k = 0; k < outputs; k++) {
        y[b * outputs + k] = target(task, start, k) - meanTarget[k]!;
      }
    });
    accumulate(gram, z, inputs, block.length);
    for (let b = 0; b < block.length; b++) {
      for (let i = 0; i < inputs; i++) {
        const input = z[b * inputs + i]!;
        for (let k = 0; k < outputs; k++) {
          weights[i * outputs + k]! += input * y[b * outputs + k]!;
        }
      }
    }
  }
  for (let i = 0; i < inputs; i++) {
    const diagonal = i * inputs + i;
    // A constant input has a row of zeros; any pivot gives it weight 0.
    if (gram[diagonal] === 0) gram[diagonal] = 1;
    gram[diagonal]! += penalty;
  }
  if (!solvePositiveDefinite(gram, weights, inputs)) {
    throw new RangeError(
      `Cannot fit a ridge regression of ${inputs} inputs to ${train.length} windows with penalty ` +
        `${penalty}: some inputs are combinations of others; use a larger penalty`,
    );
  }
  const intercept = meanTarget.slice();
  for (let i = 0; i < inputs; i++) {
    for (let k = 0; k < outputs; k++) {
      const weight = weights[i * outputs + k]! / scale[i]!;
      weights[i * outputs + k] = weight;
      intercept[k]! -= weight * mean[i]!;
    }
  }
  return { weights, intercept };
}

/**
 * Forecasts by a fitted ridge regression.
 *
 * @param task The task it was fitted to, or one over other rows with the same columns.
 * @param starts First rows of the windows to forecast.
 * @returns `[windows, targets]` f64, in original units.
 * @throws {RangeError} When the task does not fit together or has another size than the model.
 *
 * @example
 * ```ts
 * import { predictRidge } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const model = { weights: Float64Array.of(0, 2), intercept: Float64Array.of(1) };
 * const values = Float32Array.of(5, 3, 0);
 * const task = { values, columns: 1, window: 2, horizon: 1, targets: [0] };
 * assertEquals(predictRidge(model, task, Int32Array.of(0)), Float64Array.of(7));
 * ```
 */
export function predictRidge(
  { weights, intercept }: Ridge,
  task: ForecastTask,
  starts: Int32Array,
): Float64Array {
  checkTask(task, starts);
  const { values, columns, window, targets } = task;
  const inputs = window * columns, outputs = targets.length;
  if (weights.length !== inputs * outputs || intercept.length !== outputs) {
    throw new RangeError(
      `Cannot forecast by a ridge regression with ${weights.length} weights: ${inputs} inputs and ` +
        `${outputs} targets need ${inputs * outputs}`,
    );
  }
  const predicted = new Float64Array(starts.length * outputs);
  starts.forEach((start, w) => {
    const first = start * columns;
    for (let k = 0; k < outputs; k++) {
      let sum = intercept[k]!;
      for (let i = 0; i < inputs; i++) sum += values[first + i]! * weights[i * outputs + k]!;
      predicted[w * outputs + k] = sum;
    }
  });
  return predicted;
}

/** Adds ZᵀZ to the lower triangle of `gram`, four windows a pass so that each sum is loaded once for four. */
function accumulate(gram: Float64Array, z: Float64Array, inputs: number, count: number): void {
  // Rows beyond the block count as zeros, which add nothing.
  const padded = Math.ceil(count / 4) * 4;
  z.fill(0, count * inputs, padded * inputs);
  for (let b = 0; b < padded; b += 4) {
    const z0 = b * inputs, z1 = z0 + inputs, z2 = z1 + inputs, z3 = z2 + inputs;
    for (let i = 0; i < inputs; i++) {
      const a0 = z[z0 + i]!, a1 = z[z1 + i]!, a2 = z[z2 + i]!, a3 = z[z3 + i]!;
      const row = i * inputs;
      for (let j = 0; j <= i; j++) {
        gram[row + j] = gram[row + j]! + a0 * z[z0 + j]! + a1 * z[z1 + j]! + a2 * z[z2 + j]! +
          a3 * z[z3 + j]!;
      }
    }
  }
}

/** Mean and population standard deviation of every input; scale 1 for a constant one. */
function moments(task: ForecastTask, train: Int32Array) {
  const { values, columns, window } = task;
  const inputs = window * columns;
  const mean = new Float64Array(inputs), scale = new Float64Array(inputs);
  const constant = new Uint8Array(inputs).fill(1);
  const reference = train[0]! * columns;
  for (const start of train) {
    const first = start * columns;
    for (let i = 0; i < inputs; i++) {
      const value = values[first + i]!;
      if (!Number.isFinite(value)) refuse(value, first + i, columns);
      mean[i]! += value;
      if (value !== values[reference + i]) constant[i] = 0;
    }
  }
  for (let i = 0; i < inputs; i++) {
    mean[i] = constant[i] ? values[reference + i]! : mean[i]! / train.length;
  }
  for (const start of train) {
    const first = start * columns;
    for (let i = 0; i < inputs; i++) {
      const deviation = values[first + i]! - mean[i]!;
      scale[i]! += deviation * deviation;
    }
  }
  for (let i = 0; i < inputs; i++) {
    scale[i] = constant[i] ? 1 : Math.sqrt(scale[i]! / train.length);
  }
  return { mean, scale };
}

function targetMeans(task: ForecastTask, train: Int32Array): Float64Array {
  const means = new Float64Array(task.targets.length);
  for (const start of train) {
    for (let k = 0; k < means.length; k++) {
      const value = target(task, start, k);
      if (!Number.isFinite(value)) {
        const row = start + task.window - 1 + task.horizon;
        refuse(value, row * task.columns + task.targets[k]!, task.columns);
      }
      means[k]! += value;
    }
  }
  return means.map((sum) => sum / train.length);
}

function target(
  { values, columns, window, horizon, targets }: ForecastTask,
  start: number,
  k: number,
) {
  return values[(start + window - 1 + horizon) * columns + targets[k]!]!;
}

function refuse(value: number, index: number, columns: number): never {
  throw new RangeError(
    `Cannot fit a ridge regression: row ${Math.floor(index / columns)}, column ${
      index % columns
    } ` +
      `(both from 0) is ${value}; finite numbers are needed`,
  );
}
