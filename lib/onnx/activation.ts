/**
 * Activations, by themselves and behind a sum.
 *
 * @module
 */

import { z } from "zod";
import { type Activation, activations } from "../kernels/arithmetic/activation.ts";
import { LEAK } from "../kernels/arithmetic/constants.ts";
import type { Attributes, Graph } from "./graph.ts";
import type { LayerCall } from "./layer_call.ts";

const operators: Record<Exclude<Activation, "linear">, readonly [string, Attributes]> = {
  relu: ["Relu", {}],
  leakyRelu: ["LeakyRelu", { alpha: { float: LEAK } }],
  sigmoid: ["Sigmoid", {}],
  tanh: ["Tanh", {}],
};

/** The schema of an activation's name in a layer's config. */
export const activationSchema = z.enum(activations);

/** The value behind the activation. */
export function activated(graph: Graph, x: string, activation: Activation, hint: string): string {
  if (activation === "linear") return x;
  const [op, attributes] = operators[activation];
  return graph.node(op, [x], `${hint}/${activation}`, attributes);
}

/** `activation`. */
export function translateActivation(
  { graph, path, inputs: [x], config }: LayerCall,
): readonly string[] {
  const { activation } = config(z.object({ activation: activationSchema }));
  return [activated(graph, x!.name, activation, path)];
}
