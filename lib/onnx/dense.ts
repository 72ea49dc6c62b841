/**
 * The dense layer: `Gemm` of rows, `MatMul` and `Add` of what has more axes.
 *
 * @module
 */

import { z } from "zod";
import { activated, activationSchema } from "./activation.ts";
import { type LayerCall, weightConstant } from "./layer_call.ts";

/** `dense`. */
export function translateDense(call: LayerCall): readonly string[] {
  const { graph, path, inputs } = call;
  const { activation } = call.config(z.object({ activation: activationSchema }));
  const [x] = inputs;
  const kernel = weightConstant(call, "kernel"), bias = weightConstant(call, "bias");
  const sum = x!.shape.length === 2
    ? graph.node("Gemm", [x!.name, kernel, bias], `${path}/sum`)
    : graph.node(
      "Add",
      [graph.node("MatMul", [x!.name, kernel], `${path}/product`), bias],
      `${path}/sum`,
    );
  return [activated(graph, sum, activation, path)];
}
