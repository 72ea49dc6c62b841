/**
 * Training anew, one learning rate lower, where a finding asks for it.
 *
 * @module
 */

import type { Attempt, FitOptions, Fitted } from "./fit_types.ts";
import { Snapshot } from "./snapshot.ts";
import type { Trainable } from "./types.ts";

/**
 * Trains, and begins anew as often as a finding asks for a restart on `options.ladder`: from the weights as
 * they were, running statistics included, at the lower rate, with the same keys and a fresh optimiser, schedule
 * and monitor. The model ends with the best weights of the last attempt. Without a ladder there is one attempt.
 *
 * @param attempt Trains the model once, with `fit`; `number` counts from 1. Checkpoints must be its own.
 *
 * @example A line at a rate of 100, then at 0.1
 * ```ts
 * import { closureTrainable, fit, mseLoss, openDevice, rootKey, tensorSamples, tf } from "assay";
 * import { assert, assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const slope = { name: "slope", variable: tf.variable(tf.tensor2d([[0]])) };
 * const line = closureTrainable({
 *   trainable: [slope],
 *   loss: ({ x, y }) => mseLoss(tf.mul(x, slope.variable), y),
 * });
 * const samples = tensorSamples(tf.tensor2d([[1], [2], [3]]), tf.tensor2d([[2], [4], [6]]));
 * const options = {
 *   train: samples,
 *   validation: samples,
 *   key: rootKey(1),
 *   epochs: 30,
 *   batchSize: 2,
 *   learningRate: 100,
 *   ladder: [0.1],
 * };
 * const fitted = await fitWithRestarts(line, options, (own) => fit(line, own, { clock: () => 0 }));
 * assertEquals(fitted.attempts.map(({ learningRate }) => learningRate), [100, 0.1]);
 * assertEquals(fitted.attempts[0]!.endedBy?.finding.rule, "divergence");
 * assert(fitted.bestValidationLoss < 0.05);
 * ```
 */
export async function fitWithRestarts(
  model: Trainable,
  options: FitOptions,
  attempt: (options: FitOptions, number: number) => Promise<Fitted>,
): Promise<Fitted> {
  if (options.ladder === undefined) return await attempt(options, 1);
  const initial = new Snapshot(model.weights);
  initial.take();
  const attempts: Attempt[] = [];
  try {
    for (let own = options;;) {
      const fitted = await attempt(own, attempts.length + 1);
      attempts.push(...fitted.attempts);
      const action = fitted.endedBy?.action;
      if (action?.kind !== "restart") return { ...fitted, attempts };
      initial.apply();
      own = { ...options, learningRate: action.learningRate };
    }
  } finally {
    initial.dispose();
  }
}
