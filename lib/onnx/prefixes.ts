/**
 * Sequences with padding behind them: what their mask says of them, and their last steps, in operations that
 * onnxruntime-web has on WebGPU too.
 *
 * @module
 */

import { z } from "zod";
import type { LayerCall } from "./layer_call.ts";
import { elementTypes } from "./schema.ts";

/** How many steps each sequence has before the first whose mask, f32 `[batch, time]`, is zero: int32 `[batch]`. */
export function prefixLengths(call: LayerCall, mask: string): string {
  const { graph, path } = call;
  const attributes = { keepdims: 0 };
  const steps = [realSteps(call, mask), graph.integers([1])];
  const count = graph.node("ReduceSum", steps, `${path}/count`, attributes);
  return graph.node("Cast", [count], `${path}/lengths`, { to: elementTypes.int32 });
}

/** `lastStep`. Other steps are left out of a sum rather than multiplied by zero, so that they can be anything. */
export function translateLastStep(call: LayerCall): readonly string[] {
  const { graph, path, inputs: [x, mask] } = call;
  const { bidirectional } = call.config(z.object({ bidirectional: z.boolean() }));
  const node = (op: string, from: readonly string[], name: string, attributes = {}) =>
    graph.node(op, from, `${path}/${name}`, attributes);
  const [one, two] = [graph.integers([1]), graph.integers([2])];
  const zero = number(call, "zero", 0);

  // Counted from the end of a sequence, its last step is the first.
  const ordinal = node("CumSum", [realSteps(call, mask!.name), one], "ordinal", { reverse: 1 });
  const chosen = node("Unsqueeze", [
    node("Equal", [ordinal, number(call, "one", 1)], "is_last"),
    two,
  ], "chosen");
  const alone = node("Where", [chosen, x!.name, zero], "alone");
  const last = node("ReduceSum", [alone, one], "last", { keepdims: 0 });
  if (!bidirectional) return [last];

  const half = x!.shape[2]! / 2;
  const columns = (value: string, from: number, name: string) =>
    node("Slice", [value, graph.integers([from]), graph.integers([from + half]), one], name);
  const start = (value: string, name: string) =>
    node("Slice", [value, graph.integers([0]), one, one], name);
  const empty = node("Equal", [start(mask!.name, "first_mask"), zero], "is_empty");
  const first = node("Squeeze", [start(x!.name, "start"), one], "first_step");
  const read = node("Where", [empty, zero, first], "first");
  const halves = [columns(last, 0, "forward"), columns(read, half, "backward")];
  return [graph.node("Concat", halves, path, { axis: 1 })];
}

/** 1 for each step before the first whose mask is zero, else 0: f32 `[batch, time]`. */
function realSteps(call: LayerCall, mask: string): string {
  const { graph, path } = call;
  const node = (op: string, from: readonly string[], name: string, attributes = {}) =>
    graph.node(op, from, `${path}/${name}`, attributes);
  const float = { to: elementTypes.float32 };
  const zero = number(call, "zero", 0);
  const padding = node("Cast", [node("Equal", [mask, zero], "is_padding")], "padding", float);
  const before = node("CumSum", [padding, graph.integers([1])], "padding_so_far");
  return node("Cast", [node("Equal", [before, zero], "is_real")], "real", float);
}

function number(call: LayerCall, name: string, value: number): string {
  return call.constant(name, () => ({ shape: [], data: Float32Array.of(value) }));
}
