/**
 * What the LSTM layers do with a mask: each sequence of a batch is read up to its padding, from either end.
 *
 * @module
 */

import type { tf, tfl } from "../device/tf.ts";
import { lstmSequence } from "../kernels/lstm/op.ts";
import { prefixSteps } from "../kernels/prefix/op.ts";
import type { LstmWeightValues } from "./lstm_weights.ts";

/**
 * The hidden states of all steps, f32 `[batch, time, units]`, in the order read; those behind a sequence's last
 * step mean nothing.
 *
 * @param x f32 `[batch, time, features]`.
 * @param mask f32 `[batch, time]`.
 * @param backwards Reads each sequence from its own last step.
 */
export function hiddenOfPrefixes(
  x: tf.Tensor,
  mask: tf.Tensor,
  weights: LstmWeightValues,
  backwards: boolean,
): tf.Tensor {
  // Forwards it would read the same without: but 0 times what is no number is none in the weights' gradients.
  const read = prefixSteps(x, mask, { reversed: backwards });
  return lstmSequence({ x: read, ...weights }, { allSteps: true }).hidden!;
}

/** The mask in the inputs of a layer, `x` or `[x, mask]`; other lists have none. */
export function maskAmong<T>(inputs: T | readonly T[]): T | undefined {
  return Array.isArray(inputs) && inputs.length === 2 ? inputs[1] : undefined;
}

/** Whether a layer is applied to `[x, mask]` anywhere: the stock layer would take the mask for a state. */
export function isMasked({ inboundNodes }: tfl.layers.Layer): boolean {
  return inboundNodes.some(({ inputTensors }) => maskAmong(inputTensors) !== undefined);
}

/**
 * The shape of the sequence among the input shapes of a layer, those of `x`, `[x, mask]` or `[x, ...states]`,
 * and whether there is a mask.
 *
 * @throws {RangeError} When the mask has not the sequence's time.
 */
export function sequenceAmong(
  inputShape: tfl.Shape | tfl.Shape[],
  layer: string,
): { readonly shape: tfl.Shape; readonly masked: boolean } {
  if (!Array.isArray(inputShape[0])) return { shape: inputShape as tfl.Shape, masked: false };
  const [shape] = inputShape as tfl.Shape[];
  const mask = maskAmong<tfl.Shape>(inputShape as tfl.Shape[]);
  if (mask !== undefined && (mask.length !== 2 || mask[1] !== shape![1])) {
    throw new RangeError(
      `Cannot build the LSTM layer "${layer}" on an input of shape [${shape}] with a mask of shape [${mask}]: ` +
        "the mask must be [batch, time]",
    );
  }
  return { shape: shape!, masked: mask !== undefined };
}
