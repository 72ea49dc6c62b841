/**
 * Convolution and its gradients in WGSL: a thread owns a few outputs, each one chain of `fma` in the
 * oracle's order. The threads of a workgroup share what is multiplied with their own elements, so that
 * the few outputs of each are filters of the same pixel or channels of the same pixel.
 *
 * All sizes but the batch's are constants of the shader: a pipeline belongs to a layer.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import { type Activation, activationWgsl } from "./activation.ts";
import { type Conv2dShape, isPadded } from "./shape.ts";

/** Threads of a workgroup. */
const THREADS = 64;
/** Most workgroups along an axis. */
const MOST_WORKGROUPS = 65535;

/** What a thread of the convolution, of the filter gradient and of the input gradient owns. */
const TILE = { pixels: 8, filters: 8, taps: 4, tapFilters: 8, inputs: 4, channels: 8 };

/** `text(0)`, `text(1)`, ... below `n`, a line each. */
function each(n: number, text: (i: number) => string): string {
  return Array.from({ length: n }, (_, i) => text(i)).join("\n");
}

/** Workgroups for `threads` threads in a row, over x and z, and `across` along y. */
function workgroups(threads: number, across: number): [number, number, number] {
  const groups = Math.ceil(threads / THREADS);
  const x = Math.min(groups, MOST_WORKGROUPS);
  return [x, across, Math.ceil(groups / x)];
}

/** The head of a shader: buffers by name, the last one written; sizes; the number of the thread. */
function head(shape: Conv2dShape, buffers: readonly string[]): string {
  const constants = Object.entries(shape).filter(([name]) => name !== "batch")
    .map(([name, size]) => `const ${name} = ${size};`);
  return `
struct Params { zero_bits: u32, batch: i32 }
${
    each(buffers.length, (i) =>
      `@group(0) @binding(${i}) var<storage, ${
        i === buffers.length - 1 ? "read_write" : "read"
      }> ${buffers[i]}: array<f32>;`)
  }
@group(0) @binding(${buffers.length}) var<uniform> params: Params;
${constants.join("\n")}
const line = kernelWidth * channels;
const taps = kernelHeight * line;
`;
}

const MAIN = `
@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.z * groups.x + group.x) * ${THREADS}u + lane);`;

/** A WGSL function `pixel(at, row, column)`: x at `at`, or 0 where it is one of the zeros around. */
function pixelWgsl(shape: Conv2dShape): string {
  return isPadded(shape)
    ? `fn pixel(at: i32, row: i32, column: i32) -> f32 {
  let inside = row >= 0 && row < height && column >= 0 && column < width;
  return select(0.0, x[select(0, at, inside)], inside);
}`
    : `fn pixel(at: i32, row: i32, column: i32) -> f32 { return x[at]; }`;
}

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
        ${
      each(pixels, (p) => `let x${p} = pixel(at${p} + offset, row${p} + i, column${p} + j);`)
    }
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
        each(filters, (f) =>
          `if (firstFilter + ${f} < filters) { y[p${p} * filters + filter${f}] = activate(s${p}_${f}); }`)
      }
  }`)
    }
}`,
    buffers: [x, kernel, ...(bias ? [bias] : []), y],
    uniforms: [0, shape.batch],
    workgroups: workgroups(Math.ceil(outputs / pixels), Math.ceil(shape.filters / filters)),
  });
}

/** Encodes the gradient of the kernel. */
export function dispatchFilterGradient(
  queue: GpuQueue,
  shape: Conv2dShape,
  [x, dz, dKernel]: readonly [GPUBuffer, GPUBuffer, GPUBuffer],
): void {
  const { taps, tapFilters } = TILE;
  const size = shape.kernelHeight * shape.kernelWidth * shape.channels;
  queue.dispatch({
    code: /* wgsl */ `
${head(shape, ["x", "dz", "dKernel"])}
${pixelWgsl(shape)}
${MAIN}
  let firstFilter = i32(group.y) * ${tapFilters};
  let first = i32(group.z * groups.x + group.x) * ${THREADS * taps} + i32(lane);
  if (first >= taps) { return; }
  ${
      each(taps, (t) => `
  let tap${t} = min(first + ${t * THREADS}, taps - 1);
  let row${t} = tap${t} / line;
  let column${t} = tap${t} % line / channels;
  let offset${t} = row${t} * width * channels + tap${t} % line;`)
    }
  ${each(tapFilters, (f) => `let filter${f} = min(firstFilter + ${f}, filters - 1);`)}
  ${each(taps, (t) => each(tapFilters, (f) => `var s${t}_${f} = 0.0;`))}
  var output = 0;
  for (var image = 0; image < params.batch; image++) {
    for (var i = 0; i < outHeight; i++) {
      let row = i * strideHeight - top;
      for (var j = 0; j < outWidth; j++) {
        let column = j * strideWidth - left;
        let at = ((image * height + row) * width + column) * channels;
        ${
      each(taps, (t) => `let x${t} = pixel(at + offset${t}, row + row${t}, column + column${t});`)
    }
        ${
      each(tapFilters, (f) => `
        let d${f} = dz[output + filter${f}];
        ${each(taps, (t) => `s${t}_${f} = fma(x${t}, d${f}, s${t}_${f});`)}`)
    }
        output += filters;
      }
    }
  }
  ${
      each(taps, (t) => `
  if (first + ${t * THREADS} < taps) {
    ${
        each(tapFilters, (f) =>
          `if (firstFilter + ${f} < filters) { dKernel[tap${t} * filters + filter${f}] = s${t}_${f}; }`)
      }
  }`)
    }
}`,
    buffers: [x, dz, dKernel],
    uniforms: [0, shape.batch],
    workgroups: workgroups(Math.ceil(size / taps), Math.ceil(shape.filters / tapFilters)),
  });
}

/** Encodes the gradient of the images. */
export function dispatchInputGradient(
  queue: GpuQueue,
  shape: Conv2dShape,
  [dz, kernel, dx]: readonly [GPUBuffer, GPUBuffer, GPUBuffer],
): void {
  const { inputs, channels } = TILE;
  const { strideHeight, strideWidth, paddedHeight, paddedWidth, batch } = shape;
  // The pixels of one phase, a remainder of row and column by the strides, are under the same taps.
  const rows = Math.ceil(paddedHeight / strideHeight);
  const columns = Math.ceil(paddedWidth / strideWidth);
  const across = Math.ceil(shape.channels / channels);
  queue.dispatch({
    code: /* wgsl */ `
${head(shape, ["dz", "kernel", "dx"])}
const rows = ${rows};
const columns = ${columns};
${MAIN}
  let pixels = params.batch * rows * columns;
  if (thread * ${inputs} >= pixels) { return; }
  let phase = i32(group.y) / ${across};
  let phaseRow = phase / strideWidth;
  let phaseColumn = phase % strideWidth;
  let firstChannel = i32(group.y) % ${across} * ${channels};
  ${each(channels, (c) => `let channel${c} = min(firstChannel + ${c}, channels - 1) * filters;`)}
  ${
      each(inputs, (p) => `
  let p${p} = min(thread * ${inputs} + ${p}, pixels - 1);
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
      each(inputs, (p) => `
      let seen${p} = u${p} >= a && u${p} - a < outHeight && v${p} >= b && v${p} - b < outWidth;
      let from${p} = select(0, at${p} - back, seen${p});
      ${each(channels, (c) => `var t${p}_${c} = 0.0;`)}`)
    }
      for (var k = 0; k < filters; k++) {
        ${each(inputs, (p) => `let d${p} = dz[from${p} + k];`)}
        ${
      each(channels, (c) => `
        let w${c} = kernel[tap + channel${c} + k];
        ${each(inputs, (p) => `t${p}_${c} = fma(d${p}, w${c}, t${p}_${c});`)}`)
    }
      }
      ${
      each(inputs, (p) => `
      if (seen${p}) {
        ${each(channels, (c) => `s${p}_${c} += t${p}_${c};`)}
      }`)
    }
    }
  }
  ${
      each(inputs, (p) => `
  let row${p} = u${p} * strideHeight + phaseRow - top;
  let column${p} = v${p} * strideWidth + phaseColumn - left;
  if (thread * ${inputs} + ${p} < pixels && row${p} >= 0 && row${p} < height && column${p} >= 0 && column${p} < width) {
    let to = ((image${p} * height + row${p}) * width + column${p}) * channels + firstChannel;
    ${each(channels, (c) => `if (firstChannel + ${c} < channels) { dx[to + ${c}] = s${p}_${c}; }`)}
  }`)
    }
}`,
    buffers: [dz, kernel, dx],
    uniforms: [0, batch],
    workgroups: workgroups(
      Math.ceil(batch * rows * columns / inputs),
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
${head(shape, ["dz", "dBias"])}
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
${activationWgsl(activation)}
${MAIN}
  if (thread < params.n) { dz[thread] = activation_gradient(dy[thread], y[thread]); }
}`,
    buffers: [dy, y, dz],
    uniforms: [0, n],
    workgroups: workgroups(n, 1),
  });
}
