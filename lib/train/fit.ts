/**
 * The training loop.
 *
 * @module
 */

import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { permutation } from "../random/shuffle.ts";
import { Adam } from "./adam.ts";
import { DivergedRun } from "./diverged.ts";
import { Plateau } from "./plateau.ts";
import { inOrder } from "./predict.ts";
import { trainStep } from "./step.ts";
import type { Epoch, FitHooks, FitOptions, Fitted, NamedVariable, Trainable } from "./types.ts";

/** Steps whose losses wait on the device at most: bounds what is lost when a run diverges. */
const STEPS_PER_READ = 256;
/** Seconds after which losses are read and progress is told. */
const PROGRESS_PERIOD = 1;
/** Seconds after which the event loop gets its turn, so that signals arrive. */
const YIELD_PERIOD = 0.1;
/** Samples of a validation batch at least: nothing is learned from them, so they need not be small. */
const VALIDATION_BATCH = 256;

/**
 * Trains with Adam on minibatches, and leaves the model with the weights (running statistics included)
 * of the epoch with the lowest validation loss.
 *
 * Every draw comes from `options.key`: the order of epoch `e` (from 1) is the permutation of
 * `key.key("order").at(e)`, the layers of step `s` (from 1) draw from `key.key("step").at(s)`. The last,
 * smaller batch of an epoch is used. Nothing is read back per step: losses stay on the device until the
 * epoch ends, 256 steps are waiting or a second has passed, and when they are read changes no bit.
 *
 * @throws {DivergedRun} When a training or validation loss is not finite.
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
  hooks: FitHooks,
): Promise<Fitted> {
  checkOptions(options);
  const { train, validation, key, epochs, batchSize, patience = Infinity } = options;
  const { clock, signal } = hooks;
  const start = clock();
  const plateau = options.plateau === undefined
    ? undefined
    : new Plateau(options.learningRate, options.plateau);
  const adam = new Adam(model.trainable, options);
  const best = new Snapshot(model.weights);
  const stepsPerEpoch = Math.ceil(train.count / batchSize);

  const history: Epoch[] = [];
  const stepLoss: number[] = [];
  let waiting: tf.Scalar[] = [];
  let bestEpoch = 0;
  let bestValidationLoss = Infinity;
  let stoppedEarly = false;

  /** Reads the losses of the steps that wait, and `more` with them. */
  const collect = async (epoch: number, more: tf.Scalar[]): Promise<number[]> => {
    const read = (await readBack([...waiting, ...more])).map((value) => value[0]!);
    for (const loss of read.splice(0, waiting.length)) {
      stepLoss.push(loss);
      if (!Number.isFinite(loss)) throw new DivergedRun("training", loss, epoch, stepLoss.length);
    }
    tf.dispose(waiting);
    waiting = [];
    return read;
  };

  let progressAt = start;
  let yieldAt = start;
  try {
    for (let epoch = 1; epoch <= epochs && !stoppedEarly; epoch++) {
      const order = permutation(key.key("order").at(epoch), train.count);
      for (let s = 0; s < stepsPerEpoch; s++) {
        signal?.throwIfAborted();
        const step = (epoch - 1) * stepsPerEpoch + s + 1;
        const indices = order.subarray(s * batchSize, (s + 1) * batchSize);
        const batch = train.batch(indices);
        try {
          waiting.push(trainStep(model, adam, batch, key.key("step").at(step)));
        } finally {
          tf.dispose([batch.x, batch.y]);
        }
        const now = clock();
        const due = now - progressAt >= PROGRESS_PERIOD;
        if (due || waiting.length >= STEPS_PER_READ) await collect(epoch, []);
        if (due) {
          hooks.onProgress?.({
            epoch,
            epochs,
            step: s + 1,
            steps: stepsPerEpoch,
            loss: stepLoss.at(-1)!,
          });
          progressAt = now;
        }
        if (now - yieldAt >= YIELD_PERIOD) {
          await eventLoop();
          yieldAt = clock();
        }
      }

      const batches = [...inOrder(validation.count, Math.max(batchSize, VALIDATION_BATCH))];
      const scored = batches.map((indices) => validationLossOf(model, options, indices));
      let validationLoss = 0;
      try {
        const losses = await collect(epoch, scored);
        batches.forEach(({ length }, b) => validationLoss += losses[b]! * length);
        validationLoss /= validation.count;
      } finally {
        tf.dispose(scored);
      }
      if (!Number.isFinite(validationLoss)) {
        throw new DivergedRun("validation", validationLoss, epoch, stepLoss.length);
      }

      const losses = stepLoss.slice(-stepsPerEpoch);
      const record: Epoch = {
        epoch,
        step: stepLoss.length,
        trainLoss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
        validationLoss,
        learningRate: adam.learningRate,
      };
      history.push(record);
      if (validationLoss < bestValidationLoss) {
        bestValidationLoss = validationLoss;
        bestEpoch = epoch;
        best.take();
      }
      stoppedEarly = epoch - bestEpoch >= patience;
      if (plateau !== undefined) adam.learningRate = plateau.next(validationLoss);
      await hooks.onEpoch?.(record);
      await eventLoop();
      yieldAt = clock();
    }
    best.restore();
  } finally {
    tf.dispose(waiting);
    adam.dispose();
    best.dispose();
  }
  return {
    history,
    stepLoss: Float32Array.from(stepLoss),
    bestEpoch,
    bestValidationLoss,
    stoppedEarly,
    seconds: clock() - start,
  };
}

function validationLossOf(
  model: Trainable,
  { validation }: FitOptions,
  indices: Int32Array,
): tf.Scalar {
  const batch = validation.batch(indices);
  try {
    return model.loss(batch, false);
  } finally {
    tf.dispose([batch.x, batch.y]);
  }
}

/**
 * The weights of one moment. A clone shares a variable's data until the variable moves on: `assign` gives it
 * other data, and so does an operation in place before it writes into what is shared.
 */
class Snapshot {
  readonly #weights: readonly NamedVariable[];
  #values: tf.Tensor[] = [];

  constructor(weights: readonly NamedVariable[]) {
    this.#weights = weights;
  }

  take(): void {
    tf.dispose(this.#values);
    this.#values = this.#weights.map(({ variable }) => tf.clone(variable));
  }

  restore(): void {
    this.#values.forEach((value, i) => this.#weights[i]!.variable.assign(value));
  }

  dispose(): void {
    tf.dispose(this.#values);
  }
}

/** Lets timers, signals and input have their turn. */
function eventLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function checkOptions({ train, validation, epochs, batchSize, patience }: FitOptions): void {
  const counts = {
    epochs,
    batchSize,
    "train.count": train.count,
    "validation.count": validation.count,
    ...(patience === undefined ? {} : { patience }),
  };
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`Cannot fit: ${name} is ${value}, but must be a positive integer`);
    }
  }
}
