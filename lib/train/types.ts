/**
 * The contracts of training: what can be trained, from which samples, and what comes back.
 *
 * @module
 */

import type { tf } from "../device/tf.ts";
import type { Key } from "../random/key.ts";
import type { LoopHooks } from "./loop.ts";
import type { TraceRecord } from "./trace.ts";

/** A batch on the device. The caller disposes it. */
export interface Batch {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
}

/** Samples that can be gathered into batches on the device by their index. */
export interface Samples {
  /** How many there are. */
  readonly count: number;
  /** Gathers the samples at `indices`, in that order. */
  batch(indices: Int32Array): Batch;
  /** Releases the resident tensors. */
  dispose(): void;
}

/** A variable with the name that its slot, digest and file entry carry. */
export interface NamedVariable {
  readonly name: string;
  readonly variable: tf.Variable;
}

/** Anything that `fit` can train: variables and a loss that reaches them. */
export interface Trainable {
  /** What the optimiser moves, in a fixed order. */
  readonly trainable: readonly NamedVariable[];
  /** All that must be saved to predict again: `trainable` and the running statistics. */
  readonly weights: readonly NamedVariable[];
  /** Mean loss of a batch, a scalar. `training` switches dropout and batch statistics on. */
  loss(batch: Batch, training: boolean): tf.Scalar;
}

/** Halves the learning rate (or another factor) when the validation loss stops falling. */
export interface PlateauOptions {
  readonly factor: number;
  /** Bad epochs that are tolerated; the next one cuts. */
  readonly patience: number;
  /** Relative improvement that counts. Default 1e-4. */
  readonly threshold?: number;
  /** Lowest learning rate. Default 0. */
  readonly floor?: number;
}

/** Settings of `fit`. */
export interface FitOptions {
  readonly train: Samples;
  readonly validation: Samples;
  /** Source of the minibatch order and the dropout masks. */
  readonly key: Key;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Adam's decay rates and denominator term. Defaults 0.9, 0.999, 1e-8. */
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Scales the gradient down to this global norm when it is longer. Default: no clipping. */
  readonly clipNorm?: number;
  /** Decoupled weight decay, as in AdamW: each step takes `learningRate · weightDecay` of every weight. Default 0. */
  readonly weightDecay?: number;
  readonly plateau?: PlateauOptions;
  /** Epochs without a strictly better validation loss before it stops. Default: never. */
  readonly patience?: number;
  /** Steps from one fingerprint of the weights to the next, see `LoopOptions`. Default 1. */
  readonly fingerprintEvery?: number;
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
  readonly learningRate: number;
}

/** What `fit` returns: the model holds the best epoch's weights. */
export interface Fitted {
  readonly history: readonly Epoch[];
  /** The loss of every step, and fingerprints of the weights. */
  readonly trace: TraceRecord;
  /** The epoch whose weights were restored, from 1. */
  readonly bestEpoch: number;
  readonly bestValidationLoss: number;
  readonly stoppedEarly: boolean;
  /** Seconds spent in the loop, before interruptions too. */
  readonly seconds: number;
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
  /** Called about once a second. */
  readonly onProgress?: (progress: FitProgress) => void;
}
