/**
 * The LSTM layers. ONNX has the time first, the gates in the order input, output, forget, cell and in
 * rows, and always two biases; ours have the batch first, input, forget, cell, output in columns, and
 * one bias or two.
 *
 * @module
 */

import { z } from "zod";
import type { Floats } from "./graph.ts";
import { type LayerCall, transposed } from "./layer_call.ts";
import { prefixLengths } from "./prefixes.ts";

/** Where in our order each of ONNX's gates stands. */
const GATES = [0, 3, 1, 2];

const cell = z.object({
  units: z.number(),
  activation: z.literal("tanh"),
  recurrentActivation: z.literal("sigmoid"),
  useBias: z.literal(true),
  stateful: z.literal(false),
  returnSequences: z.boolean(),
});
const lstmSchema = cell.extend({
  returnState: z.boolean(),
  goBackwards: z.boolean(),
  steps: z.number().optional(),
});
const bidirectionalSchema = z.object({
  mergeMode: z.literal("concat"),
  layer: z.object({ config: cell }),
});

/** `lstm`, with all its options but steps read backwards up to a mask. */
export function translateLstm(call: LayerCall): readonly string[] {
  const { graph, path, inputs: [x, ...others] } = call;
  const { units, returnSequences, returnState, goBackwards, steps } = call.config(lstmSchema);
  const mask = maskOf(call), states = mask === undefined ? others : [];
  if (mask !== undefined && goBackwards && returnSequences) {
    throw new RangeError(
      `Cannot export the model to ONNX: its layer "${path}" gives all steps of sequences of unequal length in ` +
        "the order read backwards, which has no translation. Use bidirectional(), or one that reads forwards",
    );
  }
  const node = (op: string, from: readonly string[], name: string, attributes = {}) =>
    graph.node(op, from, `${path}/${name}`, attributes);
  const axis0 = graph.integers([0]);
  let sequence: string;
  if (steps === undefined) sequence = timeFirst(call);
  else {
    const once = node("Unsqueeze", [x!.name, axis0], "once");
    sequence = node("Expand", [once, graph.integers([steps, 1, 1])], "steps");
  }
  const initial = states.map(({ name }, i) =>
    node("Unsqueeze", [name, axis0], i === 0 ? "initial_hidden" : "initial_cell")
  );
  const [all, hidden, cellState] = graph.nodes(
    "LSTM",
    trimmed([sequence, ...gates(call, 1), lengthsOf(call, mask), ...initial]),
    [returnSequences ? `${path}/all` : "", `${path}/last_hidden`, `${path}/last_cell`],
    { hidden_size: units, direction: goBackwards ? "reverse" : "forward" },
  );
  const last = node("Squeeze", [hidden!, axis0], "hidden");
  let output = last;
  if (returnSequences) {
    let read = node("Squeeze", [all!, graph.integers([1])], "time_first");
    if (goBackwards) {
      // ONNX gives the steps in the sequence's order, our layer in the order read.
      const [from, to, by] = [-1, -(2 ** 31), -1].map((n) => graph.integers([n]));
      read = node("Slice", [read, from!, to!, axis0, by!], "as_read");
    }
    output = node("Transpose", [read], "batch_first", { perm: [1, 0, 2] });
  }
  if (!returnState) return [output];
  return [output, last, node("Squeeze", [cellState!, axis0], "cell")];
}

/** `bidirectional`, of whose last axis the first half is the forward one's. */
export function translateBidirectional(call: LayerCall): readonly string[] {
  const { graph, path } = call;
  const { units, returnSequences } = call.config(bidirectionalSchema).layer.config;
  const [all, hidden] = graph.nodes(
    "LSTM",
    trimmed([timeFirst(call), ...gates(call, 2), lengthsOf(call, maskOf(call))]),
    returnSequences ? [`${path}/all`] : ["", `${path}/last_hidden`],
    { hidden_size: units, direction: "bidirectional" },
  );
  const turned = graph.node("Transpose", [returnSequences ? all! : hidden!], `${path}/turned`, {
    perm: returnSequences ? [2, 0, 1, 3] : [1, 0, 2],
  });
  const shape = graph.integers(returnSequences ? [0, 0, 2 * units] : [0, 2 * units]);
  return [graph.node("Reshape", [turned, shape], path)];
}

/** The mask of a layer applied to `[x, mask]`. */
function maskOf({ inputs }: LayerCall): string | undefined {
  return inputs.length === 2 ? inputs[1]!.name : undefined;
}

/** ONNX's lengths: behind them it gives zeros, as our layers do. */
function lengthsOf(call: LayerCall, mask: string | undefined): string {
  return mask === undefined ? "" : prefixLengths(call, mask);
}

/** Inputs of a node without the optional ones at the end that are left out. */
function trimmed(inputs: readonly string[]): readonly string[] {
  return inputs.slice(0, inputs.findLastIndex((name) => name !== "") + 1);
}

function timeFirst({ graph, path, inputs }: LayerCall): string {
  return graph.node("Transpose", [inputs[0]!.name], `${path}/sequence`, { perm: [1, 0, 2] });
}

/** ONNX's W, R and B of the layer's directions. */
function gates(call: LayerCall, directions: 1 | 2): string[] {
  const each = call.weights.length / directions;
  const joined = (name: string, of: (weights: readonly Floats[]) => Floats) =>
    call.constant(name, () =>
      stacked(
        Array.from(
          { length: directions },
          (_, d) => of(call.weights.slice(d * each, (d + 1) * each)),
        ),
      ));
  return [
    joined("W", ([kernel]) => gateRows(transposed(kernel!))),
    joined("R", ([, recurrent]) => gateRows(transposed(recurrent!))),
    joined("B", ([, , bias, recurrentBias]) => {
      const zeros = { shape: bias!.shape, data: new Float32Array(bias!.data.length) };
      const { shape: [, size], data } = stacked([bias!, recurrentBias ?? zeros].map(gateRows));
      return { shape: [2 * size!], data };
    }),
  ];
}

/** Blocks of rows, `[4 units, ...]`, in ONNX's order. */
function gateRows({ shape, data }: Floats): Floats {
  const block = data.length / 4;
  const ordered = new Float32Array(data.length);
  GATES.forEach((gate, i) =>
    ordered.set(data.subarray(gate * block, (gate + 1) * block), i * block)
  );
  return { shape, data: ordered };
}

/** Arrays of one shape behind one another, along a new first axis. */
function stacked(parts: readonly Floats[]): Floats {
  const [first] = parts;
  const data = new Float32Array(parts.length * first!.data.length);
  parts.forEach((part, i) => data.set(part.data, i * first!.data.length));
  return { shape: [parts.length, ...first!.shape], data };
}
