/**
 * Convolution in WGSL: a thread owns a tile of outputs, each one chain of `fma` in the oracle's order.
 * The tile makes the loads few: Mesa's software adapter loads lane by lane, which takes as long as
 * dozens of multiply-adds, if for four floats as for one.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import { type Activation, activationWgsl } from "../arithmetic/activation.ts";
import type { Conv2dShape } from "./shape.ts";
import {
  assertRounds,
  each,
  head,
  MAIN,
  type Pack,
  packOf,
  pixelWgsl,
  workgroups,
} from "./wgsl_parts.ts";

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
  const { pixels } = TILE;
  const outputs = shape.batch * shape.outHeight * shape.outWidth;
  // x by packs of channels, everything else by packs of filters.
  const along = packOf(shape.channels), pack = packOf(shape.filters);
  const packs = TILE.filters / pack.width;
  const named: [string, Pack][] = [["x", along], ["kernel", pack], ["y", pack]];
  if (bias) named.splice(2, 0, ["bias", pack]);
  assertRounds(shape, shape.kernelHeight, shape.kernelWidth, shape.channels / along.width);
  queue.dispatch({
    code: /* wgsl */ `
${head(shape, named)}
${pixelWgsl(shape, along)}
${activationWgsl(activation)}
fn outcome(sum: ${pack.type}) -> ${pack.type} {
  return ${pack.type}(${
      Array.from({ length: pack.width }, (_, i) => `activate(${pack.of("sum", i)})`).join(", ")
    });
}
const packs = filters / ${pack.width};
${MAIN}
  zero_bits = params.zero_bits;
  let outputs = params.batch * outHeight * outWidth;
  let first = i32(group.y) * ${packs};
  if (thread * ${pixels} >= outputs) { return; }
  ${
      each(pixels, (p) => `
  let p${p} = min(thread * ${pixels} + ${p}, outputs - 1);
  let row${p} = p${p} / outWidth % outHeight * strideHeight - top;
  let column${p} = p${p} % outWidth * strideWidth - left;
  let at${p} = ((p${p} / (outWidth * outHeight) * height + row${p}) * width + column${p}) * channels;`)
    }
  ${each(packs, (f) => `let f${f} = min(first + ${f}, packs - 1);`)}
  ${
      each(pixels, (p) =>
        each(packs, (f) => `var s${p}_${f} = ${bias ? `bias[f${f}]` : `${pack.type}()`};`))
    }
  for (var i = 0; i < kernelHeight; i++) {
    for (var j = 0; j < kernelWidth; j++) {
      for (var channel = 0; channel < channels; channel += ${along.width}) {
        let tap = i * line + j * channels + channel;
        let offset = (i * width + j) * channels + channel;
        ${each(pixels, (p) => `let x${p} = pixel(at${p} + offset, row${p} + i, column${p} + j);`)}
        ${
      each(along.width, (c) =>
        each(packs, (f) => `
        let w${c}_${f} = kernel[(tap + ${c}) * packs + f${f}];
        ${
          each(pixels, (p) =>
            `s${p}_${f} = fma(${pack.type}(${along.of(`x${p}`, c)}), w${c}_${f}, s${p}_${f});`)
        }`))
    }
      }
    }
  }
  ${
      each(pixels, (p) => `
  if (thread * ${pixels} + ${p} < outputs) {
    ${
        each(
          packs,
          (f) => `if (first + ${f} < packs) { y[p${p} * packs + f${f}] = outcome(s${p}_${f}); }`,
        )
      }
  }`)
    }
}`,
    buffers: [x, kernel, ...(bias ? [bias] : []), y],
    uniforms: [0, shape.batch],
    workgroups: workgroups(Math.ceil(outputs / pixels), Math.ceil(shape.filters / TILE.filters)),
  });
}
