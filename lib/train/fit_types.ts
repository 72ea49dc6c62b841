/**
 * What goes into `fit` and what comes back.
 *
 * @module
 */

import type { Key } from "../random/key.ts";
import type { AdamOptions } from "./adam.ts";
import type { LoopHooks } from "./loop.ts";
import type { Finding, RuleSet, TrainingAction } from "./monitors/types.ts";
import type { Schedule } from "./schedule.ts";
import type { TraceRecord } from "./trace.ts";
import type { Course, PlateauOptions, Samples } from "./types.ts";

/** Settings of `fit`, those of its optimiser among them. */
export interface FitOptions extends AdamOptions {
  /** Samples, to be taken in minibatches in a new order each epoch; or batches in an order of their own. */
  readonly train: Samples | Course;
  readonly validation: Samples;
  /** Source of the minibatch order and the dropout masks. */
  readonly key: Key;
  readonly epochs: number;
  /** Samples of a minibatch; needed where `train` has samples. */
  readonly batchSize?: number;
  readonly plateau?: PlateauOptions;
  /** A factor on the learning rate by the step, on top of `plateau`. Default: none. */
  readonly schedule?: Schedule;
  /** Epochs without a strictly better validation loss before it stops. Default: never. */
  readonly patience?: number;
  /** Steps from one fingerprint of the weights to the next, see `LoopOptions`. Default 1. */
  readonly fingerprintEvery?: number;
  /** What the monitor asks after every epoch. Default `defaultRules`. */
  readonly rules?: RuleSet;
  /** The lowest validation loss that any model could reach, for the rules. Default: not known. */
  readonly floor?: number;
  /**
   * With `stop`, training ends at the epoch whose findings ask for a stop or a restart; with `warn` (the
   * default) they are only told, and a loss that is not finite is a `DivergedRun`.
   */
  readonly onFinding?: "warn" | "stop";
  /**
   * Learning rates from the highest to the lowest, `true` for `learningRateLadder`: training ends at a finding
   * that asks for a restart one rung down. `ctx.fit` and `fitWithRestarts` then begin anew. Default: none.
   */
  readonly ladder?: readonly number[] | true;
  /** Called, and waited for, when training is over: the model has its last weights still, and gets its best ones then. */
  readonly onEnd?: () => void | Promise<void>;
}

/** One epoch of a history. */
export interface Epoch {
  /** From 1. */
  readonly epoch: number;
  /** Optimiser steps taken by its end. */
  readonly step: number;
  /** Mean of the batch means. */
  readonly trainLoss: number;
  /** Mean over the validation samples with the weights of the epoch's end, dropout off. */
  readonly validationLoss: number;
  /** Of its last step. */
  readonly learningRate: number;
}

/** A finding that ended a training. */
export interface Ending {
  readonly finding: Finding;
  readonly action: TrainingAction;
}

/** A training from its initial weights to its end. */
export interface Attempt {
  /** Of the first epoch. */
  readonly learningRate: number;
  readonly history: readonly Epoch[];
  /** The loss of every step, and fingerprints of the weights. */
  readonly trace: TraceRecord;
  /** What the monitor says of it in the end. */
  readonly findings: readonly Finding[];
  /** The finding that ended it, where one did. */
  readonly endedBy: Ending | null;
  /** The epoch whose weights were restored, from 1; 0 for the initial weights, when no loss was finite. */
  readonly bestEpoch: number;
  /** Infinity when no loss was finite. */
  readonly bestValidationLoss: number;
  readonly stoppedEarly: boolean;
  /** Seconds spent in the loop, before interruptions too. */
  readonly seconds: number;
}

/** What `fit` returns: the model holds the best epoch's weights. */
export interface Fitted extends Attempt {
  /** All attempts, this one the last; more than one after restarts. */
  readonly attempts: readonly Attempt[];
}

/** Where a training loop stands. */
export interface FitProgress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps taken in this epoch. */
  readonly step: number;
  /** Steps of an epoch. */
  readonly steps: number;
  /** Loss of the last step. */
  readonly loss: number;
}

/** What surrounds a training loop: none of it changes its results. */
export interface FitHooks extends Omit<LoopHooks, "onProgress"> {
  /** Called, and waited for, after every epoch. */
  readonly onEpoch?: (epoch: Epoch) => void | Promise<void>;
  /** Called when the monitor finds something, or finds it graver than before. */
  readonly onFinding?: (finding: Finding, at: Pick<Epoch, "epoch" | "step">) => void;
  /** Called about once a second. */
  readonly onProgress?: (progress: FitProgress) => void;
}
