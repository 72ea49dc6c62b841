/**
 * Convolution in WGSL: a thread owns a tile of outputs, each one chain of `fma` in the oracle's order.
 * The tile makes the loads few: Mesa's software adapter loads lane by lane, which takes as long as
 * dozens of multiply-adds.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import { type Activation, activationWgsl } from "./activation.ts";
import type { Conv2dShape } from "./shape.ts";
import { each, head, MAIN, pixelWgsl, workgroups } from "./wgsl_parts.ts";

/** What a thread owns. */
const TILE = { pixels: 8, filters: 8 };

/** Encodes `y = activation(bias + x ∗ kernel)`. */
export function dispatchConvolution(
  queue: GpuQueue,
  shape: Conv2dShape,
  activation: Activation,
  x: GPUBuffer,
  kernel: GPUBuffer,
  y: GPUBuffer,
  bias?: GPUBuffer,
): void {
  const { pixels, filters } = TILE;
  const outputs = shape.batch * shape.outHeight * shape.outWidth;
  queue.dispatch({
    code: /* wgsl */ `
${head(shape, ["x", "kernel", ...(bias ? ["bias"] : []), "y"])}
${pixelWgsl(shape)}
${activationWgsl(activation)}
${MAIN}
  let outputs = params.batch * outHeight * outWidth;
  let firstFilter = i32(group.y) * ${filters};
  if (thread * ${pixels} >= outputs) { return; }
  ${
      each(pixels, (p) => `
  let p${p} = min(thread * ${pixels} + ${p}, outputs - 1);
  let row${p} = p${p} / outWidth % outHeight * strideHeight - top;
  let column${p} = p${p} % outWidth * strideWidth - left;
  let at${p} = ((p${p} / (outWidth * outHeight) * height + row${p}) * width + column${p}) * channels;`)
    }
  ${each(filters, (f) => `let filter${f} = min(firstFilter + ${f}, filters - 1);`)}
  ${
      each(pixels, (p) =>
        each(filters, (f) => `var s${p}_${f} = ${bias ? `bias[filter${f}]` : "0.0"};`))
    }
  for (var i = 0; i < kernelHeight; i++) {
    for (var j = 0; j < kernelWidth; j++) {
      for (var channel = 0; channel < channels; channel++) {
        let tap = i * line + j * channels + channel;
        let offset = (i * width + j) * channels + channel;
        ${each(pixels, (p) => `let x${p} = pixel(at${p} + offset, row${p} + i, column${p} + j);`)}
        ${
      each(filters, (f) => `
        let w${f} = kernel[tap * filters + filter${f}];
        ${each(pixels, (p) => `s${p}_${f} = fma(x${p}, w${f}, s${p}_${f});`)}`)
    }
      }
    }
  }
  ${
      each(pixels, (p) => `
  if (thread * ${pixels} + ${p} < outputs) {
    ${
        each(
          filters,
          (f) =>
            `if (firstFilter + ${f} < filters) { y[p${p} * filters + filter${f}] = activate(s${p}_${f}); }`,
        )
      }
  }`)
    }
}`,
    buffers: [x, kernel, ...(bias ? [bias] : []), y],
    uniforms: [0, shape.batch],
    workgroups: workgroups(Math.ceil(outputs / pixels), Math.ceil(shape.filters / filters)),
  });
}
