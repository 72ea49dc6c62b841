/**
 * One step of training: forward, backward, optimiser.
 *
 * @module
 */

import { variableGradients } from "../device/gradients.ts";
import { tf } from "../device/tf.ts";
import { withTrainingKey } from "../layers/training_scope.ts";
import type { Key } from "../random/key.ts";
import type { Adam } from "./adam.ts";
import type { TracedStep } from "./trace.ts";
import type { Batch, NamedVariable, Trainable } from "./types.ts";

/**
 * Moves the model one step down the gradient of its loss on a batch. Nothing is read back.
 *
 * @param batch Stays the caller's.
 * @param key Source of what the layers draw in this step.
 * @returns The loss before the step and the norm of its gradient before clipping, on the device; the caller
 * disposes them, or hands them to a `TrainingTrace`.
 * @throws {Error} When the loss does not depend on one of the model's trainable variables.
 *
 * @example
 * ```ts
 * import { Adam, closureTrainable, mseLoss, openDevice, readBack, rootKey, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const slope = { name: "slope", variable: tf.variable(tf.tensor2d([[0]])) };
 * const line = closureTrainable({
 *   trainable: [slope],
 *   loss: ({ x, y }) => mseLoss(tf.mul(x, slope.variable), y),
 * });
 * const adam = new Adam(line.trainable, { learningRate: 0.5 });
 * const batch = { x: tf.tensor2d([[1]]), y: tf.tensor2d([[2]]) };
 * const { loss, gradientNorm } = trainStep(line, adam, batch, rootKey(1));
 * const [before, norm, moved] = await readBack([loss, gradientNorm, slope.variable]);
 * assertEquals([before![0], norm![0], moved![0]], [4, 4, 0.5]);
 * ```
 */
export function trainStep(
  model: Trainable,
  adam: Adam,
  batch: Batch,
  key: Key,
): Required<TracedStep> {
  return descend(model.trainable, adam, key, () => model.loss(batch, true));
}

/**
 * Moves variables one step down the gradient of any loss over them. Nothing is read back.
 *
 * @param variables Those of `adam`.
 * @param key Source of what layers draw within `loss`.
 * @returns As {@linkcode trainStep}.
 * @throws {Error} When the loss does not depend on one of the variables.
 *
 * @example
 * ```ts
 * import { Adam, openDevice, readBack, rootKey, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const w = { name: "w", variable: tf.variable(tf.scalar(3)) };
 * const adam = new Adam([w], { learningRate: 0.5 });
 * const { loss } = descend([w], adam, rootKey(1), () => tf.mul(w.variable, w.variable));
 * assertEquals((await readBack([loss, w.variable])).map(([x]) => x), [9, 2.5]);
 * ```
 */
export function descend(
  variables: readonly NamedVariable[],
  adam: Adam,
  key: Key,
  loss: () => tf.Scalar,
): Required<TracedStep> {
  return withTrainingKey(key, () =>
    tf.tidy(() => {
      const { value, grads } = variableGradients(loss, variables.map(({ variable }) => variable));
      return { loss: value, gradientNorm: adam.step(grads) };
    }));
}
