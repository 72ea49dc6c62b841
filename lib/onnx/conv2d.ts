/**
 * The convolution layer. Ours has the channels last, ONNX's first.
 *
 * @module
 */

import { z } from "zod";
import { activated, activationSchema } from "./activation.ts";
import type { Floats } from "./graph.ts";
import { type LayerCall, weight, weightConstant } from "./layer_call.ts";

const pair = z.tuple([z.number(), z.number()]);

/** `conv2d`. */
export function translateConv2d(call: LayerCall): readonly string[] {
  const { graph, path, inputs } = call;
  const { kernelSize, strides, padding, activation } = call.config(z.object({
    kernelSize: pair,
    strides: pair,
    padding: z.enum(["valid", "same"]),
    activation: activationSchema,
  }));
  const kernel = call.constant("kernel", () => filtersFirst(weight(call, "kernel")));
  const images = graph.node("Transpose", [inputs[0]!.name], `${path}/channels_first`, {
    perm: [0, 3, 1, 2],
  });
  const sums = graph.node(
    "Conv",
    [images, kernel, weightConstant(call, "bias")],
    `${path}/sum`,
    {
      kernel_shape: kernelSize,
      strides,
      // Of an odd number of zeros both have the last one behind.
      auto_pad: padding === "same" ? "SAME_UPPER" : "VALID",
    },
  );
  const last = graph.node("Transpose", [sums], `${path}/channels_last`, { perm: [0, 2, 3, 1] });
  return [activated(graph, last, activation, path)];
}

/** `[height, width, in, out]` as `[out, in, height, width]`. */
function filtersFirst({ shape, data }: Floats): Floats {
  const [height, width, channels, filters] = shape as [number, number, number, number];
  const turned = new Float32Array(data.length);
  let at = 0;
  for (let f = 0; f < filters; f++) {
    for (let c = 0; c < channels; c++) {
      for (let pixel = 0; pixel < height * width; pixel++, at++) {
        turned[at] = data[(pixel * channels + c) * filters + f]!;
      }
    }
  }
  return { shape: [filters, channels, height, width], data: turned };
}
