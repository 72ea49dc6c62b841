/**
 * Which layers can be exported, and what translates each.
 *
 * @module
 */

import { translateActivation } from "./activation.ts";
import { translateAttentionPooling } from "./attention_pooling.ts";
import { translateConv2d } from "./conv2d.ts";
import { translateDense } from "./dense.ts";
import type { Translate } from "./layer_call.ts";
import { translateBidirectional, translateLstm } from "./lstm.ts";
import { translateBatchNorm, translateLayerNorm } from "./norms.ts";
import { translateLastStep } from "./prefixes.ts";
import {
  translateConcatenate,
  translateFlatten,
  translateNothing,
  translateRepeat,
  translateReshape,
} from "./shapes.ts";

/** By the class name of a layer: what a person calls it, and its translation. */
const layers = new Map<string, readonly [name: string, translate: Translate]>([
  ["AssayActivation", ["activation", translateActivation]],
  ["AssayAttentionPooling", ["attentionPooling", translateAttentionPooling]],
  ["AssayBatchNorm", ["batchNorm", translateBatchNorm]],
  ["AssayBidirectional", ["bidirectional", translateBidirectional]],
  ["Bidirectional", ["bidirectional", translateBidirectional]],
  ["AssayConv2d", ["conv2d", translateConv2d]],
  ["AssayDense", ["dense", translateDense]],
  ["AssayDropout", ["dropout", translateNothing]],
  ["AssayLastStep", ["lastStep", translateLastStep]],
  ["AssayLayerNormalization", ["layerNormalization", translateLayerNorm]],
  ["AssayLstm", ["lstm", translateLstm]],
  ["LSTM", ["lstm", translateLstm]],
  ["AssayRepeat", ["repeat", translateRepeat]],
  ["Concatenate", ["tfl.layers.concatenate", translateConcatenate]],
  ["Flatten", ["tfl.layers.flatten", translateFlatten]],
  ["Reshape", ["tfl.layers.reshape", translateReshape]],
]);

/** What can be exported, by the names a person knows, sorted. */
export const supportedLayers: readonly string[] = [
  ...new Set([...layers.values()].map(([name]) => name)),
].sort();

/**
 * What translates a layer of a class.
 *
 * @throws {RangeError} When nothing does, with a list of what can be exported.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => translationOf("GRU", "memory"), RangeError, '"memory" is a GRU');
 * ```
 */
export function translationOf(className: string, path: string): Translate {
  const found = layers.get(className);
  if (found) return found[1];
  throw new RangeError(
    `Cannot export the model to ONNX: its layer "${path}" is a ${className}, which has no translation. ` +
      `Supported are ${
        supportedLayers.join(", ")
      }, and models of these. Build the model of them, or add ` +
      `the layer to lib/onnx/layers.ts`,
  );
}
