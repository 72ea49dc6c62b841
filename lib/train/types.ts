/**
 * The contracts of training: what can be trained, and from which samples.
 *
 * @module
 */

import type { tf } from "../device/tf.ts";

/** A batch on the device. The caller disposes it. */
export interface Batch {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
  /** The inputs after the first, of a model that has several. Default: none. */
  readonly further?: readonly tf.Tensor[];
  /** The sequences in it begin here: what a model carries from batch to batch begins anew. Default false. */
  readonly fresh?: boolean;
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

/** Batches in an order of their own: what depends on it alone comes back after an interruption. */
export interface Course {
  readonly stepsPerEpoch: number;
  /**
   * A batch on the device.
   *
   * @param epoch From 1.
   * @param s From 0, within the epoch.
   */
  batch(epoch: number, s: number): Batch;
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
  /** What goes on from one training batch to the next and is no weight. Default: nothing. */
  readonly carried?: readonly NamedVariable[];
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
