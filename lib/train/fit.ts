/**
 * The training loop of supervised learning.
 *
 * @module
 */

import { Adam } from "./adam.ts";
import { FitMonitor } from "./fit_monitor.ts";
import { Fitting } from "./fitting.ts";
import { loop } from "./loop.ts";
import { Plateau } from "./plateau.ts";
import type { FitHooks, FitOptions, Fitted } from "./fit_types.ts";
import type { Trainable } from "./types.ts";

/**
 * Trains with Adam on minibatches, and leaves the model with the weights (running statistics included)
 * of the epoch with the lowest validation loss.
 *
 * Every draw comes from `options.key`: samples are taken as {@linkcode shuffledCourse} takes them with
 * `key.key("order")`, the layers of step `s` (from 1) draw from `key.key("step").at(s)`. Losses stay on the
 * device until the epoch ends, 256 steps are waiting or a second has passed, and when they are read changes
 * no bit. With checkpoints among the hooks it goes on where an earlier process ended.
 *
 * A monitor is told of every step and epoch; what it finds is in the result, and may end the training as
 * `onFinding` and `ladder` say. A loss that is not finite is such a finding, so an attempt that may end by one
 * ends at that epoch's end, in the same bits wherever the losses were read.
 *
 * @throws {DivergedRun} When a training or validation loss is not finite and no finding ended it.
 * @throws {RangeError} When an option is outside its range.
 * @throws {DeviceUnfit} When the device reports an error.
 *
 * @example
 * ```ts
 * import { closureTrainable, fit, mseLoss, openDevice, rootKey, tensorSamples, tf } from "assay";
 * import { assert } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const slope = { name: "slope", variable: tf.variable(tf.tensor2d([[0]])) };
 * const line = closureTrainable({
 *   trainable: [slope],
 *   loss: ({ x, y }) => mseLoss(tf.mul(x, slope.variable), y),
 * });
 * const samples = tensorSamples(tf.tensor2d([[1], [2], [3]]), tf.tensor2d([[2], [4], [6]]));
 * const { bestValidationLoss } = await fit(line, {
 *   train: samples,
 *   validation: samples,
 *   key: rootKey(1),
 *   epochs: 30,
 *   batchSize: 2,
 *   learningRate: 0.1,
 * }, { clock: () => 0 });
 * assert(bestValidationLoss < 0.05);
 * ```
 */
export async function fit(
  model: Trainable,
  options: FitOptions,
  { onEpoch, onFinding, onProgress, ...hooks }: FitHooks,
): Promise<Fitted> {
  checkOptions(options);
  const { epochs, learningRate, fingerprintEvery = 1 } = options;
  const plateau = options.plateau && new Plateau(learningRate, options.plateau);
  const monitor = new FitMonitor(options, onFinding);
  const adam = new Adam(model.trainable, options);
  const fitting = new Fitting(model, options, adam, plateau, monitor, onEpoch);
  const { stepsPerEpoch: steps } = fitting;
  try {
    const { trace, seconds } = await loop({
      state: fitting,
      weights: model.weights,
      fingerprintEvery,
      steps: epochs * steps,
      step: (n, trace) => fitting.step(n, trace),
      onLoss: (step, loss, gradientNorm) => fitting.checkLoss(step, loss, gradientNorm),
    }, {
      ...hooks,
      onProgress: (step, loss) =>
        onProgress?.({
          epoch: Math.ceil(step / steps),
          epochs,
          step: (step - 1) % steps + 1,
          steps,
          loss,
        }),
    });
    await options.onEnd?.();
    const attempt = { ...fitting.finish(), trace, seconds };
    return { ...attempt, attempts: [attempt] };
  } finally {
    fitting.dispose();
  }
}

function checkOptions({ train, validation, epochs, batchSize, patience }: FitOptions): void {
  const counts = {
    epochs,
    ...("stepsPerEpoch" in train
      ? { "train.stepsPerEpoch": train.stepsPerEpoch }
      : { "train.count": train.count, batchSize }),
    "validation.count": validation.count,
    ...(patience === undefined ? {} : { patience }),
  };
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value! < 1) {
      throw new RangeError(`Cannot fit: ${name} is ${value}, but must be a positive integer`);
    }
  }
}
