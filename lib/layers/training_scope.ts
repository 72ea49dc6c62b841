/**
 * The random key of the training step that is being computed, for layers that draw.
 *
 * @module
 */

import type { Key } from "../random/key.ts";

let stepKey: Key | null = null;

/**
 * Computes with a key that the layers inside may draw from: the training loop wraps the forward pass
 * of each step in it. `compute` must be synchronous.
 *
 * @example
 * ```ts
 * import { dropout, openDevice, readBack, rootKey, tf, withTrainingKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const layer = dropout({ rate: 0.5, name: "drop" });
 * const pass = () => layer.apply(tf.ones([1, 100]), { training: true }) as tf.Tensor;
 * const once = withTrainingKey(rootKey(1).at(0), pass);
 * const again = withTrainingKey(rootKey(1).at(0), pass);
 * const [a, b] = await readBack([once, again]);
 * assertEquals(a, b);
 * ```
 */
export function withTrainingKey<T>(key: Key, compute: () => T): T {
  const outer = stepKey;
  stepKey = key;
  try {
    return compute();
  } finally {
    stepKey = outer;
  }
}

/**
 * The key of the step, a child by the layer's name.
 *
 * @throws {Error} Outside {@linkcode withTrainingKey}.
 */
export function trainingKey(layer: string): Key {
  if (stepKey === null) {
    throw new Error(
      `Cannot draw for the layer "${layer}": there is no training step. Wrap the forward pass in ` +
        "withTrainingKey(key, ...), as fit does, or run it with training off",
    );
  }
  return stepKey.key(layer);
}
