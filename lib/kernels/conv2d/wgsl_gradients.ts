/**
 * The gradients of a convolution in WGSL: a thread owns a tile of elements, each one sum in the oracle's
 * order.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import { type Activation, activationWgsl } from "./activation.ts";
import type { Conv2dShape } from "./shape.ts";
import { each, head, MAIN, packOf, pixelWgsl, workgroups } from "./wgsl_parts.ts";

/** What a thread of the filter gradient owns, neighbours both. */
const FILTER_TILE = { taps: 8, filters: 8 };
/** What a thread of the input gradient owns. */
const INPUT_TILE = { pixels: 8, channels: 4 };

/** Encodes the gradient of the kernel. */
export function dispatchFilterGradient(
  queue: GpuQueue,
  shape: Conv2dShape,
  [x, dz, dKernel]: readonly [GPUBuffer, GPUBuffer, GPUBuffer],
): void {
  const { taps } = FILTER_TILE;
  const size = shape.kernelHeight * shape.kernelWidth * shape.channels;
  const along = packOf(shape.channels), pack = packOf(shape.filters);
  const loads = taps / along.width, packs = FILTER_TILE.filters / pack.width;
  queue.dispatch({
    code: /* wgsl */ `
${head(shape, [["x", along], ["dz", pack], ["dKernel", pack]])}
${pixelWgsl(shape, along)}
const packs = filters / ${pack.width};
${MAIN}
  let firstPack = i32(group.y) * ${packs};
  let first = thread * ${taps};
  if (first >= taps) { return; }
  ${
      each(loads, (t) => `
  let tap${t} = min(first + ${t * along.width}, taps - ${along.width});
  let row${t} = tap${t} / line;
  let column${t} = tap${t} % line / channels;
  let offset${t} = row${t} * width * channels + tap${t} % line;`)
    }
  ${each(packs, (f) => `let f${f} = min(firstPack + ${f}, packs - 1);`)}
  ${each(taps, (t) => each(packs, (f) => `var s${t}_${f} = ${pack.type}();`))}
  var output = 0;
  for (var image = 0; image < params.batch; image++) {
    for (var i = 0; i < outHeight; i++) {
      let row = i * strideHeight - top;
      for (var j = 0; j < outWidth; j++) {
        let column = j * strideWidth - left;
        let at = ((image * height + row) * width + column) * channels;
        ${
      each(loads, (t) => `let x${t} = pixel(at + offset${t}, row + row${t}, column + column${t});`)
    }
        ${
      each(packs, (f) => `
        let d${f} = dz[output + f${f}];
        ${
        each(taps, (t) => {
          const value = along.of(`x${Math.floor(t / along.width)}`, t);
          return `s${t}_${f} = fma(${pack.type}(${value}), d${f}, s${t}_${f});`;
        })
      }`)
    }
        output += packs;
      }
    }
  }
  ${
      each(taps, (t) => `
  if (first + ${t} < taps) {
    ${
        each(
          packs,
          (f) =>
            `if (firstPack + ${f} < packs) { dKernel[(first + ${t}) * packs + f${f}] = s${t}_${f}; }`,
        )
      }
  }`)
    }
}`,
    buffers: [x, dz, dKernel],
    uniforms: [0, shape.batch],
    workgroups: workgroups(Math.ceil(size / taps), Math.ceil(shape.filters / FILTER_TILE.filters)),
  });
}

/** Encodes the gradient of the images. */
export function dispatchInputGradient(
  queue: GpuQueue,
  shape: Conv2dShape,
  [dz, kernel, dx]: readonly [GPUBuffer, GPUBuffer, GPUBuffer],
): void {
  const { pixels, channels } = INPUT_TILE;
  const { strideHeight, strideWidth, paddedHeight, paddedWidth, batch } = shape;
  // The pixels of one phase, a remainder of row and column by the strides, are under the same taps.
  const rows = Math.ceil(paddedHeight / strideHeight);
  const columns = Math.ceil(paddedWidth / strideWidth);
  const across = Math.ceil(shape.channels / channels);
  const pack = packOf(shape.filters);
  queue.dispatch({
    code: /* wgsl */ `
${head(shape, [["dz", pack], ["kernel", pack], ["dx", packOf(1)]])}
const rows = ${rows};
const columns = ${columns};
${MAIN}
  let all = params.batch * rows * columns;
  if (thread * ${pixels} >= all) { return; }
  let phase = i32(group.y) / ${across};
  let phaseRow = phase / strideWidth;
  let phaseColumn = phase % strideWidth;
  let firstChannel = i32(group.y) % ${across} * ${channels};
  ${each(channels, (c) => `let channel${c} = min(firstChannel + ${c}, channels - 1) * filters;`)}
  ${
      each(pixels, (p) => `
  let p${p} = min(thread * ${pixels} + ${p}, all - 1);
  let u${p} = p${p} / columns % rows;
  let v${p} = p${p} % columns;
  let image${p} = p${p} / (rows * columns);
  let at${p} = ((image${p} * outHeight + u${p}) * outWidth + v${p}) * filters;
  ${each(channels, (c) => `var s${p}_${c} = 0.0;`)}`)
    }
  // Taps descending are outputs ascending.
  for (var a = (kernelHeight - 1 - phaseRow + strideHeight) / strideHeight - 1; a >= 0; a--) {
    for (var b = (kernelWidth - 1 - phaseColumn + strideWidth) / strideWidth - 1; b >= 0; b--) {
      let tap = ((phaseRow + a * strideHeight) * line + (phaseColumn + b * strideWidth) * channels) * filters;
      let back = (a * outWidth + b) * filters;
      ${
      each(pixels, (p) => `
      let seen${p} = u${p} >= a && u${p} - a < outHeight && v${p} >= b && v${p} - b < outWidth;
      let from${p} = select(0, at${p} - back, seen${p});
      ${each(channels, (c) => `var t${p}_${c} = 0.0;`)}`)
    }
      for (var k = 0; k < filters; k += ${pack.width}) {
        ${each(pixels, (p) => `let d${p} = dz[(from${p} + k) / ${pack.width}];`)}
        ${
      each(channels, (c) => `
        let w${c} = kernel[(tap + channel${c} + k) / ${pack.width}];
        ${
        each(pack.width, (k) =>
          each(
            pixels,
            (p) => `t${p}_${c} = fma(${pack.of(`d${p}`, k)}, ${pack.of(`w${c}`, k)}, t${p}_${c});`,
          ))
      }`)
    }
      }
      ${
      each(pixels, (p) => `
      if (seen${p}) {
        ${each(channels, (c) => `s${p}_${c} += t${p}_${c};`)}
      }`)
    }
    }
  }
  ${
      each(pixels, (p) => `
  let row${p} = u${p} * strideHeight + phaseRow - top;
  let column${p} = v${p} * strideWidth + phaseColumn - left;
  if (thread * ${pixels} + ${p} < all && row${p} >= 0 && row${p} < height && column${p} >= 0 && column${p} < width) {
    let to = ((image${p} * height + row${p}) * width + column${p}) * channels + firstChannel;
    ${each(channels, (c) => `if (firstChannel + ${c} < channels) { dx[to + ${c}] = s${p}_${c}; }`)}
  }`)
    }
}`,
    buffers: [dz, kernel, dx],
    uniforms: [0, batch],
    workgroups: workgroups(
      Math.ceil(batch * rows * columns / pixels),
      strideHeight * strideWidth * across,
    ),
  });
}

/** Encodes the gradient of the bias. */
export function dispatchBiasGradient(
  queue: GpuQueue,
  shape: Conv2dShape,
  [dz, dBias]: readonly [GPUBuffer, GPUBuffer],
): void {
  queue.dispatch({
    code: /* wgsl */ `
${head(shape, [["dz", packOf(1)], ["dBias", packOf(1)]])}
${MAIN}
  if (thread >= filters) { return; }
  var sum = 0.0;
  let end = params.batch * outHeight * outWidth * filters;
  for (var i = thread; i < end; i += filters) { sum += dz[i]; }
  dBias[thread] = sum;
}`,
    buffers: [dz, dBias],
    uniforms: [0, shape.batch],
    workgroups: workgroups(shape.filters, 1),
  });
}

/** Encodes the gradient before an activation that is not linear, of `n` floats. */
export function dispatchActivationGradient(
  queue: GpuQueue,
  n: number,
  activation: Activation,
  [dy, y, dz]: readonly [GPUBuffer, GPUBuffer, GPUBuffer],
): void {
  queue.dispatch({
    code: /* wgsl */ `
struct Params { zero_bits: u32, n: i32 }
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read_write> dz: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;
${activationWgsl(activation, "f32")}
${MAIN}
  if (thread < params.n) { dz[thread] = activation_gradient(dy[thread], y[thread]); }
}`,
    buffers: [dy, y, dz],
    uniforms: [0, n],
    workgroups: workgroups(n, 1),
  });
}
