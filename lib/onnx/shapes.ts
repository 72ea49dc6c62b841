/**
 * Layers that compute nothing: they pass on, repeat, join and reshape.
 *
 * @module
 */

import { z } from "zod";
import type { LayerCall } from "./layer_call.ts";

/** `dropout` out of training. */
export function translateNothing({ inputs }: LayerCall): readonly string[] {
  return [inputs[0]!.name];
}

/** `repeat`: `[batch, width]` to `[batch, steps, width]`. */
export function translateRepeat(
  { graph, path, inputs: [x], config }: LayerCall,
): readonly string[] {
  const { steps } = config(z.object({ steps: z.number() }));
  const once = graph.node("Unsqueeze", [x!.name, graph.integers([1])], `${path}/once`);
  return [graph.node("Expand", [once, graph.integers([1, steps, 1])], path)];
}

/** Stock `flatten`. */
export function translateFlatten(
  { graph, path, inputs: [x], config }: LayerCall,
): readonly string[] {
  config(z.object({ dataFormat: z.literal("channelsLast").optional() }));
  return [graph.node("Flatten", [x!.name], path, { axis: 1 })];
}

/** Stock `concatenate`. */
export function translateConcatenate(
  { graph, path, inputs, config }: LayerCall,
): readonly string[] {
  const { axis } = config(z.object({ axis: z.number() }));
  return [graph.node("Concat", inputs.map(({ name }) => name), path, { axis })];
}

/** Stock `reshape`. */
export function translateReshape(
  { graph, path, inputs: [x], config }: LayerCall,
): readonly string[] {
  const { targetShape } = config(z.object({ targetShape: z.array(z.number().nullable()) }));
  // 0 is the extent that the input has there, the batch; -1 what the others leave.
  const shape = graph.integers([0, ...targetShape.map((extent) => extent ?? -1)]);
  return [graph.node("Reshape", [x!.name, shape], path)];
}
