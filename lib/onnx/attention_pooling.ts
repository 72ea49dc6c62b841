/**
 * Attention pooling. Steps whose mask is zero get the weight zero; where every step is masked, the sum is zero.
 *
 * @module
 */

import { type LayerCall, weightConstant } from "./layer_call.ts";

/** The least finite f32: a step of this score has the weight zero beside any other. */
const LOWEST = -(2 - 2 ** -23) * 2 ** 127;

/** `attentionPooling`, with and without a mask. */
export function translateAttentionPooling(call: LayerCall): readonly string[] {
  const { graph, path, inputs } = call;
  const [h, mask] = inputs;
  const node = (op: string, from: readonly string[], name: string, attributes = {}) =>
    graph.node(op, from, `${path}/${name}`, attributes);
  const [kernel, bias, scale] = ["kernel", "bias", "scale"].map((name) =>
    weightConstant(call, name)
  );
  const sum = node("Add", [node("MatMul", [h!.name, kernel!], "product"), bias!], "sum");
  const scores = node("MatMul", [node("Tanh", [sum], "hidden"), scale!], "scores");
  let weights: string;
  if (mask === undefined) weights = node("Softmax", [scores], "weights", { axis: 1 });
  else {
    const number = (name: string, value: number) =>
      call.constant(name, () => ({ shape: [], data: Float32Array.of(value) }));
    const zero = number("zero", 0);
    const steps = node("Unsqueeze", [mask.name, graph.integers([2])], "mask");
    const padding = node("Equal", [steps, zero], "padding");
    const heard = node("Where", [padding, number("lowest", LOWEST), scores], "heard");
    const softmax = node("Softmax", [heard], "softmax", { axis: 1 });
    weights = node("Where", [padding, zero, softmax], "weights");
  }
  const row = node("Transpose", [weights], "row", { perm: [0, 2, 1] });
  const context = node("MatMul", [row, h!.name], "context");
  return [graph.node("Squeeze", [context, graph.integers([1])], path)];
}
