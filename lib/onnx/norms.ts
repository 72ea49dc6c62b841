/**
 * Batch and layer normalisation.
 *
 * @module
 */

import { z } from "zod";
import { type LayerCall, weightConstant } from "./layer_call.ts";

/**
 * `batchNorm` out of training, with the running statistics. ONNX normalises the second axis and we the
 * last, so that inputs of more than two axes are turned and turned back.
 */
export function translateBatchNorm(call: LayerCall): readonly string[] {
  const { graph, path, inputs } = call;
  const { epsilon } = call.config(z.object({ epsilon: z.number() }));
  const [x] = inputs;
  const rank = x!.shape.length;
  const weights = ["gamma", "beta", "moving_mean", "moving_variance"];
  const normalised = (x: string) =>
    graph.node(
      "BatchNormalization",
      [x, ...weights.map((name) => weightConstant(call, name))],
      `${path}/normalised`,
      { epsilon: { float: epsilon } },
    );
  if (rank === 2) return [normalised(x!.name)];
  const inner = Array.from({ length: rank - 2 }, (_, i) => i + 1);
  const first = graph.node("Transpose", [x!.name], `${path}/channels_first`, {
    perm: [0, rank - 1, ...inner],
  });
  return [
    graph.node("Transpose", [normalised(first)], path, {
      perm: [0, ...inner.map((axis) => axis + 1), 1],
    }),
  ];
}

/** `layerNormalization` of the last axis or of the whole sample. */
export function translateLayerNorm(call: LayerCall): readonly string[] {
  const { epsilon, axes } = call.config(
    z.object({ epsilon: z.number(), axes: z.enum(["last", "sample"]) }),
  );
  return [
    call.graph.node(
      "LayerNormalization",
      [call.inputs[0]!.name, weightConstant(call, "gamma"), weightConstant(call, "beta")],
      call.path,
      { axis: axes === "last" ? -1 : 1, epsilon: { float: epsilon } },
    ),
  ];
}
