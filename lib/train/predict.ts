/**
 * Predictions of a trained model on the host.
 *
 * @module
 */

import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { disposeBatch, inputsOf } from "./batch.ts";
import type { Batch, Samples } from "./types.ts";

/** Predictions that are read back together: 16 MiB. */
const ELEMENTS_PER_READ = 1 << 22;

/**
 * Predicts every sample in order, dropout off, running statistics in use.
 *
 * @param model A model, or a function from a batch's inputs, `[b, ...]` each, to its predictions `[b, outputs]`.
 * @param batchSize Samples predicted at a time.
 * @returns f32 `[samples, outputs]`, row by row.
 *
 * @example
 * ```ts
 * import { openDevice, predict, tensorSamples, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const samples = tensorSamples(tf.tensor2d([[1], [2], [3]]), tf.zeros([3, 1]));
 * assertEquals([...await predict((x) => tf.mul(x, 2), samples, 2)], [2, 4, 6]);
 * ```
 */
export async function predict(
  model: tfl.LayersModel | ((x: tf.Tensor, ...further: tf.Tensor[]) => tf.Tensor),
  samples: Samples,
  batchSize: number,
): Promise<Float32Array> {
  const forward = (batch: Batch) =>
    typeof model === "function"
      ? model(batch.x, ...batch.further ?? [])
      : model.apply(inputsOf(batch), { training: false }) as tf.Tensor;
  const parts: Float32Array[] = [];
  let waiting: tf.Tensor[] = [];
  let elements = 0;
  const flush = async () => {
    parts.push(...await readBack(waiting));
    tf.dispose(waiting);
    waiting = [];
    elements = 0;
  };
  for (const indices of inOrder(samples.count, batchSize)) {
    const batch = samples.batch(indices);
    const predicted = tf.tidy(() => forward(batch));
    disposeBatch(batch);
    waiting.push(predicted);
    elements += predicted.size;
    if (elements >= ELEMENTS_PER_READ) await flush();
  }
  await flush();
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The indices 0 to `count - 1`, `batchSize` at a time; the last batch may be smaller. */
export function* inOrder(count: number, batchSize: number): Generator<Int32Array> {
  for (let at = 0; at < count; at += batchSize) {
    yield Int32Array.from({ length: Math.min(batchSize, count - at) }, (_, i) => at + i);
  }
}
