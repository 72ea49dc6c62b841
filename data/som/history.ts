/**
 * What a training logs on its way, and when.
 *
 * @module
 */

import { pow } from "assay";

/** A moment of a training, as the document logs it. */
export interface Step {
  /** Iterations done until then; the document calls them epochs. */
  readonly epoch: number;
  /** Mean quantisation error: distance from a sample to its best unit. */
  readonly mqe: number;
  /** Share of samples whose two best units are no neighbours. */
  readonly topographicError: number;
  /** Share of units that are nobody's best. */
  readonly deadNeuronRatio: number;
}

/** A moment of a training that was really made. */
export interface Checkpoint extends Step {
  /** Iterations done over all, from 0 to 1. */
  readonly progress: number;
  /** Of the next iteration; at the end of the last. */
  readonly learningRate: number;
  /** In units of the grid, of the same iteration. */
  readonly radius: number;
  /** Samples trained on until then, each time one is counted: what the training has cost. */
  readonly updates: number;
}

/** Checkpoints of a training where nothing else is asked for: one each 5 %. */
export const USUAL_CHECKPOINTS = 21;

/**
 * Moments at equal distances, the first before any update and the last at the end, as shares of the
 * training.
 *
 * @throws {RangeError} When `count` is no whole number from 2.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(linearCheckpoints(5), [0, 0.25, 0.5, 0.75, 1]);
 * ```
 */
export function linearCheckpoints(count: number = USUAL_CHECKPOINTS): number[] {
  if (!Number.isInteger(count) || count < 2) {
    throw new RangeError(`Cannot place ${count} checkpoints: a whole number from 2 is needed`);
  }
  return Array.from({ length: count }, (_, i) => i / (count - 1));
}

/**
 * Moments that lie closer together early on: 0, then `first`, and from there to 1 by equal ratios.
 *
 * @param first Share of the training after which the second one comes.
 * @throws {RangeError} When `count` is no whole number from 3 or `first` is not between 0 and 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(logCheckpoints(4, 0.25), [0, 0.25, 0.5, 1]);
 * ```
 */
export function logCheckpoints(count: number, first: number): number[] {
  if (!Number.isInteger(count) || count < 3 || !(first > 0 && first < 1)) {
    throw new RangeError(
      `Cannot place ${count} checkpoints from ${first} on: a whole number from 3 is needed, and a ` +
        `share between 0 and 1`,
    );
  }
  const steps = count - 2;
  return [
    0,
    ...Array.from({ length: steps }, (_, i) => pow(first, (steps - i) / steps)),
    1,
  ];
}

/** @throws {RangeError} When moments do not rise from at least 0 to 1. */
export function checkPlacement(checkpoints: readonly number[]): void {
  const rise = checkpoints.every((p, i) => p >= 0 && p > (checkpoints[i - 1] ?? -1));
  if (rise && checkpoints.at(-1) === 1) return;
  throw new RangeError(
    `Cannot log a training at ${
      checkpoints.join(", ")
    }: shares of it are needed that rise, from at ` +
      `least 0 to 1`,
  );
}

/**
 * The last error over the first; lower is better. 1 where the first is 0: nothing was left to learn.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(mqeRatio([{ mqe: 0.5 }, { mqe: 0.2 }, { mqe: 0.25 }]), 0.5);
 * ```
 */
export function mqeRatio(history: readonly Pick<Step, "mqe">[]): number {
  const first = history[0]!.mqe;
  return first > 0 ? history.at(-1)!.mqe / first : 1;
}
