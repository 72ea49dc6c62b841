/**
 * Handling batches of models with one input or several.
 *
 * @module
 */

import { tf } from "../device/tf.ts";
import type { Batch } from "./types.ts";

/** What a model is applied to: `x`, or a list of it and the inputs after it. */
export function inputsOf({ x, further }: Batch): tf.Tensor | tf.Tensor[] {
  return further === undefined ? x : [x, ...further];
}

/** Releases a batch. */
export function disposeBatch({ x, y, further = [] }: Batch): void {
  tf.dispose([x, y, ...further]);
}
