/**
 * A training in progress: epochs of minibatches, the validation after each, and the best weights so far.
 *
 * @module
 */

import { tf } from "../device/tf.ts";
import type { Adam } from "./adam.ts";
import { disposeBatch } from "./batch.ts";
import { shuffledCourse } from "./course.ts";
import { DivergedRun } from "./diverged.ts";
import type { FitMonitor } from "./fit_monitor.ts";
import type { Plateau } from "./plateau.ts";
import { inOrder } from "./predict.ts";
import { Snapshot } from "./snapshot.ts";
import {
  numbers,
  type Resumable,
  type SavedState,
  type State,
  together,
  variablesState,
} from "./state.ts";
import { trainStep } from "./step.ts";
import type { TrainingTrace } from "./trace.ts";
import type { Attempt, Epoch, FitHooks, FitOptions } from "./fit_types.ts";
import type { Course, Trainable } from "./types.ts";

/** Samples of a validation batch at least: nothing is learned from them, so they need not be small. */
const VALIDATION_BATCH = 256;

/** The columns of a history, in the order they are saved. */
const COLUMNS = ["epoch", "step", "trainLoss", "validationLoss", "learningRate"] as const;

/** Takes the steps of a `fit`; what it needs to go on is its state. */
export class Fitting implements Resumable {
  readonly #course: Course;
  readonly #model: Trainable;
  readonly #options: FitOptions;
  readonly #adam: Adam;
  readonly #onEpoch: FitHooks["onEpoch"];
  readonly #monitor: FitMonitor;
  readonly #best: Snapshot;
  readonly #parts: Resumable;
  #history: Epoch[] = [];

  constructor(
    model: Trainable,
    options: FitOptions,
    adam: Adam,
    readonly plateau: Plateau | undefined,
    monitor: FitMonitor,
    onEpoch: FitHooks["onEpoch"],
  ) {
    this.#model = model;
    this.#options = options;
    this.#adam = adam;
    this.#onEpoch = onEpoch;
    this.#monitor = monitor;
    this.#best = new Snapshot(model.weights);
    this.#best.take();
    this.#parts = together({
      model: variablesState(model.weights),
      adam,
      best: this.#best,
      carried: variablesState(model.carried ?? []),
      monitor,
      ...(plateau === undefined ? {} : { plateau }),
    });
    const { train, key, batchSize } = options;
    this.#course = "stepsPerEpoch" in train
      ? train
      : shuffledCourse(train, { key: key.key("order"), batchSize: batchSize! });
  }

  get stepsPerEpoch(): number {
    return this.#course.stepsPerEpoch;
  }

  /** Takes step `n`, from 1; whether training stops there, before the last epoch. */
  async step(n: number, trace: TrainingTrace): Promise<boolean> {
    const epoch = this.#epochOf(n);
    const s = (n - 1) % this.stepsPerEpoch;
    const batch = this.#course.batch(epoch, s);
    const { key, schedule, epochs } = this.#options;
    if (schedule !== undefined) {
      this.#adam.learningRate = this.#rate * schedule(n, epochs * this.stepsPerEpoch);
    }
    try {
      trace.add(trainStep(this.#model, this.#adam, batch, key.key("step").at(n)));
    } finally {
      disposeBatch(batch);
    }
    return s === this.stepsPerEpoch - 1 && await this.#endEpoch(epoch, trace);
  }

  /** The learning rate before the schedule's factor. */
  get #rate(): number {
    return this.plateau?.rate ?? this.#options.learningRate;
  }

  /** @throws {DivergedRun} When the loss of a step is not finite, unless the monitor may make something of it. */
  checkLoss(step: number, loss: number, gradientNorm: number): void {
    this.#monitor.addStep(gradientNorm);
    if (Number.isFinite(loss) || this.#monitor.mayEnd) return;
    const epoch = this.#epochOf(step);
    const { learningRate } = this.#adam;
    this.#monitor.breakOff({ epoch, step, trainLoss: loss, learningRate });
    throw new DivergedRun("training", loss, epoch, step);
  }

  /** Gives the model the best epoch's weights. */
  finish(): Omit<Attempt, "trace" | "seconds"> {
    this.#best.apply();
    const best = this.#bestEpoch();
    const { findings, endedBy } = this.#monitor;
    return {
      learningRate: this.#options.learningRate,
      history: this.#history,
      findings,
      endedBy,
      bestEpoch: best?.epoch ?? 0,
      bestValidationLoss: best?.validationLoss ?? Infinity,
      stoppedEarly: this.#outOfPatience(),
    };
  }

  /** Weights, optimiser, best weights, monitor, what is carried, history, plateau; batches follow from their number. */
  state(): State {
    const columns = COLUMNS.map((column) =>
      [`history/${column}`, numbers(this.#history.map((epoch) => epoch[column]))] as const
    );
    return { ...this.#parts.state(), ...Object.fromEntries(columns) };
  }

  restore(saved: SavedState): void {
    this.#parts.restore(saved);
    const columns = COLUMNS.map((column) => saved.within("history").numbers(column));
    this.#history = Array.from(columns[0]!, (_, i) =>
      Object.fromEntries(
        COLUMNS.map((column, c) => [column, columns[c]![i]!]),
      ) as unknown as Epoch);
    this.#monitor.tellAgain(this.#history);
  }

  /** Releases slots and snapshots; the model stays. */
  dispose(): void {
    this.#adam.dispose();
    this.#best.dispose();
  }

  #epochOf(step: number): number {
    return Math.ceil(step / this.stepsPerEpoch);
  }

  async #endEpoch(epoch: number, trace: TrainingTrace): Promise<boolean> {
    const { validation, batchSize = 1 } = this.#options;
    const batches = [...inOrder(validation.count, Math.max(batchSize, VALIDATION_BATCH))];
    const scored = batches.map((indices) => this.#validationLossOf(indices));
    let validationLoss = 0;
    try {
      const losses = await trace.read(scored);
      batches.forEach(({ length }, b) => validationLoss += losses[b]![0]! * length);
      validationLoss /= validation.count;
    } finally {
      tf.dispose(scored);
    }
    const step = trace.steps;
    const losses = trace.losses.slice(-this.stepsPerEpoch);
    const trainLoss = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const { learningRate } = this.#adam;
    const record = { epoch, step, trainLoss, validationLoss, learningRate };
    if (validationLoss < (this.#bestEpoch()?.validationLoss ?? Infinity)) this.#best.take();
    this.#history.push(record);
    this.#monitor.addEpoch(record);
    const ended = this.#monitor.endedBy !== null;
    if (!ended) refuseNotFinite(record, losses);
    if (this.plateau !== undefined) this.#adam.learningRate = this.plateau.next(validationLoss);
    await this.#onEpoch?.(record);
    return ended || this.#outOfPatience();
  }

  #validationLossOf(indices: Int32Array): tf.Scalar {
    const batch = this.#options.validation.batch(indices);
    try {
      return this.#model.loss(batch, false);
    } finally {
      disposeBatch(batch);
    }
  }

  /** The first epoch with the lowest validation loss that is a number. */
  #bestEpoch(): Epoch | undefined {
    return this.#history.reduce<Epoch | undefined>(
      (best, epoch) => epoch.validationLoss < (best?.validationLoss ?? Infinity) ? epoch : best,
      undefined,
    );
  }

  #outOfPatience(): boolean {
    const { patience = Infinity } = this.#options;
    return this.#history.length - (this.#bestEpoch()?.epoch ?? 0) >= patience;
  }
}

/** Refuses an epoch with a loss that is not finite, which nobody made the end of the training. */
function refuseNotFinite(
  { epoch, step, validationLoss }: Epoch,
  losses: readonly number[],
): void {
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  if (bad >= 0) {
    throw new DivergedRun("training", losses[bad]!, epoch, step - losses.length + bad + 1);
  }
  if (!Number.isFinite(validationLoss)) {
    throw new DivergedRun("validation", validationLoss, epoch, step);
  }
}
